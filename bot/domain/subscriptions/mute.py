"""Chooses the word or category to exclude so that a subscription stops bringing papers like a given one."""

from __future__ import annotations

from collections import Counter
from math import log
from typing import TYPE_CHECKING, Final

from bot.domain.query import And, Category, Not, Or, Term
from bot.domain.search.similar_terms import SAY_NOTHING
from bot.domain.text.analysis import tokenize
from bot.domain.text.normalize import plain
from bot.domain.text.plurals import singular
from bot.domain.text.stop_words import STOP_WORDS
from bot.domain.text.tokenize import is_cjk, spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.papers.paper import Paper
    from bot.domain.query import Atom, Node

_CATEGORY: Final = "cat:"
_IN_TITLE, _MOST_IN_ABSTRACT = 3, 3
_PRIMARY, _CROSS_LISTED = 3, 2
_SHORTEST: Final = 4
"""Shorter words say something where they are written as abbreviations (MRI, LLM)."""
_CAPITALS: Final = 2
_MOSTLY: Final = 4
"""At most one in so many of the other papers has the word, so most of what is wanted stays."""
_RARE: Final = 3.0
"""Natural logarithm: of what one in twenty papers has, rarer words tell no more."""
_ONE_PAPER_S_OWN: Final = 0.4
"""A word that no other paper has, such as the name of its method, would keep out nothing else."""

# Words of titles that say how something is done, not what; nobody means them by "less like this".
_SAY_HOW: Final = frozenset(
    "accurate adaptive advanced advancing aware beyond bridging complex comprehensive consistent "
    "controllable deep driven dynamic easy efficient efficiently empowering enhanced enhancing exploring "
    "fast faster flexible free general generalizable generalized global good guided hard improved "
    "improving joint lightweight local modern next optimal practical rapid real reliable rethinking "
    "revisiting robust scalable scale simple single smart strong study survey toward towards "
    "understanding unified unifying universal unlocking unseen useful versatile world".split()
)


def features(paper: Paper) -> frozenset[str]:
    """Return what a query may exclude of a paper: its words, and `cat:` with its categories."""
    texts = (paper.title, paper.abstract, paper.summary or "")
    found = {token for text in texts for token in tokenize(text)}
    return frozenset(found.union(_CATEGORY + category for category in paper.categories))


def telling(
    paper: Paper, query: Node, others: Sequence[frozenset[str]], known: Sequence[frozenset[str]]
) -> list[str]:
    """Return the words and categories (`cat:cs.RO`) that tell a paper from others, the most telling first.

    What is in its title or often in its abstract and is rare among papers tells most. No word of the
    query itself is among them, and none that more than one in four of the other papers has.

    Args:
        paper: the paper that somebody wants less of.
        query: the tree of the query that brings it.
        others: features of other papers that the query brings.
        known: features of papers of all kinds, by which it is judged how rare a word is.
    """
    asked, beginnings = set(_asked(query)), tuple(_beginnings(query))
    having = Counter(feature for one in others for feature in one)
    spread = Counter(feature for one in known for feature in one)
    scores: dict[str, float] = {}
    for feature, (weight, shown) in _weights(paper).items():
        if having[feature] * _MOSTLY > len(others) or feature in asked or feature.startswith(beginnings):
            continue
        rarity = min(log((len(known) + 2) / (spread[feature] + 1)), _RARE)
        alone = spread[feature] <= 1 and not feature.startswith(_CATEGORY)
        scores[shown] = weight * rarity * (_ONE_PAPER_S_OWN if alone else 1)
    return sorted(scores, key=lambda shown: -scores[shown])


def _weights(paper: Paper) -> dict[str, tuple[float, str]]:
    """Return what says what a paper is about, each with its weight and how a query writes it."""
    title, abstract = list(_subjects(paper.title)), list(_subjects(paper.abstract))
    times = Counter(token for token, _ in abstract)
    shown = dict(abstract) | dict(title)
    found: dict[str, tuple[float, str]] = {
        token: (min(times[token], _MOST_IN_ABSTRACT), shown[token]) for token in shown
    }
    for token, _ in title:
        found[token] = _IN_TITLE + min(times[token], _MOST_IN_ABSTRACT), shown[token]
    for at, category in enumerate(paper.categories):
        name = _CATEGORY + category
        found[name] = _CROSS_LISTED if at else _PRIMARY, name
    return found


def _subjects(text: str) -> Iterator[tuple[str, str]]:
    """Yield the tokens of a text that may say what it is about, each with how a query shows it."""
    written = plain(text)
    for word, start, end in spans(text):
        token = singular(word)
        if is_cjk(word) or not word[0].isalpha() or {word, token} & (SAY_NOTHING | STOP_WORDS | _SAY_HOW):
            continue  # a run of Han is not cut into words
        if len(token) >= _SHORTEST or sum(map(str.isupper, written[start:end])) >= _CAPITALS:
            yield token, word if word.endswith("ics") else token


def _asked(node: Node) -> Iterator[str]:
    """Yield what a query itself names, asked for or excluded."""
    for atom in _atoms(node):
        if isinstance(atom, Term):
            yield from (*atom.tokens, atom.joined or "")
        elif isinstance(atom, Category):
            yield _CATEGORY + atom.categories.name


def _beginnings(node: Node) -> Iterator[str]:
    return (atom.tokens[-1] for atom in _atoms(node) if isinstance(atom, Term) and atom.prefix)


def _atoms(node: Node) -> Iterator[Atom]:
    match node:
        case And() | Or():
            for child in node.children:
                yield from _atoms(child)
        case Not():
            yield from _atoms(node.child)
        case _:
            yield node
