"""The DailyArXiv tables, beyond their samples."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import MalformedDocumentError
from bot.sources.formats import daily_arxiv

if TYPE_CHECKING:
    from bot.domain.papers.parsed_entry import ParsedDocument

HEADER = "## Topic\n| **Title** | **Date** | **Abstract** | **Comment** |\n| --- | --- | --- | --- |\n"
TITLE = "**[T](http://arxiv.org/abs/2504.99001v1)**"


def parsed(rows: str, header: str = HEADER) -> ParsedDocument:
    """Parse a document of one table."""
    return daily_arxiv.parse(header + rows, "README.md")


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("---\ntitle: Latest 15 Papers - April 25, 2025\n---\n", (date(2025, 4, 25),)),
        ("Last update: 2025-04-25\n\n", (date(2025, 4, 25),)),
        ("title: Latest 15 Papers - April 31, 2025\n", ()),
        ("", ()),
    ],
)
def test_day_of_the_digest_is_read_from_its_title_or_line(line: str, days: tuple[date, ...]) -> None:
    """The issue has its day in the title, the README in a line."""
    assert parsed("", line + HEADER).dates == days


@pytest.mark.parametrize(
    ("cell", "comment"),
    [
        ("<details><summary>Accep...</summary><p>Accepted, 8 pages</p></details>", "Accepted, 8 pages"),
        ("<details><summary>a</summary><p>a < b | c</p></details>", "a < b | c"),
        ("8 pages", "8 pages"),
        ("8 pages | 3 figures", "8 pages | 3 figures"),
        ("", None),
    ],
)
def test_folded_comment_is_whole(cell: str, comment: str | None) -> None:
    """A folded cell gives its whole text, not the letters that show."""
    (entry,) = parsed(f"| {TITLE} | 2025-04-23 | Text. | {cell} |\n").entries
    assert entry.comment == comment


@given(title=st.text("abc |[]()*$\\_", min_size=1, max_size=30).filter(lambda text: text.strip(" *")))
def test_title_survives_pipes_and_brackets(title: str) -> None:
    """Whatever is in a title between the row's own marks is the title."""
    if title.count("|") < 19 and "](" not in title and not title.endswith("\\"):
        row = f"| **[{title}](http://arxiv.org/abs/2504.99001v1)** | 2025-04-23 | Text. | 8 pages |\n"
        entries = parsed(row).entries
        assert [entry.title for entry in entries] == [" ".join(title.replace(r"\|", "|").split())]
        assert entries[0].comment == "8 pages"


def test_cut_row_is_refused() -> None:
    """A document that ends within a row is refused."""
    with pytest.raises(MalformedDocumentError, match="cut off in the row"):
        parsed(f"| {TITLE} | 2025-04-23 | <details><summary>Show</summary><p>Tex")
