"""Compiling a digest: which papers of all that match, in which order, and how many are left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

CARDS = 10
"""Papers in one digest; the rest wait for the next one, none is lost."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The papers of a digest.

    Attributes:
        papers: rows of papers with the subscriptions (by number) that each matches, in order.
        waiting: how many more match and were not shown yet.
        matched: how many match in all.
    """

    papers: tuple[tuple[int, tuple[int, ...]], ...]
    waiting: int
    matched: int


def select(matches: Mapping[int, Sequence[int]], seen: Collection[int], *, most: int = CARDS) -> Selection:
    """Choose the papers of a digest: those that most subscriptions want first, then the newest.

    Args:
        matches: subscription number -> rows of papers it matches.
        seen: papers that the chat was shown.
        most: how many to choose.
    """
    wanted: dict[int, list[int]] = {}
    for number in sorted(matches):
        for row in matches[number]:
            wanted.setdefault(row, []).append(number)
    fresh = sorted(wanted.keys() - set(seen), key=lambda row: (-len(wanted[row]), -row))
    chosen = tuple((row, tuple(wanted[row])) for row in fresh[:most])
    return Selection(chosen, len(fresh) - len(chosen), len(wanted))
