"""Reads the past days of a new git source whose files are overwritten each day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.sources.source import Reading
from bot.domain.sources.source_uri import parse_source_uri
from bot.errors import DocumentError
from bot.services.backfill.backfill_arxiv import ReadBack
from bot.services.installation.hold_lease import hold_lease
from bot.services.reading.store_document import SourceRef
from bot.storage.archive import backfills, sources

if TYPE_CHECKING:
    from bot.domain.sources.backfill import Backfill
    from bot.ports import Clock, Histories
    from bot.services.reading.read_documents import DocumentStore
    from bot.storage.archive.sources import StoredSource
    from bot.storage.engine.database import Database

_KINDS: Final = ("git",)
_LEASE: Final = "git past"
_AGAIN: Final = 3_600
"""Seconds after which a repository that could not be read is asked again."""


class BackfillGit:
    """Reads the history of git sources; its papers are not news, and known papers do not change.

    Args:
        database: where papers and the progress are kept.
        histories: fetches what files held before.
        documents: parses and stores it.
        clock: tells the time.
        owner: names this process.
    """

    def __init__(
        self,
        database: Database,
        histories: Histories,
        documents: DocumentStore,
        clock: Clock,
        *,
        owner: str,
    ) -> None:
        self._database = database
        self._histories = histories
        self._documents = documents
        self._clock = clock
        self._owner = owner

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
        # A document that can't be read is a hand-written post of another day.
        taken = await self._documents.take_in(
            Reading(documents=tuple(documents)), source=SourceRef(source.id, source.label), news=False
        )
        return await self._end(one, sum(len(document.stored.new) for document in taken))

    async def _end(self, one: Backfill, new: int) -> ReadBack:
        after = one.after(one.last_day + timedelta(days=1), papers=new, done_at=self._now())
        async with self._database.write() as connection:
            await backfills.save_days(connection, after)
        return ReadBack(after, is_done=True)

    def _now(self) -> int:
        return int(self._clock().timestamp())
