"""What a query would have brought, for the preview before a user subscribes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.query import Term
from bot.i18n import N_

if TYPE_CHECKING:
    from bot.domain.papers.paper import Paper
    from bot.domain.query import Node

DAYS = 30
"""How far back a preview looks, in days."""

_TOO_MANY_A_DAY = 100.0
_SECONDS_A_DAY = 86_400


def spoken_rate(per_day: float) -> tuple[str, int]:
    """Return papers a day as people say it: a msgid, and the `count` that is in it."""
    if per_day >= 1:
        return N_("about {count} a day"), round(per_day)
    if per_day * 7 >= 1:
        return N_("about {count} a week"), round(per_day * 7)
    return N_("less than one a week"), 0


@dataclass(frozen=True, slots=True)
class Preview:
    """What a query would have brought.

    Attributes:
        matched: papers it matches among those first seen in the last 30 days.
        considered: how many were first seen then.
        days: how many of these days the archive has been collecting, from 1 to 30.
        samples: the newest papers it matches.
        ever: papers it matches in the whole archive; only counted where `matched` is 0.
    """

    matched: int
    considered: int
    days: int
    samples: tuple[Paper, ...] = ()
    ever: int = 0

    @property
    def per_day(self) -> float | None:
        """Papers a day, or None where the archive is too young to say."""
        return self.matched / self.days if self.days > 1 else None

    @property
    def too_broad(self) -> bool:
        """Whether it would flood a chat: more than 100 papers a day."""
        return (self.per_day or 0.0) > _TOO_MANY_A_DAY


def days_collecting(first_seen_at: int | None, now: int) -> int:
    """Return for how many of the last 30 days the archive has collected, at least 1.

    Args:
        first_seen_at: when the archive's first paper was stored, UTC epoch seconds, or None.
        now: UTC epoch seconds.
    """
    if first_seen_at is None:
        return 1
    return min(max((now - first_seen_at) // _SECONDS_A_DAY + 1, 1), DAYS)


def is_one_letter(node: Node) -> bool:
    """Whether a query is a single letter, which says little whatever it brings."""
    return isinstance(node, Term) and len(node.words) == 1 and len(node.words[0]) == 1
