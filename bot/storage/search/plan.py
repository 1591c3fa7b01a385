"""Compiles a query tree to a search expression; each dialect formats its parts.

Nearly all atoms are indexed exactly. For one that is not, a name of three words or more, the index has a
**candidate** piece that finds at least what the atom means. The tree is then planned from above (such an atom
is its candidate piece) and, under a `Not`, from below (it finds nothing): so the plan finds at least what the
query means, and a hit that none of the candidate pieces finds is a match for sure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from bot.domain.query.nodes import And, Author, Category, Id, Not, Or, Term
from bot.domain.text.analysis import cjk_tokens
from bot.domain.text.tokenize import is_cjk
from bot.storage.search.document import (
    EVERY_PAPER,
    archive_mark,
    category_mark,
    id_mark,
    month_mark,
    pair_mark,
    surname_mark,
    year_mark,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from bot.domain.query.nodes import Node
    from bot.domain.text.analysis import Field

_MOST_YEARS: Final = 20
"""Of a window further back most papers are in, so it needs no help from the index."""


class Spelling(Protocol):
    """How a dialect writes the pieces of an index query; a piece is text that may be in parentheses."""

    def phrase(self, columns: Sequence[str], tokens: Sequence[str], *, open_end: bool) -> str:
        """Return the piece for tokens side by side in one of the columns."""
        ...

    def every(self, pieces: Sequence[str]) -> str:
        """Return the piece for what all pieces find."""
        ...

    def some(self, pieces: Sequence[str]) -> str:
        """Return the piece for what any of the pieces finds."""
        ...

    def without(self, base: str, piece: str) -> str:
        """Return the piece for what the base finds and the other does not."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """The compiled search expression of a query.

    Attributes:
        text: the index query.
        doubtful: an index query for the hits that are to be looked at again, or None where all are matches.
        titles: an index query for each term looked for, but in the title alone.
        some_of: an index query for each term looked for, where not all of them need be there.
        bound: whether what these two find may be no match, since more is asked than one of the terms.
        wanted: the terms looked for.
    """

    text: str
    doubtful: str | None
    titles: tuple[str, ...]
    some_of: tuple[str, ...]
    bound: bool
    wanted: tuple[Term, ...]


def plan(root: Node, spelling: Spelling) -> Plan:
    """Return what to ask an index for a query."""
    planner = _Planner(spelling)
    text = planner.above(root)
    doubtful = spelling.some(list(planner.candidates)) if planner.candidates else None
    wanted = list(dict.fromkeys(_wanted(root)))
    titles = tuple(planner.term(term, ("title",)) for term in wanted if "title" in term.fields)
    some_of = tuple(planner.term(term, term.fields) for term in wanted) if _has_choice(root) else ()
    bound = not all(isinstance(node, Term) for node in (root.children if isinstance(root, Or) else (root,)))
    return Plan(text, doubtful, titles, some_of, bound, tuple(wanted))


def since_piece(since: date, newest_year: int, spelling: Spelling) -> str | None:
    """Return the piece for the papers of a day's month and later, or None where it would not narrow much.

    Args:
        since: the day.
        newest_year: the last year that a paper may be marked with.
        spelling: the dialect's.
    """
    if newest_year - since.year > _MOST_YEARS:
        return None
    months = [month_mark(since.year, month) for month in range(since.month, 13)]
    years = [year_mark(year) for year in range(since.year + 1, newest_year + 1)]
    return spelling.some([spelling.phrase(("facet",), (mark,), open_end=False) for mark in months + years])


class _Planner:
    """Plans one tree.

    Attributes:
        candidates: the pieces that find more than their atoms mean, in order.
    """

    def __init__(self, spelling: Spelling) -> None:
        self._spelling = spelling
        self.candidates: dict[str, None] = {}

    def above(self, node: Node) -> str:
        """Return the piece that finds at least what a node means."""
        found = self._piece(node, above=True)
        assert found is not None, "from above every atom finds something"  # noqa: S101 (invariant)
        return found

    def _piece(self, node: Node, *, above: bool) -> str | None:
        """Return the piece of a node from above or from below; None finds nothing."""
        match node:
            case Term():
                return self.term(node, node.fields)
            case Author():
                return self._author(node, above=above)
            case Category() | Id():
                return self._facet(node)
            case Or():
                found = [piece for child in node.children if (piece := self._piece(child, above=above))]
                return self._spelling.some(found) if found else None
            case And():
                return self._and(node.children, above=above)
            case Not():
                return self._and((node,), above=above)

    def _and(self, children: Sequence[Node], *, above: bool) -> str | None:
        wanted = []
        for child in children:
            if not isinstance(child, Not):
                piece = self._piece(child, above=above)
                if piece is None:
                    return None
                wanted.append(piece)
        base = self._spelling.every(wanted or [self._mark("facet", EVERY_PAPER)])
        for child in children:
            if isinstance(child, Not):
                refused = self._piece(child.child, above=not above)
                base = self._spelling.without(base, refused) if refused else base
        return base

    def term(self, term: Term, fields: Sequence[Field]) -> str:
        """Return the piece that finds a term in some of its fields."""
        pieces = [self._spelling.phrase(fields, term.tokens, open_end=term.open_end)]
        if term.joined and (term.joined,) != term.tokens:
            pieces.append(self._spelling.phrase(fields, (term.joined,), open_end=term.prefix))
        return self._spelling.some(pieces)

    def _author(self, author: Author, *, above: bool) -> str | None:
        words = author.words
        cjk = [word for word in words if is_cjk(word)]
        if len(words) == 1:
            return self._cjk(words[0]) if cjk else self._surname(words[0], open_end=author.prefix)
        if cjk:
            return self._candidate(self._spelling.every(list(map(self._cjk, cjk))), above=above)
        spelled = [at for at, word in enumerate(words) if len(word) > 1]
        pieces = self._spelling.some([self._name_with(words, at) for at in spelled])
        return pieces if len(words) == 2 else self._candidate(pieces, above=above)  # noqa: PLR2004 (a pair)

    def _candidate(self, piece: str, *, above: bool) -> str | None:
        self.candidates[piece] = None
        return piece if above else None

    def _surname(self, word: str, *, open_end: bool) -> str:
        return self._mark("author", surname_mark(word), open_end=open_end)

    def _cjk(self, word: str) -> str:
        tokens = cjk_tokens(word)
        return self._spelling.phrase(("author",), tokens[:-1] or tokens, open_end=len(word) == 1)

    def _name_with(self, words: Sequence[str], at: int) -> str:
        """Return the piece for names that have one of the words as it is, and the others beside it."""
        others = (word for position, word in enumerate(words) if position != at)
        return self._spelling.every(
            [self._spelling.some(list(self._pair(words[at], word))) for word in others]
        )

    def _pair(self, word: str, other: str) -> Iterator[str]:
        if len(other) > 1:
            yield self._mark("author", pair_mark(word, other))
            yield self._mark("author", pair_mark(word, other[0]))
        else:
            yield self._mark("author", pair_mark(word, other), open_end=True)

    def _facet(self, facet: Category | Id) -> str:
        if isinstance(facet, Id):
            return self._mark("facet", id_mark(facet.canonical_id))
        found, primary = facet.categories, facet.primary
        if found.archive is not None:
            return self._mark("facet", archive_mark(found.archive, primary=primary))
        return self._spelling.some(
            [self._mark("facet", category_mark(name, primary=primary)) for name in found.ids]
        )

    def _mark(self, column: str, token: str, *, open_end: bool = False) -> str:
        return self._spelling.phrase((column,), (token,), open_end=open_end)


def _wanted(node: Node) -> Iterator[Term]:
    """Yield the terms of a tree that are not under a `Not`."""
    match node:
        case Term():
            yield node
        case And() | Or():
            for child in node.children:
                yield from _wanted(child)
        case _:
            return


def _has_choice(node: Node) -> bool:
    """Whether a match need not have all terms of a tree."""
    return isinstance(node, Or) or (isinstance(node, And) and any(map(_has_choice, node.children)))
