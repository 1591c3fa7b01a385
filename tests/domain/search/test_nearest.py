"""How near a paper comes to a query."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from bot.data import bundled_categories, bundled_glossary
from bot.domain.query import parse_query
from bot.domain.search.nearest import (
    LEAST,
    combinations_tried,
    name_of,
    nearness,
    rarity,
    weights_of,
    wish_of,
)
from bot.domain.text.analysis import PaperText, analyse

if TYPE_CHECKING:
    from bot.domain.query.nodes import Node

WEIGHTS = st.lists(st.floats(0.01, 12), min_size=1, max_size=8)


def root(text: str) -> Node:
    """Return the tree of a query."""
    return parse_query(text, glossary=bundled_glossary(), categories=bundled_categories()).root


@given(WEIGHTS, st.data())
def test_every_paper_that_comes_near_has_a_combination_that_is_looked_up(
    weights: list[float], data: st.DataObject
) -> None:
    """Of up to eight words, whoever has at least half of the weight is found by one of the combinations."""
    has = data.draw(st.sets(st.integers(0, len(weights) - 1)))
    tried = list(combinations_tried(weights, LEAST * sum(weights)))
    is_near = sum(weights[at] for at in has) >= LEAST * sum(weights)
    assert any(set(chosen) <= has for chosen in tried) == is_near


@given(WEIGHTS)
def test_the_heaviest_combination_is_looked_up_first(weights: list[float]) -> None:
    """All words come first, then ever less of the weight; no combination comes twice."""
    tried = list(combinations_tried(weights, LEAST * sum(weights)))
    assert set(tried[0]) == set(range(len(weights)))
    heavy = [sum(weights[at] for at in sorted(chosen)) for chosen in tried]
    assert all(one >= other - 1e-9 for one, other in itertools.pairwise(heavy))
    assert len(set(tried)) == len(tried)


@given(st.lists(st.floats(0.01, 12), min_size=9, max_size=40))
def test_long_queries_cost_no_more(weights: list[float]) -> None:
    """However many words a query has, the combinations are those of eight words."""
    assert len(list(combinations_tried(weights, LEAST * sum(weights)))) < 2**8


def test_phrases_fields_and_exclusions_do_not_give_way() -> None:
    """Only single words may be lacking; compounds with hyphens and words of the glossary are words, too."""
    wish = wish_of(
        root('rivers "deep lakes" -medical au:"Ada Example" ti:snow fine-tuning 扩散模型 cat:cs.CV')
    )
    assert [name_of(word) for word in wish.words] == ["rivers", "fine-tuning", "扩散模型"]
    assert len(wish.bound) == 5


def test_a_choice_is_met_by_any_of_its_words() -> None:
    """`(snow OR ice)` counts as one word."""
    wish = wish_of(root("rivers (snow OR ice)"))
    paper = analyse(PaperText("Of ice"))
    near = nearness(wish, [1.0, 3.0], paper, paper)
    assert (near.met, near.score, near.lacking) == (0.75, 6.0, (0,))


def test_a_word_in_the_title_counts_twice() -> None:
    """What only the abstract has weighs half as much."""
    wish = wish_of(root("rivers snow ice"))
    text = PaperText("Of rivers", abstract="Snow falls.")
    near = nearness(wish, [1.0, 2.0, 4.0], analyse(text), analyse(PaperText("Of rivers")))
    assert (near.score, near.lacking) == (4.0, (2,))


def test_a_word_that_no_paper_has_weighs_less_than_the_others() -> None:
    """What is in no paper, a slip perhaps, keeps away no paper with the other words."""
    heavy = rarity(2, 100)
    assert weights_of([0, 2, 0], 100) == [heavy / 2, heavy, heavy / 2]
    assert weights_of([0], 100) == [1.0]


@given(st.integers(0, 1_000), st.integers(0, 1_000))
def test_a_rare_word_weighs_more(having: int, more: int) -> None:
    """A word weighs the more the fewer papers have it, and never less than nothing."""
    assert rarity(having, 1_000) >= rarity(having + more, 1_000) >= 0
