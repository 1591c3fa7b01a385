"""The overview digest: what is recognised, what is read, what is refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.papers.arxiv_id import ArxivId
from bot.errors import MalformedDocumentError
from bot.sources.formats import overview

_HEADING = "# 2024-03-12--2024-03-15 生成式论文概览\n"


def _item(title: str = "A Title", number: str = "2403.99001v1", abstract: str = "An abstract.") -> str:
    link = f"http://arxiv.org/abs/{number}"
    return f"## {title} \n  * 2024-03-14  \n  * {abstract} \n * link:[{link}]({link}) \n"


def test_an_item_is_read_whole() -> None:
    """An item gives its title, id with version, day and abstract; blanks are collapsed."""
    parsed = overview.parse(_HEADING + _item("Runs   of\tblanks", "2403.99001v2", "One.   Two."), "a.md")

    entry = parsed.entries[0]
    assert (parsed.format, parsed.topic) == ("overview", None)
    assert parsed.dates == (date(2024, 3, 12), date(2024, 3, 15))
    assert entry.title == "Runs of blanks"
    assert (entry.arxiv, entry.external_id) == (ArxivId("2403.99001", 2), "2403.99001v2")
    assert entry.published == date(2024, 3, 14)
    assert entry.abstract == "One. Two."
    assert (entry.authors, entry.comment, entry.summary, entry.review) == ((), None, None, None)


def test_the_papers_day_is_its_own() -> None:
    """The heading names the window that was asked for; a paper keeps the day of its item."""
    text = "# 2024-03-21--2024-03-23 概览\n" + _item()

    assert overview.parse(text, "a.md").entries[0].published == date(2024, 3, 14)


def test_a_window_of_one_day_is_one_date() -> None:
    """A heading whose two days are the same gives that day once; a reversed one is put in order."""
    assert overview.parse("# 2024-03-12--2024-03-12 概览\n", "a.md").dates == (date(2024, 3, 12),)
    assert overview.parse("# 2024-03-15--2024-03-12 概览\n", "a.md").dates == (
        date(2024, 3, 12),
        date(2024, 3, 15),
    )


def test_a_wrapped_title_and_abstract_are_joined() -> None:
    """Line breaks within title or abstract become blanks."""
    entry = overview.parse(
        _HEADING + _item("A Title\n  that Goes on", abstract="One.\n\n  Two."), "a.md"
    ).entries[0]

    assert entry.title == "A Title that Goes on"
    assert entry.abstract == "One. Two."


def test_what_looks_like_a_link_line_in_an_abstract_is_text() -> None:
    """The id comes from the item's last link line; an abstract that names other ids or links keeps them."""
    abstract = "We extend arXiv:2301.99999, link:[x](http://arxiv.org/abs/2301.99998v1) says how. * Stars."
    entry = overview.parse(_HEADING + _item(abstract=abstract), "a.md").entries[0]

    assert entry.external_id == "2403.99001v1"
    assert entry.abstract == abstract


def test_links_come_from_the_abstract() -> None:
    """Repositories and other pages of the abstract are told apart."""
    abstract = r"Code: https://github.com/paperwire-samples/a. Page: \url{https://a.example.org}."
    entry = overview.parse(_HEADING + _item(abstract=abstract), "a.md").entries[0]

    assert entry.code_urls == ("https://github.com/paperwire-samples/a",)
    assert entry.project_urls == ("https://a.example.org",)


def test_the_order_of_the_document_is_kept() -> None:
    """Items stay in the document's order even where their ids are out of order."""
    text = (
        _HEADING + _item(number="2403.99003v1") + _item(number="2403.99009v1") + _item(number="2403.99001v1")
    )

    ids = [entry.external_id for entry in overview.parse(text, "a.md").entries]

    assert ids == ["2403.99003v1", "2403.99009v1", "2403.99001v1"]


def test_a_paper_that_stands_twice_is_given_twice_and_told() -> None:
    """Repeated items are all returned; one warning names the id, whatever the versions."""
    parsed = overview.parse(_HEADING + _item() + _item(number="2403.99001v2"), "a.md")

    assert [entry.external_id for entry in parsed.entries] == ["2403.99001v1", "2403.99001v2"]
    assert len(parsed.warnings) == 1
    assert "2403.99001" in parsed.warnings[0]


@pytest.mark.parametrize("day", ["", "  * 2024-13-40  \n"])
def test_an_item_without_a_readable_day_is_kept_and_told(day: str) -> None:
    """A missing or impossible day leaves `published` empty, with a warning."""
    parsed = overview.parse(_HEADING + _item().replace("  * 2024-03-14  \n", day), "a.md")

    assert parsed.entries[0].published is None
    assert parsed.entries[0].title == "A Title"
    assert parsed.entries[0].abstract == "An abstract."
    assert "“A Title”" in parsed.warnings[0]


