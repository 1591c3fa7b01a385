"""Which papers a digest brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.delivery.digest import choose, choose_asked

if TYPE_CHECKING:
    from bot.domain.delivery.digest import Match
    from bot.domain.subscriptions.subscription import State

NUMBERS = st.sets(st.integers(1, 4), min_size=1).map(lambda numbers: tuple(sorted(numbers)))
WAITING = st.lists(
    st.tuples(st.integers(1, 9), st.integers(1, 50), NUMBERS), unique_by=lambda one: one[1], max_size=30
)
STATES = st.dictionaries(st.integers(1, 4), st.sampled_from(["active", "paused"]))


@given(WAITING, STATES, st.integers(1, 20))
def test_nothing_that_waits_is_lost(waiting: list[Match], states: dict[int, State], most: int) -> None:
    """Each match is brought, left waiting, or dropped because nobody has its subscriptions any more."""
    chosen = choose(waiting, states, most=most)
    brought = {row for row, _ in chosen.papers}
    dropped = set(chosen.dropped)
    assert len(chosen.papers) == min(most, len(chosen.papers) + chosen.left)
    assert not brought & dropped
    for _, row, numbers in waiting:
        there = {states[number] for number in numbers if number in states}
        assert (row in dropped) == (not there)
        if "active" not in there:
            assert row not in brought
    kept = [row for _, row, _ in waiting if row not in brought | dropped]
    paused = [row for _, row, numbers in waiting if {states.get(n) for n in numbers} <= {"paused", None}]
    assert chosen.left == len([row for row in kept if row not in paused])


@given(WAITING, st.integers(1, 20))
def test_the_best_come_first_and_name_who_wants_them(waiting: list[Match], most: int) -> None:
    """By score, then the newest; each with its active subscriptions alone."""
    chosen = choose(waiting, {1: "active", 2: "active", 3: "paused"}, most=most)
    scores = {row: (score, row) for score, row, _ in waiting}
    order = [scores[row] for row, _ in chosen.papers]
    assert order == sorted(order, reverse=True)
    wanted = {row: numbers for _, row, numbers in waiting}
    for row, numbers in chosen.papers:
        assert numbers == tuple(number for number in wanted[row] if number in {1, 2})


def test_what_waits_is_in_the_digest_before_what_is_found_besides() -> None:
    """Who asks for more gets what the last digest had no room for."""
    chosen = choose_asked([(3, 3, (1, 2)), (1, 1, (1,))], waiting={1}, most=1)
    assert chosen.papers == ((1, (1,)),)
    assert chosen.left == 1


@given(WAITING)
def test_a_digest_that_is_asked_for_has_the_order_of_a_scheduled_one(waiting: list[Match]) -> None:
    """The same papers come in the same order, however one gets them."""
    states: dict[int, State] = dict.fromkeys(range(1, 5), "active")
    scheduled = choose(waiting, states, most=50)
    assert choose_asked(waiting, waiting={1, 2}, most=50).papers == scheduled.papers
