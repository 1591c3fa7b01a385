"""Decides whether an item with a known id at its source is still the same item.

A source that edits an item keeps its name, and mostly its link or its text too. Some programs count their
items and begin again, so that a name comes back for something else: then title, link and text all differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.papers.paper import ids_of
from bot.domain.papers.paper_id import by_kind
from bot.domain.text.stop_words import STOP_WORDS
from bot.domain.text.tokenize import is_cjk, words

if TYPE_CHECKING:
    from bot.domain.papers.paper import Paper
    from bot.domain.papers.parsed_entry import Entry

_SHARE: Final = 0.5
"""Of the words of the shorter text; an edit rarely leaves less, two items rarely share as much."""
_LONGEST: Final = 5_000  # code points of an abstract that are compared


def is_same_entry(paper: Paper, entry: Entry) -> bool:
    """Tell whether an entry can be an edit of what a paper was stored from, under one name of one source."""
    if _ids_differ(paper, entry):
        return False
    return (
        (entry.url is not None and entry.url == paper.url)
        or _are_alike(paper.title, entry.title)
        or _are_alike(paper.abstract, entry.abstract)
    )


def _ids_differ(paper: Paper, entry: Entry) -> bool:
    """Tell whether both have an id of one kind, and not the same."""
    known, given = by_kind(paper.ids), by_kind(ids_of(entry))
    return any(known[kind] != given[kind] for kind in known.keys() & given.keys() if kind != "title")


def _are_alike(one: str, other: str) -> bool:
    a, b = _pieces(one), _pieces(other)
    shared = len(a & b)
    return shared > 0 and shared >= _SHARE * min(len(a), len(b))


def _pieces(text: str) -> set[str]:
    """Return the telling words of a text; of a run of CJK characters each pair of neighbours."""
    found: set[str] = set()
    for word in words(text[:_LONGEST]):
        if is_cjk(word) and len(word) > 1:
            found.update(map(str.__add__, word, word[1:]))
        else:
            found.add(word)
    return found - STOP_WORDS or found
