"""Plans requests to arXiv's query API: which days to request together, and when the result is complete.

Faults that were seen of the API (arxiv-and-enrichers, 5.3): an answer without entries to a query that has
results, pages that are too short, pages that repeat an earlier one, and a total that changes at midnight.
So a total is believed, a page is not: days are read once as many different papers came as arXiv counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

PAGE: Final = 500
"""Papers in a page: some 1.5 MB. arXiv asks for slices of at most 2,000."""

SMALLEST_PAGE: Final = 50
"""Papers in a page of an arXiv that does not answer in time."""

MOST_PASSES: Final = 3
"""How often days are read from their first page before fewer papers than arXiv counts are taken for all."""

IDLE_TRIES: Final = 2
"""How often a page that brings nothing is asked for again: arXiv at times gives none of a full day."""

_IDLE_TRIES_OF_QUIET: Final = 1
_IDLE_TRIES_OF_FULL: Final = 4
"""How often that is after days with few papers, and after full ones, when an empty day is hard to believe.

Measured with a server that gives 4 % of its answers empty: two in a row lost a day of 645 papers in one run
of 31 days."""

_FULL: Final = 5
"""Papers a day of a category that has some every day."""

_FEW, _MANY = 100, 1_000
_LONGEST_SPAN = 16


@dataclass(slots=True)
class WindowReading:
    """Progress of reading a window of days from the query API.

    Attributes:
        first_day: the first day, UTC.
        last_day: the last one, included.
        start: how many results the next page leaves out.
        total: how many results arXiv says there are, or None before the first page.
        ids: arXiv ids that came so far.
        passes: how often the days were read from the first page to the last.
        idle: pages in a row that brought nothing that is not known.
        idle_tries: how many of them are asked for again.
    """

    first_day: date
    last_day: date
    start: int = 0
    total: int | None = None
    ids: set[str] = field(default_factory=set)
    passes: int = 0
    idle: int = 0
    idle_tries: int = IDLE_TRIES

    def take(self, ids: Collection[str], *, total: int | None) -> Literal["more", "done", "stuck"]:
        """Take a page and return what follows.

        Args:
            ids: the arXiv ids of its papers, without versions.
            total: how many results arXiv says there are, or None where it does not say.

        Returns:
            `more`: ask for the next page. `done`: the days are read. `stuck`: the page was empty, or one
            that came before; ask for it again later.
        """
        before = len(self.ids)
        self.ids.update(ids)
        if total is not None and (ids or not before):  # else an answer that is empty by mistake
            self.total = total
        if self.total and len(self.ids) >= self.total:
            return "done"
        if len(self.ids) == before:
            return self._without_news()
        self.idle = 0
        self.start += len(ids)
        if self.total is not None and self.start >= self.total:
            return "done" if self._begin_again() else "more"
        return "more"

    @property
    def missing(self) -> int:
        """How many papers arXiv counts and did not give."""
        return max((self.total or 0) - len(self.ids), 0)

    def _without_news(self) -> Literal["done", "stuck"]:
        self.idle += 1
        if self.idle <= self.idle_tries:
            return "stuck"
        if not self.total:
            return "done"
        # Papers moved to another page while we read, or this page is broken: all pages once more.
        return "done" if self._begin_again() else "stuck"

    def _begin_again(self) -> bool:
        """Go back to the first page; return whether that was done often enough."""
        self.passes += 1
        self.start = self.idle = 0
        return self.passes >= MOST_PASSES


def next_window(first_day: date, last_day: date, *, before: WindowReading | None) -> WindowReading:
    """Return the days to ask for next: one at first, and more together where days hold few papers.

    Args:
        first_day: the first day that was not read.
        last_day: the last day that is wanted, not before `first_day`.
        before: the reading of the days before, or None.
    """
    days, tries = 1, IDLE_TRIES
    if before is not None and before.total is not None:
        days = (before.last_day - before.first_day).days + 1
        tries = _IDLE_TRIES_OF_FULL if before.total >= days * _FULL else _IDLE_TRIES_OF_QUIET
        if before.total < _FEW:
            days = min(days * 2, _LONGEST_SPAN)
        elif before.total > _MANY:
            days = max(days // 2, 1)
    until = min(first_day + timedelta(days=days - 1), last_day)
    return WindowReading(first_day, until, idle_tries=tries)


def page_size(failures: int) -> int:
    """Return how many papers to ask for after so many failures in a row."""
    return max(PAGE >> min(failures, 10), SMALLEST_PAGE)


def categories_query(categories: Iterable[str]) -> str:
    """Return the query of all papers in some categories, cross-lists included; an archive means all of it."""
    return " OR ".join(f"cat:{name}" if "." in name else f"cat:{name} OR cat:{name}.*" for name in categories)


def within_days(query: str, first_day: date, last_day: date) -> str:
    """Return a query of arXiv's API for what was submitted on some days (UTC, both included)."""
    days = f"submittedDate:[{first_day:%Y%m%d}0000 TO {last_day:%Y%m%d}2359]"
    return f"({query}) AND {days}"
