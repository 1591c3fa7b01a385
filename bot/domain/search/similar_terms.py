"""Chooses the terms of a paper that find similar papers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from bot.domain.query import Or, Query
from bot.domain.query.nodes import term
from bot.domain.text.analysis import tokenize
from bot.domain.text.tokenize import is_cjk

if TYPE_CHECKING:
    from bot.domain.papers.paper import Paper

_WORDS = 12
_SHORTEST = 4
_TITLE_WEIGHT = 3
# Words of every abstract: they make a query broad and say nothing.
SAY_NOTHING: Final = frozenset(
    "about achieve across address also analysis approach average based because being best between "
    "both challenge code compared data dataset demonstrate different each effective evaluate existing "
    "experiment extensive first framework from further have high however improve improvement "
    "including into introduce large learning leverage limited method model more most multiple network "
    "novel only other outperform over paper performance present previous problem propose proposed "
    "provide quality recent result several show significant significantly some state strategy such "
    "task than that their them then these they this those through time train training under using "
    "various well were what when where which while will with within without work".split()
)


def alike(paper: Paper) -> Query | None:
    """Return a query for any of a paper's most telling words, or None where it has none.

    The words are those that are in its title, then those it repeats most; bm25 then weighs rare ones up.
    """
    weights: Counter[str] = Counter()
    for text, weight in ((paper.title, _TITLE_WEIGHT), (paper.abstract, 1)):
        for token in tokenize(text):
            if len(token) >= _SHORTEST and token not in SAY_NOTHING and not is_cjk(token):
                weights[token] += weight
    telling = [token for token, _ in sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:_WORDS]]
    if not telling:
        return None
    terms = tuple(term((token,)) for token in telling)
    shown = " OR ".join(telling)
    return Query(shown, shown, shown, shown, Or(terms) if len(terms) > 1 else terms[0])
