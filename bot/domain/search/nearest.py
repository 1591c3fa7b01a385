"""Ranks papers that match only part of a query, by how much of it they match.

Each word weighs as much as it is rare in the archive. Phrases in quotation marks, fields and exclusions never
give way. Source of the rules and measurements: `docs/figures.md`, "Nearest papers".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

from bot.domain.query.evaluate import holds
from bot.domain.query.nodes import TEXT, And, Not, Or, Term
from bot.domain.text.plurals import singular

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.query.nodes import Node
    from bot.domain.text.analysis import AnalysedPaper

_SAY_NOTHING: Final = frozenset(
    "about across all also any beyond between better can do each great help how i into it me more most much "
    "my need not our over see should so some than their them they through toward towards under up use using "
    "very want what when where while who why will within without would you your make via".split()
)
"""Words that tell no paper from another; in an archive of some hundred papers they look rare."""

LEAST: Final = 0.5
"""The share of a query's weight that a paper has at least."""

_TITLE: Final = 2.0
"""How much more a word in the title counts than one elsewhere."""

_TRIED: Final = 8
"""Of longer queries the heaviest words are looked up in combinations; the others count where they stand."""


@dataclass(frozen=True, slots=True)
class QueryParts:
    """The parts of a query, with their weights.

    Attributes:
        words: what may give way: single words, each with the other names it goes by.
        bound: what may not: phrases, fields, exclusions.
    """

    words: tuple[Node, ...]
    bound: tuple[Node, ...]

    def all_of(self, chosen: Sequence[int]) -> Node:
        """Return what a paper with these words, by their places, and all that is bound matches."""
        return _every((*(self.words[at] for at in chosen), *self.bound))

    def any_of(self, chosen: Sequence[int], *, beside: int | None = None) -> Node:
        """Return what a paper with any of these words, and all that is bound, matches.

        Args:
            chosen: the words, by their places.
            beside: a word that it has, too.
        """
        words = tuple(self.words[at] for at in chosen)
        also = () if beside is None else (self.words[beside],)
        return _every((Or(words) if len(words) > 1 else words[0], *also, *self.bound))


@dataclass(frozen=True, slots=True)
class Nearness:
    """How much of a query a paper matches.

    Attributes:
        met: the share of the query's weight that it has, from 0 to 1.
        score: more is better: the weight that it has, that of words in the title twice.
        lacking: the words that it has not, by their place.
    """

    met: float
    score: float
    lacking: tuple[int, ...]


def wish_of(root: Node) -> QueryParts:
    """Take a query apart."""
    nodes = root.children if isinstance(root, And) else (root,)
    words = tuple(node for node in nodes if _gives_way(node))
    telling = tuple(word for word in words if singular(name_of(word)) not in _SAY_NOTHING)
    return QueryParts(telling or words, tuple(node for node in nodes if node not in words))


def rarity(having: float, papers: int) -> float:
    """Return what a word weighs: its inverse document frequency, never near nothing.

    BM25's own gives a word of most papers so little that in an archive of some hundred papers a single rare
    word decides; measured by the known items of `tests/benchmarks/bench_nearest.py`.

    Args:
        having: how many papers have it.
        papers: how many there are.
    """
    return math.log(1 + papers / (having + 0.5))


def weights_of(having: Sequence[float], papers: int) -> list[float]:
    """Return what the words of a query weigh.

    A word that no paper has weighs half of the heaviest of the others: it tells no papers apart.

    Args:
        having: how many papers have each word.
        papers: how many there are.
    """
    weights = [rarity(count, papers) for count in having]
    heaviest = max((one for one, count in zip(weights, having, strict=True) if count), default=2.0)
    return [one if count else heaviest / 2 for one, count in zip(weights, having, strict=True)]


def combinations_tried(weights: Sequence[float], enough: float) -> Iterator[tuple[int, ...]]:
    """Yield which words to look up together, by their places: the heaviest combination first.

    Of up to eight words every paper with enough weight has one of these combinations; of more words the
    lightest are not looked up. Of combinations a larger one is before those that it holds.

    Args:
        weights: of the words.
        enough: the weight that a paper has at least.
    """
    order = sorted(range(len(weights)), key=lambda at: -weights[at])
    tried, rest = order[:_TRIED], order[_TRIED:]
    light = sum(weights[at] for at in rest)
    found = []
    for size in range(1, len(tried) + 1):
        for chosen in combinations(tried, size):
            weight = sum(weights[at] for at in chosen)
            if weight + light >= enough:
                found.append((-weight, -size, chosen))
    yield from (chosen for _, _, chosen in sorted(found))


def nearness(
    wish: QueryParts, weights: Sequence[float], paper: AnalysedPaper, title: AnalysedPaper
) -> Nearness:
    """Return how near a paper comes that has all that is bound.

    Args:
        wish: what is looked for.
        weights: of its words.
        paper: the paper.
        title: the same with its title alone.
    """
    has = [holds(word, paper) for word in wish.words]
    weight = sum(one for one, there in zip(weights, has, strict=True) if there)
    in_title = sum(
        one for one, word, there in zip(weights, wish.words, has, strict=True) if there and holds(word, title)
    )
    lacking = tuple(at for at, there in enumerate(has) if not there)
    total = sum(weights)
    return Nearness(weight / total if total else 1.0, weight + (_TITLE - 1) * in_title, lacking)


def name_of(word: Node) -> str:
    """Return a word as it was typed."""
    if isinstance(word, Or):
        return name_of(next((one for one in word.children if not _is_added(one)), word.children[0]))
    assert isinstance(word, Term), "nothing else gives way"  # noqa: S101 (invariant)
    return word.shown or " ".join(word.words)


def _every(nodes: tuple[Node, ...]) -> Node:
    return And(nodes) if len(nodes) > 1 else nodes[0]


def _gives_way(node: Node) -> bool:
    """Whether a node is a word, or a choice of words, looked for in the usual fields; a phrase is none.

    `one-step` was typed as a word, `"one step"` as a phrase.
    """
    match node:
        case Term():
            return node.fields == TEXT and (node.added or " " not in name_of(node))
        case Or():
            return all(_gives_way(child) for child in node.children)
        case Not() | _:
            return False


def _is_added(node: Node) -> bool:
    return isinstance(node, Term) and node.added
