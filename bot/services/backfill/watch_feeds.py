"""Detects arXiv feeds that were not updated, and has their papers read from the query API."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.schedules.arxiv_calendar import FED, last_announcement
from bot.domain.sources.arxiv_window import categories_query
from bot.domain.sources.source_uri import parse_source_uri
from bot.domain.sources.stale_feeds import SUBMITTED, FeedCount, stale
from bot.storage.archive import backfills, sightings, sources

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet
    from datetime import date

    from bot.ports import Clock
    from bot.storage.archive.sources import StoredSource
    from bot.storage.engine.database import Database

_WEEK: Final = timedelta(days=7)
_LOOK_EVERY: Final = timedelta(minutes=10)

_log = logging.getLogger(__name__)


class WatchFeeds:
    """Compares what arXiv's feeds brought with its last announcement.

    Args:
        database: the archive.
        clock: tells the time.
        holidays: arXiv's dates without mailing.
    """

    def __init__(self, database: Database, clock: Clock, holidays: AbstractSet[date]) -> None:
        self._database = database
        self._clock = clock
        self._holidays = holidays
        self._looked_at: datetime | None = None

    async def look(self) -> None:
        """Begin to read the categories whose feed is stale, at most once for an announcement.

        Raises:
            StorageError: the next look does it.
        """
        now = self._clock()
        if self._looked_at is not None and now - self._looked_at < _LOOK_EVERY:
            return
        self._looked_at = now
        announced = last_announcement(now, self._holidays).at
        async with self._database.read() as connection:
            polled = [one for one in await sources.active(connection) if one.kind == "arxiv"]
            feeds = [one for one in polled if _was_read(one, announced + FED)]
            if not feeds:
                return
            rows = [one.id for one in feeds]
            since = int((announced - _WEEK).timestamp())
            seen = await sightings.categories_seen(connection, rows, since=since)
        brought = _count(seen, int(announced.timestamp()))
        names = {one.id: parse_source_uri(one.uri).target.split("+") for one in feeds}
        found = stale({name for mine in names.values() for name in mine}, brought, age=now - announced)
        if found:
            await self._begin(feeds, names, found, announced)

    async def _begin(
        self,
        feeds: Iterable[StoredSource],
        names: dict[int, list[str]],
        found: set[str],
        announced: datetime,
    ) -> None:
        first, last = (announced - SUBMITTED).date(), announced.astimezone(UTC).date()
        begun = set[str]()
        async with self._database.write() as connection:
            for feed in feeds:
                for name in sorted(found.intersection(names[feed.id]) - begun):
                    begun.add(name)
                    is_new = await backfills.begin(
                        connection, feed.id, categories_query([name]), news=True,
                        first_day=first, last_day=last, now=int(self._clock().timestamp()),
                    )  # fmt: skip
                    if is_new:
                        _log.warning(
                            "%s: the feed brought nothing new of %s since %s, others did: "
                            "arXiv's query API is asked for it",
                            feed.label, name, f"{announced:%Y-%m-%d %H:%M} UTC",
                        )  # fmt: skip


def _was_read(source: StoredSource, since: datetime) -> bool:
    return source.last_success_at is not None and source.last_success_at >= since.timestamp()


def _count(seen: Iterable[tuple[str, int]], announced: int) -> dict[str, FeedCount]:
    """Count new papers by primary category.

    Args:
        seen: of each, its primary category and when it was seen first (UTC epoch seconds).
        announced: when arXiv's last announcement was, likewise.
    """
    before: dict[str, int] = {}
    since: dict[str, int] = {}
    for category, at in seen:
        counts = since if at >= announced else before
        counts[category] = counts.get(category, 0) + 1
    return {name: FeedCount(before.get(name, 0), since.get(name, 0)) for name in before.keys() | since.keys()}
