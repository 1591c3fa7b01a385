"""Parses texts of arXiv's feeds: the announcement line before an abstract, and the line of authors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bot.domain.papers.arxiv_id import find_arxiv_id
from bot.domain.text.normalize import collapse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.papers.arxiv_id import ArxivId
    from bot.domain.papers.parsed_entry import Announcement

_PREFIX = re.compile(
    r"arXiv:(?P<id>\S{1,60})\s{1,9}Announce Type:\s{0,9}(?P<kind>[\w-]{1,20})\s{0,9}Abstract:\s{0,9}"
)
_KINDS: dict[str, Announcement] = {
    "new": "new",
    "cross": "cross",
    "replace": "replace",
    "replace-cross": "replace-cross",
}
_CATEGORY = re.compile(r"[a-z]{2,8}(?:-[a-z]{2,4})?(?:\.[A-Za-z-]{2,9})?")
_LONGEST_LINE = 200_000  # the largest collaborations have 3,000 authors
_BRACKETS = re.compile(r"[(){},\\]")


class AnnouncedAbstract(NamedTuple):
    """A text of the kind `arXiv:2203.99001v3 Announce Type: new Abstract: ...`.

    Attributes:
        arxiv: the id, usually with its version.
        kind: the announce type as written.
        rest: the abstract.
    """

    arxiv: ArxivId | None
    kind: str
    rest: str


def parse_announcement(text: str) -> AnnouncedAbstract | None:
    """Split the announcement from an abstract; None where the text does not begin with one."""
    match = _PREFIX.match(text)
    return (
        AnnouncedAbstract(find_arxiv_id(match["id"]), match["kind"], text[match.end() :]) if match else None
    )


def announced(kind: str) -> Announcement | None:
    """Return a known announce type, else None."""
    return _KINDS.get(kind.strip().lower())


def arxiv_categories(terms: Iterable[str]) -> tuple[str, ...]:
    """Return the arXiv categories among subject terms, each once, in order; MSC and ACM classes are none."""
    return tuple(dict.fromkeys(term for term in terms if _CATEGORY.fullmatch(term)))


def split_authors(line: str) -> tuple[str, ...]:
    r"""Split arXiv's one line of authors at its commas; names stay as written (`Andr\'e`).

    A comma within brackets belongs to an affiliation or a TeX accent. Where brackets don't close, every
    comma counts.
    """
    line = line[:_LONGEST_LINE]
    names, start, depth = [], 0, 0
    escaped = -1
    for match in _BRACKETS.finditer(line):
        at, mark = match.start(), match[0]
        if at == escaped:
            continue
        if mark == "\\":
            escaped = at + 1
        elif mark in "({":
            depth += 1
        elif mark in ")}":
            depth = max(0, depth - 1)
        elif not depth:
            names.append(line[start:at])
            start = at + 1
    names.append(line[start:])
    if depth:
        names = line.split(",")
    return tuple(name for raw in names if (name := collapse(raw)))
