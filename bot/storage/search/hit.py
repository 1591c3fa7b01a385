"""A search result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row


class SearchHit(NamedTuple):
    """A paper that an index found; a tuple, for a search makes thousands of them.

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


LAST_READ_BACK: Final = "last_read_back"
"""The fact that names the last row of the papers that were read back."""


@dataclass(frozen=True, slots=True)
class Window:
    """Which results are wanted.

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


def seen_since(row: str) -> str:
    """Return the condition that a paper was first seen at `:seen` or later.

    Rows ascend with the time of first sight but for those that were read back, so the first row bounds the
    scan of the index itself, and only up to the last row that was read back each paper is looked at. Of a
    plain `min(id)` databases think that they find it fastest by walking up from the first paper: 1.2 s among
    a million.

    Args:
        row: the column that holds the paper's row.
    """
    first = "(SELECT coalesce(min(id + 0), 9223372036854775807) FROM papers WHERE first_seen_at >= :seen)"
    last_read_back = f"coalesce((SELECT CAST(value AS BIGINT) FROM meta WHERE name = '{LAST_READ_BACK}'), 0)"  # noqa: S608 (a constant)
    its_own = f"(SELECT first_seen_at FROM papers AS seen WHERE seen.id = {row}) >= :seen"  # noqa: S608 (likewise)
    return f"({row} >= {first} AND ({row} > {last_read_back} OR {its_own}))"


def hits_of(rows: Sequence[Row[int, float, str]], doubtful: set[int]) -> list[SearchHit]:
    """Return rows of (id, score, ISO day) as hits; of a broad word there may be 100,000."""
    return [SearchHit(row, score, _day(day), row not in doubtful) for row, score, day in rows]


_day = lru_cache(maxsize=16_384)(date.fromisoformat)  # so many papers share a day