def test_an_item_elsewhere_than_on_arxiv_keeps_its_link() -> None:
    """A link line that leads elsewhere names the item by its address."""
    text = _HEADING + _item().replace("http://arxiv.org/abs/2403.99001v1", "https://papers.example.org/7")
    entry = overview.parse(text, "a.md").entries[0]

    assert (entry.arxiv, entry.url) == (None, "https://papers.example.org/7")
    assert entry.external_id == "https://papers.example.org/7"


@pytest.mark.parametrize("text", [_HEADING, _HEADING.strip(), "\n" + _HEADING + "\n\n"])
def test_an_overview_without_items_is_valid(text: str) -> None:
    """A heading alone is a day without papers, not an error."""
    assert overview.recognises(text)
    assert overview.parse(text, "a.md").entries == ()


@pytest.mark.parametrize(
    "cut", ["## A Ti", "## A Title \n  * 2024-0", "## A Title \n  * 2024-03-14  \n  * An abs"]
)
def test_an_item_without_its_link_line_is_refused(cut: str) -> None:
    """A document cut within an item is refused; the reason names the item's title."""
    with pytest.raises(MalformedDocumentError, match=r"“A Ti.*link line") as caught:
        overview.parse(_HEADING + _item("First") + cut, "digests/a.md")

    assert caught.value.document == "digests/a.md"


def test_an_item_without_a_title_is_refused() -> None:
    """An item that is only a mark is refused."""
    with pytest.raises(MalformedDocumentError, match="no title"):
        overview.parse(_HEADING + "## ", "a.md")


def test_parsing_another_document_is_refused() -> None:
    """Without the heading nothing is read."""
    with pytest.raises(MalformedDocumentError, match="heading"):
        overview.parse("# Notes\n" + _item(), "a.md")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Notes\n\n" + _item(),
        "# 2024-03-12 概览\n" + _item(),
        "# 2024-13-12--2024-03-15 概览\n" + _item(),
        "Text\n\n" + _HEADING + _item(),
        "# 2024-03-12--2024-03-15 周报\n\n这周读了三篇论文。\n",
        "# 2024-03-12--2024-03-15 周报\n## 工作\n读了 https://arxiv.org/abs/2403.99001\n",
    ],
)
def test_other_documents_are_not_recognised(text: str) -> None:
    """Other headings, and hand-written notes under such a heading, are not overviews."""
    assert not overview.recognises(text)


def test_a_document_cut_in_its_first_item_is_still_recognised() -> None:
    """So that it is refused as cut off, not as unknown."""
    for length in range(len(_HEADING) + 3, len(_HEADING + _item())):
        assert overview.recognises((_HEADING + _item())[:length])


@settings(deadline=None)
@given(st.data())
def test_a_cut_document_is_never_half_read(data: st.DataObject) -> None:
    """Cut anywhere, a document is refused or gives a whole prefix of its items."""
    items = (_item("First", "2403.99001v1"), _item("Second", "2403.99002v1"), _item("Third", "2403.99003v1"))
    text = _HEADING + "".join(items)
    whole = overview.parse(text, "a.md").entries
    cut = text[: data.draw(st.integers(len(_HEADING), len(text)))]

    try:
        entries = overview.parse(cut, "a.md").entries
    except MalformedDocumentError:
        return
    assert entries == whole[: len(entries)]
    assert cut.count("link:") == len(entries)


_PIECES = st.sampled_from(
    [
        "#",
        "##",
        " ",
        "\n",
        "\n## ",
        "*",
        "  * ",
        "2024-03-14",
        "--",
        "概览",
        "link:",
        "[x]",
        "(",
        ")",
        "http://arxiv.org/abs/2403.99001v1",
        "\x00",
        "\u2028",
        "$",
        "\\",
    ]
)


@settings(deadline=None)
@given(st.lists(_PIECES, max_size=60).map("".join) | st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever is below the heading, there is a result or the one error."""
    overview.recognises(text)
    try:
        parsed = overview.parse(_HEADING + text, "a.md")
    except MalformedDocumentError:
        return
    assert all(entry.title for entry in parsed.entries)


@pytest.mark.parametrize(
    "piece", ["## ", "## a\n", " ", "\n", "  * ", "link:[", " * link:[x](", "2024-03-14", "x"]
)
def test_a_hostile_document_is_read_in_one_pass(piece: str) -> None:
    """A megabyte of one piece does not make a pattern backtrack; it would not end if it did."""
    reasons = []
    for start in (_HEADING, "# ", _HEADING + "## a\n  * 2024-03-14\n  * "):
        text = start + piece * (1_000_000 // len(piece))
        overview.recognises(text[:65_536])
        try:
            overview.parse(text, "a.md")
        except MalformedDocumentError as error:
            reasons.append(error.reason)

    assert all(len(reason) < 300 for reason in reasons)
