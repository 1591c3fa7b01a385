"""Parses pipe tables in Markdown, including the quirks of the programs that generate digests.

Cells hold unescaped pipes (LaTeX in titles), raw `<details>` blocks and, in forks, line breaks; a
CommonMark parser cuts such rows short, so rows are read by their known columns instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.text.normalize import collapse
from bot.errors import MalformedDocumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MARK = re.compile(
    r"^(?:(?P<fence>```)|(?P<heading>#[^\n]*)|(?P<header>\|[^\n]*)\n[ \t:|]*-[ \t:|-]*$)", re.MULTILINE
)
_ENDS = ("|", "#", "{{<", "\n")  # what no row continues with
_LONGEST_HEADER = 500
_MOST_CELLS = 64  # the rest of a longer row stays in its last cell
_MOST_PIECES = 20  # no title holds more pipes
_PIECE = re.compile(r"\\\||\||<details\b|</details>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Attributes:
        heading: the text of the heading above it, or None.
        columns: the names of its columns, lower case, without emphasis.
        rows: its rows as written, each on one line.
    """

    heading: str | None
    columns: tuple[str, ...]
    rows: tuple[str, ...]


def find_tables(text: str, name: str) -> Iterator[Table]:
    """Yield the tables of a text in order; those in fenced code are skipped.

    Raises:
        MalformedDocumentError: the text ends within a row.
    """
    heading, fenced, position = None, False, 0
    while mark := _MARK.search(text, position):
        position = mark.end()
        if mark["fence"]:
            fenced = not fenced
        elif mark["heading"]:
            heading = collapse(mark["heading"].lstrip("#")) or None
        elif not fenced:
            rows, position = _rows(text, position + 1, name)
            yield Table(heading, header_columns(mark["header"]), rows)


def has_columns(head: str, wanted: Callable[[tuple[str, ...]], bool]) -> bool:
    """Tell whether a text has a header row whose columns are wanted."""
    lines = (line for line in head.split("\n") if line.startswith("|") and len(line) < _LONGEST_HEADER)
    return any(wanted(header_columns(line)) for line in lines)


def header_columns(line: str) -> tuple[str, ...]:
    """Return the column names of a header row."""
    return tuple(collapse(cell.strip().strip("*")).lower() for cell in line.strip().strip("|").split("|"))


def split_row(row: str) -> list[str]:
    r"""Split a row at its pipes, but not at `\|` or within `<details>`; `\|` becomes `|`."""
    row = row.strip()
    row = row.removeprefix("|").removesuffix("|")
    cells, start, depth = [], 0, 0
    for piece in _PIECE.finditer(row):
        mark = piece[0].lower()
        if mark == "<details":
            depth += 1
        elif mark == "</details>":
            depth = max(0, depth - 1)
        elif mark == "|" and not depth:
            cells.append(row[start : piece.start()])
            start = piece.end()
            if len(cells) == _MOST_CELLS:
                break
    cells.append(row[start:])
    if depth and len(cells) == 1:  # a block that is never closed must not swallow the row
        cells = row.split("|", _MOST_CELLS)
    return [cell.replace(r"\|", "|") for cell in cells]


def find_link(cell: str) -> tuple[str, str] | None:
    """Return label and address of the link that a cell is, emphasis aside; None where it is none."""
    cell = cell.strip().strip("*").strip()
    middle = cell.rfind("](")
    end = cell.find(")", middle)
    if not cell.startswith("[") or middle < 0 or end < 0:
        return None
    return collapse(cell[1:middle]), collapse(cell[middle + 2 : end])


def may_link(row: str) -> bool:
    """Tell cheaply whether a row can hold a link at all."""
    return "](" in row


def rejoin_title(cells: list[str]) -> list[str]:
    """Join the first cells of a row up to the end of the title's link, which pipes in the title cut apart."""
    for count in range(1, min(len(cells), _MOST_PIECES) + 1):
        title = "|".join(cells[:count])
        if find_link(title):
            return [title, *cells[count:]]
    return cells


def _rows(text: str, position: int, name: str) -> tuple[tuple[str, ...], int]:
    """Return the rows from a position on, and where they end."""
    rows = []
    while text.startswith("|", position):
        row, position = _line(text, position)
        if not row.endswith("|"):
            row, position = _continued(row, text, position)
            if not row.endswith("|") and position >= len(text):
                raise MalformedDocumentError(name, f'it is cut off in the row "{collapse(row)[:80]}"')
        rows.append(row)
    return tuple(rows), position


def _continued(row: str, text: str, position: int) -> tuple[str, int]:
    """Return a row with the lines that continue with it.

    As forks that keep an abstract's newlines write it.
    """
    parts = [row]
    while not parts[-1].endswith("|") and position < len(text) and not text.startswith(_ENDS, position):
        line, following = _line(text, position)
        if not line.strip():
            break
        parts.append(line.strip())
        position = following
    return " ".join(parts), position


def _line(text: str, position: int) -> tuple[str, int]:
    end = text.find("\n", position)
    end = len(text) if end < 0 else end
    return text[position:end].rstrip(), end + 1
