"""Starts the backfill of a new source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.sources.arxiv_window import categories_query
from bot.domain.sources.source_uri import parse_source_uri
from bot.storage.archive import backfills, sources

if TYPE_CHECKING:
    from bot.ports import Clock
    from bot.storage.archive.sources import StoredSource
    from bot.storage.engine.database import Database

_GIT: Final = "git history"


@dataclass(frozen=True, slots=True)
class BeginBackfill:
    """Starts the backfill of sources that have a history.

    Attributes:
        database: where sources are kept, and how far each past is.
        clock: tells the time.
        days: how many days before today a new source's past has; 0 for none.
    """

    database: Database
    clock: Clock
    days: int

    async def begin(self) -> None:
        """Begin the past of sources that were read once and have none yet."""
        if not self.days:
            return
        async with self.database.read() as connection:
            polled = await sources.active(connection)
            begun = {one.source_id for one in await backfills.of_active_sources(connection) if not one.news}
        new = [(source, query) for source in polled if source.id not in begun and (query := _query(source))]
        if not new:
            return
        now = self.clock()
        async with self.database.write() as connection:
            for source, query in new:
                await backfills.begin(
                    connection, source.id, query, news=False, now=int(now.timestamp()),
                    first_day=now.date() - timedelta(days=self.days), last_day=now.date(),
                )  # fmt: skip


def _query(source: StoredSource) -> str | None:
    """Return what names a source's past; None where it was not read yet or has none."""
    if source.last_success_at is None:
        return None
    uri = parse_source_uri(source.uri)
    if uri.kind == "arxiv":
        return categories_query(uri.target.split("+"))
    if uri.kind == "arxiv-query":
        return uri.target
    return _GIT if uri.kind == "git" else None
