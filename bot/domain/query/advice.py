"""Suggests a corrected query or word for each problem in a query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import OSA

from bot.domain.query.canonical import canonical
from bot.domain.query.nodes import And, Not, Or
from bot.domain.query.shape import conjunction, disjunction, has_anchor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.query.nodes import Node

EXAMPLE: Final = "diffusion"
"""A query that always works, where nothing of what was written can be kept."""
_SHORTEST_WORD = 4
_LONG_WORD = 5


def nearest_term(word: str, vocabulary: Mapping[str, int]) -> str | None:
    """Return the known term that somebody may have meant, or None where nothing is near.

    Near is one slip (a letter more, less, other or swapped), two in words of more than five letters; of terms
    equally near the commonest is taken. A word of three letters is near to too much: `gan` is no slip of
    `can`.

    Args:
        word: the word that found nothing, folded.
        vocabulary: term -> number of papers.
    """
    if len(word) < _SHORTEST_WORD:
        return None
    most = 2 if len(word) > _LONG_WORD else 1
    best: tuple[int, int, str] | None = None
    for known, papers in vocabulary.items():
        if abs(len(known) - len(word)) > most or known == word:
            continue
        slips = OSA.distance(word, known, score_cutoff=most)
        if slips <= most and (best is None or (slips, -papers, known) < best):
            best = (slips, -papers, known)
    return best[2] if best else None


def replaced(text: str, start: int, end: int, replacement: str) -> str:
    """Return a query with one part replaced; a slash at its beginning would make it a command."""
    return " ".join(f"{text[:start]}{replacement}{text[end:]}".split()).lstrip("/ ")


def shortened(text: str, most: int) -> str:
    """Return the beginning of a query, cut between words."""
    head = text[:most]
    return head.rpartition(" ")[0] if len(text) > most and " " in head else head


def first_terms(node: Node, most: int) -> str:
    """Return a query of the first positive parts of a tree, at most so many, each without parentheses."""
    parts = node.children if isinstance(node, (And, Or)) else (node,)
    simple = [part for part in parts if not isinstance(part, (And, Or, Not))][:most]
    kept = Or(tuple(simple)) if isinstance(node, Or) and len(simple) > 1 else conjunction(simple)
    return canonical(kept) if kept else EXAMPLE


def with_positive(node: Node) -> str:
    """Return a query of negatives with something to look for: what it says besides, or else the example."""
    parts = node.children if isinstance(node, Or) else (node,)
    positive = disjunction(part for part in parts if has_anchor(part))
    rest = canonical(conjunction(part for part in parts if not has_anchor(part)) or node)
    wanted = canonical(positive) if positive else EXAMPLE
    return f"({wanted}) {rest}" if isinstance(positive, Or) else f"{wanted} {rest}"
