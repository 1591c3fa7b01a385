"""Decides which of arXiv's feeds still show the day before, on a day on which arXiv announced new papers.

arXiv's RSS at times serves the batch of the day before for one category, with today's date (Polaris #414: 212
papers missed). Nothing in the feed tells that from a quiet day. What tells it is that the category had papers
on the days before, has no new one now, and others have.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.schedules.arxiv_calendar import FED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SUBMITTED: Final = timedelta(days=5)
"""Before an announcement, since when its papers were submitted: those of a Monday are the oldest, and some
wait for a moderator. What waits for longer comes with the next feed that is whole."""

_ALONE: Final = timedelta(hours=8)
"""After an announcement, until a category that can be compared with no other one counts as stale."""


@dataclass(frozen=True, slots=True)
class FeedCount:
    """The number of new papers that a category's feed brought.

    Attributes:
        before: in the week before arXiv's last announcement.
        since: since that announcement.
    """

    before: int = 0
    since: int = 0


def stale(categories: Iterable[str], brought: Mapping[str, FeedCount], *, age: timedelta) -> set[str]:
    """Return the categories whose feed seems to be an older one.

    Args:
        categories: those that are read.
        brought: what each primary category brought, by name; those that are not read count as well, since
            their papers are cross-listed.
        age: how long ago arXiv's last announcement was.
    """
    if age < FED:
        return set()
    silent = {name for name in categories if _of(name, brought).before and not _of(name, brought).since}
    others_moved = any(one.since for one in brought.values())
    if others_moved or (age >= _ALONE and len(set(categories)) == 1):
        return silent
    return set()


def _of(category: str, brought: Mapping[str, FeedCount]) -> FeedCount:
    """Return what a category brought; an archive's papers are those of all its categories."""
    if "." in category or category in brought:
        return brought.get(category, FeedCount())
    inside = [one for name, one in brought.items() if name.startswith(f"{category}.")]
    return FeedCount(sum(one.before for one in inside), sum(one.since for one in inside))
