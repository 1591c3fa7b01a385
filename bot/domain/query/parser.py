"""Parses tokens into a query tree; a misplaced token is dropped with a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.query.fields import find_field
from bot.domain.query.messages import note
from bot.domain.query.nodes import TEXT, Or
from bot.domain.query.shape import chosen_ids, conjunction, disjunction, negation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.query.atoms import AtomReader
    from bot.domain.query.fields import Scope
    from bot.domain.query.lexer import Kind, Token
    from bot.domain.query.messages import Note
    from bot.domain.query.nodes import Node


def balanced(tokens: Sequence[Token], notes: list[Note]) -> list[Token]:
    """Return the pieces without the closing parentheses that nothing opened."""
    depth = 0
    kept = []
    for token in tokens:
        if token.kind == "close" and depth == 0:
            notes.append(note("dropped", text=token.text))
            continue
        depth += (token.kind == "open") - (token.kind == "close")
        kept.append(token)
    if depth:
        notes.append(note("closed_paren"))
    return kept


def nesting(tokens: Sequence[Token]) -> int:
    """Return how many parentheses are open at once, at most."""
    depth = deepest = 0
    for token in tokens:
        depth += (token.kind == "open") - (token.kind == "close")
        deepest = max(deepest, depth)
    return deepest


class Parser:
    """A recursive-descent parser over balanced tokens, one method for each rule of the grammar."""

    def __init__(self, tokens: Sequence[Token], reader: AtomReader, notes: list[Note]) -> None:
        self._tokens = tokens
        self._reader = reader
        self._notes = notes
        self._at = 0

    def parse(self) -> Node | None:
        """Return the tree, or None where nothing is left to look for.

        Raises:
            UnreadableQueryError: an atom can't be read.
        """
        return self._disjunction(TEXT)

    def _disjunction(self, scope: Scope) -> Node | None:
        if self._kind() == "or":
            self._drop()
        parts = [self._conjunction(scope)]
        while self._kind() == "or":
            if self._kind(1) in {None, "or", "close"}:
                self._drop()
            else:
                self._at += 1
                parts.append(self._conjunction(scope))
        return disjunction(filter(None, parts))

    def _conjunction(self, scope: Scope) -> Node | None:
        parts: list[Node | None] = []
        while (kind := self._kind()) not in {None, "or", "close"}:
            if kind == "and":
                if parts and self._kind(1) not in {None, "and", "or", "close"}:
                    self._at += 1
                else:
                    self._drop()
            elif kind == "not":
                if self._kind(1) in {None, "and", "or", "not", "close"}:
                    self._drop()
                else:
                    self._at += 1
                    atom = self._atom(scope)
                    parts.append(negation(atom) if atom else None)
            else:
                parts.append(self._atom(scope))
        return conjunction(self._any_of_ids([part for part in parts if part]))

    def _any_of_ids(self, parts: list[Node]) -> list[Node]:
        """Return parts that stand side by side, the ids among them as one choice: a paper has only one id."""
        ids = [part for part in parts if chosen_ids(part)]
        choice = disjunction(ids)
        if choice is None or len(ids) == 1:
            return parts
        if isinstance(choice, Or):
            self._notes.append(note("ids_any"))
        first = parts.index(ids[0])
        return [
            choice if at == first else part for at, part in enumerate(parts) if at == first or part not in ids
        ]

    def _atom(self, scope: Scope) -> Node | None:
        while self._kind() == "field":
            if self._kind(1) not in {"word", "phrase", "url", "field", "open"}:
                self._drop()
                return None
            scope = find_field(self._tokens[self._at].text) or scope
            self._at += 1
        token = self._tokens[self._at]
        self._at += 1
        if token.kind != "open":
            return self._reader.read(token, scope)
        node = self._disjunction(scope)
        if self._kind() == "close":
            self._at += 1
        if node is None:
            self._notes.append(note("dropped", text="()"))
        return node

    def _kind(self, ahead: int = 0) -> Kind | None:
        at = self._at + ahead
        return self._tokens[at].kind if at < len(self._tokens) else None

    def _drop(self) -> None:
        token = self._tokens[self._at]
        text = f"{token.text}:" if token.kind == "field" else token.text
        self._notes.append(note("dropped", text=text))
        self._at += 1
