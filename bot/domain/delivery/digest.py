"""Compiles a digest: which matching papers it has, in which order, and how many are left for the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import date

    from bot.domain.subscriptions.subscription import State

CARDS: Final = 10
"""Papers in one digest; the rest wait for the next one, none is lost."""

Match = tuple[int, int, tuple[int, ...]]
"""How well a paper fits a chat (see `score`), the paper's row, and the subscriptions that match it."""

_NEWS: Final = timedelta(days=14)
_IN_TITLE: Final = 2


@dataclass(frozen=True, slots=True)
class Choice:
    """Which waiting matches of a chat its digest shows, and which wait on.

    Attributes:
        papers: rows of papers with the subscriptions (by number) that each matches, best first.
        left: how many more may come; they continue waiting.
        dropped: rows of papers that nobody wants any more.
    """

    papers: tuple[tuple[int, tuple[int, ...]], ...]
    left: int
    dropped: tuple[int, ...]


def is_news(day: date, today: date) -> bool:
    """Whether a paper that is new to us is new at all.

    A source that is added may bring years of papers: `/search` finds them, no digest brings them. arXiv's
    longest pause is five days, and digests are written some days after their papers.

    Args:
        day: the latest day that the paper may be of.
        today: UTC.
    """
    return day >= today - _NEWS


def score(matching: int, in_title: int) -> int:
    """Return how well a paper fits a chat: by how many subscriptions match it, more where in its title.

    Args:
        matching: how many subscriptions match it.
        in_title: how many of them match its title alone.
    """
    return matching + _IN_TITLE * in_title


def choose(waiting: Sequence[Match], states: Mapping[int, State], *, most: int) -> Choice:
    """Choose the papers of a scheduled digest: the best first, of equal ones the newest.

    A paper whose subscriptions are all paused waits until one is resumed; where all are gone, it is dropped.

    Args:
        waiting: what waits.
        states: the chat's subscriptions by number; one that is not there is gone.
        most: how many to choose.
    """
    wanted: list[Match] = []
    dropped = []
    for value, row, numbers in waiting:
        there = [states[number] for number in numbers if number in states]
        active = tuple(number for number in numbers if states.get(number) == "active")
        if active:
            wanted.append((value, row, active))
        elif "paused" not in there:
            dropped.append(row)
    wanted.sort(key=_best_first({}))
    chosen = tuple((row, numbers) for _, row, numbers in wanted[:most])
    return Choice(chosen, len(wanted) - len(chosen), tuple(dropped))


def choose_asked(
    found: Sequence[Match],
    *,
    waiting: AbstractSet[int] = frozenset(),
    seen_at: Mapping[int, int] | None = None,
    most: int = CARDS,
) -> Choice:
    """Choose the papers of a digest that somebody asked for; their order is that of a scheduled digest.

    What waits for the next scheduled digest is in it first: who asks for more gets what had no room.

    Args:
        found: what matches and the chat was not shown.
        waiting: rows of papers that wait for the chat's next digest.
        seen_at: when each was first seen; rows don't tell which of two papers that were read back is newer.
        most: how many to choose.
    """
    order = _best_first(seen_at or {})
    chosen = sorted(found, key=lambda one: (one[1] not in waiting, *order(one)))[:most]
    chosen.sort(key=order)
    return Choice(tuple((row, numbers) for _, row, numbers in chosen), len(found) - len(chosen), ())


def _best_first(seen_at: Mapping[int, int]) -> Callable[[Match], tuple[int, int, int]]:
    """Return the key by which the best comes first, of equal ones the newest.

    Args:
        seen_at: when each paper was first seen; empty where their rows tell.
    """

    def key(one: Match) -> tuple[int, int, int]:
        value, row, _ = one
        return -value, -seen_at.get(row, 0), -row

    return key
