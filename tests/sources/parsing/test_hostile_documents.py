"""Documents that want to hang, exhaust or break the parser; the tests would run for minutes if one could."""

from __future__ import annotations

from pathlib import Path

import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.papers.parsed_entry import Document, ParsedDocument
from bot.errors import DocumentError, MalformedDocumentError
from bot.sources import parse_document

DATA = Path(__file__).resolve().parents[2] / "data"
SAMPLES = sorted(path for path in DATA.glob("*/*.*") if not path.name.endswith(".expected.json"))
SIZE = 1_000_000

RSS, END = "<rss version='2.0'><channel><title>t</title>", "</channel></rss>"
ARXIV = RSS.replace("<title>t<", "<title>cs.CV updates on arXiv.org<").replace(
    "<rss", "<rss xmlns:dc='http://purl.org/dc/elements/1.1/'"
)
TABLE_C = "# 摘要\n\n| Ref | Title | Summary |\n| --- | --- | --- |\n"
TABLE_D = "## T\n|Publish Date|Title|Authors|PDF|Code|\n|---|---|---|---|---|\n"
TABLE_E = "## T\n| **Title** | **Date** | **Comment** |\n| --- | --- | --- |\n"
TOC = "<div id=toc></div>\n\n# Table of Contents\n\n- [cs.CV](#cs.CV) [Total: 2]\n"
OPEN, CLOSE = "<item><title>x</title><description><![CDATA[", "]]></description></item>"
ROW_C = "| [^1] | [a](https://arxiv.org/abs/2401.00001) | b |\n\n"
ROW_E = "| **[a](http://arxiv.org/abs/2401.00001v1)** | d | "
GUID = "<title>T</title><guid>oai:arXiv.org:2401.00001</guid>"
PAPER_D = "## T\n### [T](http://arxiv.org/abs/2401.00001)\n<summary>Abstract</summary>\n</details>\n"
ITEMS = '{"version":"https://jsonfeed.org/version/1.1","items":'
PAPER_F = "### [1] [a](https://arxiv.org/abs/2401.00001)\n"


def fill(piece: str) -> str:
    """Repeat a piece to the size of a hostile document."""
    return piece * (SIZE // len(piece))


def outcome(body: str | bytes) -> ParsedDocument | DocumentError:
    """Parse a document or return the error it gives; anything else fails the test."""
    try:
        return parse_document(Document("doc", body.encode() if isinstance(body, str) else body))
    except DocumentError as error:
        return error


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, id=name)
        for name, text in {
            "blanks": " " * SIZE + "x",
            "pipes": fill("|"),
            "fences": fill("---\n"),
            "comments": fill("<!-- -->"),
            "processing instructions": fill("<??>"),
            "doctype quotes": "<!DOCTYPE a " + fill("'"),
            "row of pipes": TABLE_D + fill("|"),
            "rows": TABLE_E + fill("|a|b|c|\n"),
            "rows that go on": TABLE_D + "|a\n" + fill("b\n"),
            "row of links": TABLE_D + "|" + fill("[a](http://arxiv.org/abs/2401.00001") + "|\n",
            "title of pipes": TABLE_E + "| [" + fill("a|") + "](http://arxiv.org/abs/2401.00001) | d | c |\n",
            "nested details": TABLE_D + "|" + fill("<details>|") + "|\n",
            "footnotes": TABLE_C + "\n" + fill("[^1]: \n"),
            "footnote of paragraphs": TABLE_C + ROW_C + "[^1]: " + fill("\n\n"),
            "stars": TOC + PAPER_F + fill("*a\n"),
            "labels": TOC + PAPER_F + fill("Method:\n"),
            "thoughts": TOC + PAPER_F + "TL;DR: " + fill("<think>"),
            "heading of links": PAPER_D + "### " + fill("[a](b"),
            "addresses": TABLE_E + ROW_E + fill("https://a.b/(") + " |\n",
            "escaped tags in a title": RSS + "<item><title>" + fill("&lt;a ") + "</title></item>" + END,
            "deep markup": RSS + OPEN + fill("<div>") + CLOSE + END,
            "authors": RSS + "<item><title>x</title><author>" + fill("a, b and ") + "</author></item>" + END,
            "arXiv authors": ARXIV + f"<item>{GUID}<dc:creator>" + fill("a,(") + "</dc:creator></item>" + END,
            "nested arXiv items": ARXIV + "<item>" * 100_000 + "</item>" * 100_000 + END,
            "scripts": ITEMS + '[{"id":1,"title":"t","content_html":"' + fill("<script") + '"}]}',
        }.items()
    ],
)  # fmt: skip
def test_hostile_document_ends(text: str) -> None:
    """A megabyte built against a parser is read or refused in linear time."""
    outcome(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (RSS + fill("<a>") + END, "elements"),
        (RSS + fill("<item/>") + END, "elements"),
        (RSS + "<item " + " ".join(f"a{i}='1'" for i in range(101)) + "/>" + END, "attributes"),
        (RSS + "<item><title>" + fill("& ") + "</title></item>" + END, "not well-formed"),
        ('{"version":"https://jsonfeed.org/version/1.1","items":' + fill("["), "nested too deeply"),
        ('[{"paper":{"upvotes":' + "9" * 5_000 + "}}]", "a number too long"),
        ('{"abs":"https://arxiv.org/abs/2401.00001","title":"x"}\n' + fill("{}\n"), "most of its lines"),
    ],
)
def test_document_beyond_the_limits_is_refused(text: str, reason: str) -> None:
    """What would cost minutes is refused by a bound that no digest comes near."""
    error = outcome(text)
    assert isinstance(error, MalformedDocumentError)
    assert reason in error.reason


