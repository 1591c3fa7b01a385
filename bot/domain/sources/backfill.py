"""A range of past days that is read in the background, and its progress."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

_TOLD: Final = 86_400
_CATEGORY: Final = re.compile(r"cat:([\w.-]*\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """A range of days that is read, or was. Times are UTC epoch seconds, days UTC.

    Attributes:
        id: its row.
        source_id: the row of the source for which it is read.
        label: that source's label.
        query: what the papers match, as arXiv's query API reads it, without the days.
        news: whether its papers are news, as those that a feed should have brought.
        first_day: the first day of submission, included.
        last_day: the last one, included.
        next_day: the first day that was not read yet; after `last_day` where all were.
        papers: how many papers it brought that were not known.
        tries: how often arXiv failed or gave nothing since the last day that was read.
        error: why it rests, or None.
        due_at: when it continues.
        created_at: when it was begun.
        done_at: when it ended, or None.
    """

    id: int
    source_id: int
    label: str
    query: str
    news: bool
    first_day: date
    last_day: date
    next_day: date
    papers: int
    tries: int
    error: str | None
    due_at: int
    created_at: int
    done_at: int | None

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last_day - self.first_day).days + 1

    def is_told(self, now: int) -> bool:
        """Whether people are told of it: while days are left; of news that a feed left out, for a day.

        Args:
            now: UTC epoch seconds.
        """
        return self.papers > 0 and self.created_at >= now - _TOLD if self.news else self.done_at is None

    @property
    def categories(self) -> str:
        """The categories of its query, for people."""
        return ", ".join(dict.fromkeys(_CATEGORY.findall(self.query))) or self.query

    @property
    def days_read(self) -> int:
        """How many of them were read."""
        return (self.next_day - self.first_day).days

    def after(self, next_day: date, *, papers: int, done_at: int | None) -> Backfill:
        """Return it as it is once days up to another one were read.

        Args:
            next_day: the first day that was not read yet.
            papers: how many papers these days brought that were not known.
            done_at: when all was read (UTC epoch seconds), or None while days are left.
        """
        return replace(
            self, next_day=next_day, papers=self.papers + papers, tries=0, error=None, done_at=done_at
        )
