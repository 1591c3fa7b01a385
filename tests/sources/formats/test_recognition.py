"""Which format reads what, and what a person is told where none does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.papers.parsed_entry import Document
from bot.errors import DocumentError, MalformedDocumentError, UnknownLayoutError
from bot.sources import FORMATS, parse_document, recognise


def parse_error(text: str) -> DocumentError:
    """Return the error that a document gives."""
    with pytest.raises(DocumentError) as caught:
        parse_document(Document("doc", text.encode()))
    return caught.value


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# My week in Paris\n\nIt rained.\n", '"# My week in Paris"'),
        ("---\ntitle: Trip\ndate: 2024-01-01\n---\n\nHello\n\n## Day one\n", '"## Day one"'),
        ("no heading\nat all\n", '"no heading"'),
        ("x" * 500, "xxx…"),
        ('{"error": "Too many requests"}', "Too many requests"),
        (
            "# Read [this](https://arxiv.org/abs/2401.00001)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
            "# Read",
        ),
        ("# 摘要\n\n这是一篇手写的笔记。\n", '"# 摘要"'),
        ("<div id=toc></div>\n\n# Table of Contents\n\n- [Admin](#admin)\n", "Table of Contents"),
    ],
)
def test_unknown_layout_is_named_by_its_beginning(text: str, shown: str) -> None:
    """The reason quotes the first heading or line and lists what paperwire reads."""
    error = parse_error(text)
    assert isinstance(error, UnknownLayoutError)
    assert error.reason.startswith("unknown layout: it begins with ")
    assert shown in error.reason
    assert all(fmt.NAME in error.reason for fmt in FORMATS)


@pytest.mark.parametrize(
    "page",
    [
        "<!doctype html><html><head><title>Daily &amp; Papers</title></head></html>",
        '\n<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN">\n<HTML><TITLE>Daily &amp; Papers</TITLE>',
        '<?xml version="1.0"?><!-- x --><html lang="en"><head><title>Daily</title></head></html>',
    ],
)
def test_web_page_is_refused_with_its_title_and_a_hint(page: str) -> None:
    """A web page is told from a feed, and the person is told what address to give."""
    error = parse_error(page)
    assert isinstance(error, UnknownLayoutError)
    assert "Daily" in error.reason
    assert "give the address of the feed" in error.reason


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>',
        '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"></rdf:RDF>',
    ],
)
def test_other_xml_is_named_by_its_root(text: str) -> None:
    """XML that is no feed is named by its root element."""
    assert "it is XML with the root <" in parse_error(text).reason


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("[]", "hf-daily"),
        ('[ {"paper": {"id": "x"}} ]', "hf-daily"),
        ('{"items": [], "version": "https://jsonfeed.org/version/1"}', "json-feed"),
        ("<rss><channel><title>cs.CV updates on arXiv.org</title></channel></rss>", "arxiv-feed"),
        (
            "<rss><channel><title>B</title><item><title>cs.CV updates</title></item></channel></rss>",
            "feed",
        ),
        ("<feed><title>ArXiv Query: x</title></feed>", "arxiv-query"),
        ("<feed><entry><id>http://arxiv.org/api/errors#x</id></entry></feed>", "arxiv-query"),
        ("\n\n<rss version='0.92'><channel/></rss>", "feed"),
        ("| **Title** | **Date** | **Comment** |\n| --- | --- | --- |\n", "daily-arxiv"),
        ("|Publish Date|Title|Authors|PDF|Code|Extra|\n|---|---|---|---|---|---|\n", "cv-arxiv-daily"),
        ("<div id='toc'></div>\n\n# Table of Contents\n\n- [cs.CV](#cs.CV) [Total: 0]\n", "ai-enhanced"),
        (
            "## Total Papers: 1\n\n<div id=toc></div>\n\n# Table of Contents\n\n### [1] [T](https://arxiv.org)\n",
            "ai-enhanced",
        ),
        ('{"id": "2401.00001", "abs": "https://arxiv.org/abs/2401.00001", "title": "T"}\n', "ai-enhanced"),
    ],
)
def test_layout_is_told_by_content(text: str, name: str) -> None:
    """The format is told by markers of the content, not by any name."""
    fmt = recognise(text)
    assert fmt is not None
    assert name == fmt.NAME


def test_warnings_of_decoding_come_first() -> None:
    """What was replaced while decoding is told with the document's other warnings."""
    parsed = parse_document(Document("x.json", b"[]", charset="no-such-set"))
    assert len(parsed.warnings) == 1


@given(text=st.text(alphabet="#-|[]<>{}\"'!: \nabc*", max_size=200))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    """Whatever looks a little like markup is parsed, or refused in one line."""
    reason = "none"
    try:
        parse_document(Document("x", text.encode()))
    except (UnknownLayoutError, MalformedDocumentError) as error:
        reason = error.reason
    assert reason
    assert "\n" not in reason
