"""The cv-arxiv-daily tables and list, beyond their samples."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from bot.errors import MalformedDocumentError
from bot.sources.formats import cv_arxiv_daily

if TYPE_CHECKING:
    from bot.domain.papers.parsed_entry import ParsedDocument

HEADER = (
    "## Updated on 2025.03.25\n\n## Topic\n\n|Publish Date|Title|Authors|PDF|Code|\n|---|---|---|---|---|\n"
)


def parsed(rows: str, header: str = HEADER) -> ParsedDocument:
    """Parse a document of one table."""
    return cv_arxiv_daily.parse(header + rows, "README.md")


@pytest.mark.parametrize(
    ("day", "link", "published"),
    [
        ("2025-03-19", "2503.99001", date(2025, 3, 19)),
        ("2025-02-27", "2503.99001", date(2025, 2, 27)),
        ("2025-04-02", "2503.99001", None),
        ("2025-03-19", "2503.99001v2", None),
        ("2025-03-19", "2503.99001v1", date(2025, 3, 19)),
        ("2025-13-19", "2503.99001", None),
        ("", "2503.99001", None),
    ],
)
def test_day_of_an_update_is_not_the_papers_day(day: str, link: str, published: date | None) -> None:
    """The column's day counts only where it can be the first submission's."""
    (entry,) = parsed(f"|**{day}**|**T**|A et.al.|[x](http://arxiv.org/abs/{link})|null|\n").entries
    assert entry.published == published


@pytest.mark.parametrize(
    ("cell", "authors"),
    [
        ("Ann Li et.al.", ("Ann Li et al.",)),
        ("Ann Li et al.", ("Ann Li et al.",)),
        ("Ann Li, Bo Chen", ("Ann Li", "Bo Chen")),
        ("Metal Alberts", ("Metal Alberts",)),
        ("null", ()),
        ("et.al.", ("et.al.",)),
        ("", ()),
    ],
)
def test_first_author_is_marked_as_such(cell: str, authors: tuple[str, ...]) -> None:
    """A column that names the first author only doesn't make a paper of one author."""
    (entry,) = parsed(f"|**2025-03-19**|**T**|{cell}|[x](http://arxiv.org/abs/2503.99001)|null|\n").entries
    assert entry.authors == authors


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("**[link](https://github.com/a/b)**", ("https://github.com/a/b",)),
        ("[link](https://github.com/a/b)", ("https://github.com/a/b",)),
        ("https://github.com/a/b", ("https://github.com/a/b",)),
        ("null", ()),
        ("**[link](javascript:alert(1))**", ()),
    ],
)
def test_code_column_gives_the_repository(cell: str, code: tuple[str, ...]) -> None:
    """The code column is a link, an address or null; only web addresses count."""
    (entry,) = parsed(f"|**2025-03-19**|**T**|A|[x](http://arxiv.org/abs/2503.99001)|{cell}|\n").entries
    assert entry.code_urls == code


def test_row_over_several_lines_is_one_row() -> None:
    """A fork that keeps an abstract's newlines within a cell is read as one row."""
    rows = "|**2025-03-19**|**T**|A text\nover two lines|[x](http://arxiv.org/abs/2503.99001)|null|\n|a|b|c|d|e|\n"
    (entry,) = parsed(rows).entries
    assert entry.title == "T"


def test_columns_are_read_by_name() -> None:
    """A fork may add or move columns."""
    header = HEADER.replace(
        "|Publish Date|Title|Authors|PDF|Code|", "|Publish Date|Title|PDF|Abstract|Comments|"
    )
    rows = "|**2025-03-19**|**T**|[x](http://arxiv.org/abs/2503.99001)|Text.|8 pages|\n"
    (entry,) = parsed(rows, header).entries
    assert (entry.abstract, entry.comment) == ("Text.", "8 pages")


def test_table_in_fenced_code_is_no_table() -> None:
    """A table that a README shows as an example is not read."""
    fenced = "```\n" + HEADER + "|**2025-03-19**|**T**|A|[x](http://arxiv.org/abs/2503.99001)|null|\n```\n\n"
    assert parsed("", fenced + HEADER).entries == ()


def test_link_elsewhere_is_the_papers_page() -> None:
    """A row may link a page that is not arXiv's."""
    (entry,) = parsed("|**2025-03-19**|**T**|A|[x](https://example.org/paper)|null|\n").entries
    assert (entry.arxiv, entry.url) == (None, "https://example.org/paper")


@pytest.mark.parametrize(
    "text",
    [
        HEADER + "|**2025-03-19**|**T**|A|[x](http://arx",
        "## T\n### [A Title](http://arxiv.org/abs/2401.99001)\nA\n<details>\n<summary>Abstract</summary>\n<ol>\nTe",
    ],
)
def test_cut_document_is_refused(text: str) -> None:
    """A document that ends within a row or an abstract is refused."""
    with pytest.raises(MalformedDocumentError, match="cut off"):
        cv_arxiv_daily.parse(text, "README.md")