LAUGHS = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'


@pytest.mark.parametrize(
    "prolog",
    [
        LAUGHS,
        f"<?xml version='1.0'?>\n<!-- <rss> -->{LAUGHS}",
        LAUGHS.lower(),
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss PUBLIC "]>" "x" [<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd"> %p;]>',
    ],
)
@pytest.mark.parametrize("title", ["t", "cs.CV updates on arXiv.org"])
def test_declared_entities_are_refused(prolog: str, title: str) -> None:
    """No entity declaration reaches a parser, in any feed format."""
    channel = f"<channel><title>{title}</title><item><title>&c;&x;</title></item>"
    error = outcome(f"{prolog}<rss version='2.0'>{channel}{END}")
    assert isinstance(error, MalformedDocumentError)
    assert "declares entities" in error.reason


def test_doctype_in_an_item_is_text() -> None:
    """A DOCTYPE quoted in an item's text is only text."""
    parsed = outcome(RSS + OPEN.replace(">x<", ">On DTDs<") + "<!DOCTYPE a [<!ENTITY b 'c'>]>" + CLOSE + END)
    assert isinstance(parsed, ParsedDocument)
    assert [entry.title for entry in parsed.entries] == ["On DTDs"]


@pytest.mark.parametrize(
    "name",
    [
        "arxiv-feed/rss.xml",
        "arxiv-feed/atom.xml",
        "arxiv-query/answer.xml",
        "feed/blog.xml",
        "feed/preprints.xml",
        "hf-daily/2025-05-20.json",
        "json-feed/1.1.json",
    ],
)
@given(share=st.floats(0.35, 0.97))
@settings(max_examples=examples(10), deadline=None)
def test_cut_document_is_refused(name: str, share: float) -> None:
    """XML and JSON that end early are refused whole: nothing is half-read."""
    body = (DATA / name).read_bytes()
    error = outcome(body[: int(len(body) * share)])
    assert isinstance(error, MalformedDocumentError)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
@given(data=st.data())
@settings(
    max_examples=examples(10),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_damaged_sample_is_parsed_or_refused(path: Path, data: st.DataObject) -> None:
    """A sample cut, doubled, changed or shuffled is parsed or refused, never by another error."""
    body = path.read_bytes()
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, len(body)))
    kind = data.draw(st.sampled_from(["cut", "removed", "doubled", "changed", "shuffled"]))
    if kind == "cut":
        body = body[start:end]
    elif kind == "removed":
        body = body[:start] + body[end:]
    elif kind == "doubled":
        body = body[:end] + body[start:]
    elif kind == "changed":
        body = body[:start] + data.draw(st.binary(max_size=20)) + body[start + 5 :]
    else:
        body = b"\n".join(data.draw(st.permutations(body.split(b"\n")[:40])))
    result = outcome(body)
    if isinstance(result, ParsedDocument):
        assert all(entry.title and entry.external_id for entry in result.entries)
    else:
        assert "\n" not in result.reason
