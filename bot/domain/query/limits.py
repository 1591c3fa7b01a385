"""Limits on the size of a query, measured on its tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.papers.paper_id import typed_id
from bot.domain.query.expansion import written_atoms
from bot.domain.query.nodes import And, Author, Category, Id, Not, Or, Term

if TYPE_CHECKING:
    from bot.domain.query.nodes import Atom, Node


@dataclass(frozen=True, slots=True)
class Limits:
    """The maximum size of a query (rule R12).

    Attributes:
        characters: of the cleaned text.
        atoms: terms, names, categories and ids; what the glossary adds is not counted.
        depth: parentheses within parentheses.
    """

    characters: int = 300
    atoms: int = 24
    depth: int = 6


def weight(atom: Atom) -> int:
    """Return how many characters say what an atom looks for."""
    match atom:
        case Term() | Author():
            return sum(map(len, atom.words))
        case Category():
            return len(atom.categories.name)
        case Id():
            return len(typed_id(atom.canonical_id))


def depth(node: Node) -> int:
    """Return how many parentheses a tree needs within each other, not counting those of added terms."""
    match node:
        case And():
            return max(depth(child) + _needs_parentheses(child) for child in node.children)
        case Or():
            return max(depth(child) for child in node.children)
        case Not():
            return depth(node.child) + (isinstance(node.child, And) or _needs_parentheses(node.child))
        case _:
            return 0


def _needs_parentheses(node: Node) -> bool:
    return isinstance(node, Or) and sum(1 for _ in written_atoms(node)) > 1
