"""From a query's tree to what an index is asked; each dialect spells the pieces in its own way.

Where a piece finds more than the query means (names with initials), the plan is not exact and each hit is
to be looked at again with `evaluate`. Under a `Not` such a piece would lose papers, so there it is widened
to nothing: everything is found and looked at again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.domain.query.nodes import And, Author, Category, Id, Not, Or, Term
from bot.domain.tokens import cjk_tokens
from bot.domain.words import is_cjk
from bot.storage.search.document import (
    EVERY_PAPER,
    archive_mark,
    category_mark,
    id_mark,
    surname_mark,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.query.nodes import Node


class Spelling(Protocol):
    """How a dialect writes the pieces of an index query; a piece is text that may stand in parentheses."""

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
    """What an index is asked.

    Attributes:
        text: the index query.
        exact: whether each hit is a match; else hits are candidates.
    """

    text: str
    exact: bool


def plan(root: Node, spelling: Spelling) -> Plan:
    """Return what to ask an index for a query."""
    planner = _Planner(spelling)
    return Plan(planner.piece(root), not planner.widened)


class _Planner:
    def __init__(self, spelling: Spelling) -> None:
        self._spelling = spelling
        self.widened = False

    def piece(self, node: Node) -> str:
        """Return the index query of a node: exact, or wider where it must be."""
        match node:
            case Term():
                return self._term(node)
            case Author():
                return self._author(node)
            case Category() | Id():
                return self._facet(node)
            case Or(children=children):
                return self._spelling.some([self.piece(child) for child in children])
            case And():
                return self._and(node)
            case Not(child=child):
                return self._minus(self._every_paper(), child)

    def _and(self, node: And) -> str:
        wanted = [self.piece(child) for child in node.children if not isinstance(child, Not)]
        piece = self._spelling.every(wanted) if wanted else self._every_paper()
        for child in node.children:
            if isinstance(child, Not):
                piece = self._minus(piece, child.child)
        return piece

    def _minus(self, base: str, child: Node) -> str:
        inner = _Planner(self._spelling)
        piece = inner.piece(child)
        if inner.widened:
            self.widened = True
            return base
        return self._spelling.without(base, piece)

    def _term(self, term: Term) -> str:
        pieces = [self._spelling.phrase(term.fields, term.tokens, open_end=term.open_end)]
        if term.joined and (term.joined,) != term.tokens:
            pieces.append(self._spelling.phrase(term.fields, (term.joined,), open_end=term.prefix))
        return self._spelling.some(pieces)

    def _author(self, author: Author) -> str:
        words = author.words
        if len(words) == 1 and not is_cjk(words[0]):
            return self._mark("author", surname_mark(words[0]), open_end=author.prefix)
        self.widened = True
        told = [word for word in words if is_cjk(word) or len(word) > 1]
        return self._spelling.some([self._name_word(word) for word in told])

    def _name_word(self, word: str) -> str:
        if not is_cjk(word):
            return self._mark("author", word)
        tokens = cjk_tokens(word)
        pairs = tokens[:-1] or tokens
        return self._spelling.phrase(("author",), pairs, open_end=len(word) == 1)

    def _facet(self, facet: Category | Id) -> str:
        if isinstance(facet, Id):
            return self._mark("facet", id_mark(facet.canonical_id))
        found, primary = facet.categories, facet.primary
        if found.archive is not None:
            return self._mark("facet", archive_mark(found.archive, primary=primary))
        return self._spelling.some(
            [self._mark("facet", category_mark(name, primary=primary)) for name in found.ids]
        )

    def _every_paper(self) -> str:
        return self._mark("facet", EVERY_PAPER)

    def _mark(self, column: str, token: str, *, open_end: bool = False) -> str:
        return self._spelling.phrase((column,), (token,), open_end=open_end)
