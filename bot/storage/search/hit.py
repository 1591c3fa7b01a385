"""What an index finds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper that an index found.

    Attributes:
        id: its row.
        score: how well the text fits, more is better; 0 where only the newest were asked for.
        day: about how old it is.
        sure: whether it is a match; else it is a candidate, to be looked at again.
    """

    id: int
    score: float
    day: date
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Window:
    """Which matches are wanted.

    Attributes:
        newest: how many of the newest matches are looked at, or None for all.
        since: only papers of this day or later, or None.
        first_seen_since: only papers first seen at this time (UTC epoch seconds) or later, or None.
        ranked: whether scores are needed.
    """

    newest: int | None = None
    since: date | None = None
    first_seen_since: int | None = None
    ranked: bool = True


def hits_of(rows: Sequence[Row[Any]], doubtful: set[int]) -> list[Hit]:
    """Return rows of (id, score, ISO day) as hits; of a broad word there may be 100,000."""
    return [
        Hit(row.id, float(row.score), date.fromisoformat(row.sort_day), sure=row.id not in doubtful)
        for row in rows
    ]
