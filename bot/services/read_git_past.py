"""Reads what a new git source held in the days before: repositories that overwrite their files each day."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.source_uri import parse_source_uri
from bot.errors import DocumentError
from bot.services.arxiv.read_back import ReadBack
from bot.services.hold_lease import hold_lease
from bot.services.store_document import SourceRef, store_document
from bot.storage import backfills, sources

if TYPE_CHECKING:
    from bot.domain.backfill import Backfill
    from bot.ports import Clock, Histories, Parse
    from bot.storage.database import Database
    from bot.storage.sources import StoredSource

_KINDS: Final = ("git",)
_QUERY: Final = "git history"
_LEASE: Final = "git past"
_AGAIN: Final = 3_600
"""Seconds after which a repository that could not be read is asked again."""

_log = logging.getLogger(__name__)


class ReadGitPast:
    """Reads the past of git sources, each at once; its papers are no news, and what is known stays as it is.

    Args:
        database: where papers and the progress are kept.
        histories: fetches what files held before.
        parse: reads it.
        clock: tells the time.
        owner: names this process.
        days: how many days before today a new source's past has; 0 for none.
    """

    def __init__(
        self,
        database: Database,
        histories: Histories,
        parse: Parse,
        clock: Clock,
        *,
        owner: str,
        days: int,
    ) -> None:
        self._database = database
        self._histories = histories
        self._parse = parse
        self._clock = clock
        self._owner = owner
        self._days = days

    async def begin(self) -> None:
        """Begin the past of sources that were read once and have none yet."""
        if not self._days:
            return
        async with self._database.read() as connection:
            begun = {one.source_id for one in await backfills.of_active_sources(connection)}
            new = [
                one.id
                for one in await sources.active(connection)
                if one.kind in _KINDS and one.last_success_at is not None and one.id not in begun
            ]
        today = self._clock().date()
        if new:
            async with self._database.write() as connection:
                for row in new:
                    await backfills.begin(
                        connection, row, _QUERY, news=False, now=self._now(),
                        first_day=today - timedelta(days=self._days), last_day=today,
                    )  # fmt: skip

    async def step(self) -> ReadBack | None:
        """Read the past of one source, or return None where nothing is due or another process does it.

        Raises:
            StorageError: some documents may have been stored; they are read again.
        """
        async with self._database.read() as connection:
            one = await backfills.due(connection, _KINDS, now=self._now())
            source = await sources.by_id(connection, one.source_id) if one else None
        if one is None or source is None:
            return None
        async with hold_lease(self._database, _LEASE, owner=self._owner, clock=self._clock) as held:
            return await self._read(one, source) if held else None

    async def _read(self, one: Backfill, source: StoredSource) -> ReadBack:
        try:
            documents = await self._histories.history(parse_source_uri(source.uri), since=one.first_day)
        except DocumentError as error:
            async with self._database.write() as connection:
                due_at = self._now() + _AGAIN
                await backfills.save_failure(connection, one.id, error=error.reason, due_at=due_at)
            return ReadBack(one, error=error.reason)
        new = 0
        for document in documents:
            try:
                parsed = await asyncio.to_thread(self._parse, document)
            except DocumentError as error:
                _log.info("%s", error)  # a hand-written post of another day
                continue
            stored = await store_document(
                self._database, parsed, source=SourceRef(source.id, source.label),
                document=document.name, now=self._now(), news=False,
            )  # fmt: skip
            new += len(stored.new)
        return await self._end(one, new)

    async def _end(self, one: Backfill, new: int) -> ReadBack:
        after = one.after(one.last_day + timedelta(days=1), papers=new, done_at=self._now())
        async with self._database.write() as connection:
            await backfills.save_days(connection, after)
        return ReadBack(after, is_done=True)

    def _now(self) -> int:
        return int(self._clock().timestamp())
