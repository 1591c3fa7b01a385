"""Prints a query tree in canonical form (rule R12).

A blank stands for AND, `-` for NOT; `OR` and parentheses stand where they are needed. Terms stand
as they were written, in lower case. Reading the canonical form gives the same tree.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.domain.papers.paper_id import typed_id
from bot.domain.query.fields import SHOWN
from bot.domain.query.lexer import is_plain_word
from bot.domain.query.nodes import And, Author, Category, Id, Not, Or, Term

if TYPE_CHECKING:
    from bot.domain.query.nodes import Atom, Node

# What the lexer reads as one piece without quotation marks.
_PLAIN_ID = re.compile(r"[\w.+#/:-]*[\w+#]", re.ASCII)


def canonical(node: Node) -> str:
    """Return a tree as text for readers."""
    match node:
        case And():
            return " ".join(map(_operand, node.children))
        case Or():
            return " OR ".join(map(_operand, _written(node)))
        case Not():
            return f"-{_operand(node.child)}"
        case _:
            return show_atom(node)


def equality_key(node: Node) -> str:
    """Return a text that is the same for trees which find the same papers.

    The order of terms, plurals, accents and the way a term was written make no difference.
    """
    match node:
        case And() | Or():
            joint = " AND " if isinstance(node, And) else " OR "
            return f"({joint.join(sorted(map(equality_key, node.children)))})"
        case Not():
            return f"NOT {equality_key(node.child)}"
        case Term():
            return f"{SHOWN[node.fields]}:{_words(node.words, prefix=node.prefix, hyphen=node.hyphen)}"
        case _:
            return show_atom(node)


def show_atom(atom: Atom) -> str:
    """Return an atom as the canonical form writes it."""
    match atom:
        case Term():
            label = SHOWN[atom.fields]
            text = atom.shown or _words(atom.words, prefix=atom.prefix, hyphen=atom.hyphen)
            return f"{label}:{text}" if label else text
        case Author():
            return f"au:{_words(atom.words, prefix=atom.prefix)}"
        case Category():
            return f"{'primary' if atom.primary else 'cat'}:{atom.categories.name}"
        case Id():
            named = typed_id(atom.canonical_id)
            return f"id:{named}" if _PLAIN_ID.fullmatch(named) else f'id:"{named}"'


def _operand(node: Node) -> str:
    text = canonical(node)
    return (
        f"({text})" if isinstance(node, And) or (isinstance(node, Or) and len(_written(node)) > 1) else text
    )


def _written(node: Or) -> list[Node]:
    """Return the alternatives that somebody wrote; reading these adds the others again."""
    return [child for child in node.children if not (isinstance(child, Term) and child.added)]


def _words(words: tuple[str, ...], *, prefix: bool, hyphen: bool = False) -> str:
    star = "*" if prefix else ""
    if hyphen:
        return "-".join(words)
    if len(words) == 1 and is_plain_word(words[0]):
        return words[0] + star
    return f'"{" ".join(words)}{star}"'
