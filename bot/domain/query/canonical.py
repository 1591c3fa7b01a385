"""The canonical form: the tree printed back, so that reading it gives the same tree (rule R12)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.domain.paper_id import typed_id
from bot.domain.query.fields import SHOWN
from bot.domain.query.lexer import is_plain_word
from bot.domain.query.nodes import And, Author, Category, Id, Not, Or, Term

if TYPE_CHECKING:
    from bot.domain.query.nodes import Atom, Node

# What the lexer reads as one piece without quotation marks.
_PLAIN_ID = re.compile(r"[\w.+#/:-]*[\w+#]", re.ASCII)


def canonical(node: Node, *, ordered: bool = True) -> str:
    """Return a tree as text.

    Args:
        node: the tree.
        ordered: keep the order in which it was written; without it, trees that differ only in the order of
            terms give one text.
    """
    match node:
        case And() | Or():
            parts = [_operand(child, ordered=ordered) for child in node.children]
            return (" AND " if isinstance(node, And) else " OR ").join(parts if ordered else sorted(parts))
        case Not():
            return f"NOT {_operand(node.child, ordered=ordered)}"
        case _:
            return show_atom(node)


def show_atom(atom: Atom) -> str:
    """Return an atom as the canonical form writes it."""
    match atom:
        case Term():
            label = SHOWN[atom.fields]
            text = _words(atom.words, prefix=atom.prefix, hyphen=atom.hyphen)
            return f"{label}:{text}" if label else text
        case Author():
            return f"au:{_words(atom.words, prefix=atom.prefix)}"
        case Category():
            return f"{'primary' if atom.primary else 'cat'}:{atom.categories.name}"
        case Id():
            named = typed_id(atom.canonical_id)
            return f"id:{named}" if _PLAIN_ID.fullmatch(named) else f'id:"{named}"'


def _operand(node: Node, *, ordered: bool) -> str:
    text = canonical(node, ordered=ordered)
    return f"({text})" if isinstance(node, (And, Or)) else text


def _words(words: tuple[str, ...], *, prefix: bool, hyphen: bool = False) -> str:
    star = "*" if prefix else ""
    if hyphen:
        return "-".join(words)
    if len(words) == 1 and is_plain_word(words[0]):
        return words[0] + star
    return f'"{" ".join(words)}{star}"'
