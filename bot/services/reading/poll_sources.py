"""Polls the due sources, and reads sources at once for `paperwire ingest`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from bot.domain.sources.crawl_policy import next_poll, trouble_of
from bot.domain.sources.source import Cursor
from bot.domain.sources.source_uri import parse_source_uri
from bot.errors import DocumentError, HttpStatusError, SourceError
from bot.services.installation.hold_lease import hold_lease
from bot.services.reading.read_source import readings
from bot.services.reading.store_document import SourceRef
from bot.storage.archive import sources

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Sequence

    from bot.domain.sources.source import Reading, SourceUri
    from bot.errors import PaperwireError
    from bot.ports import Clock, Reader
    from bot.services.reading.read_documents import DocumentReport, DocumentStore
    from bot.storage.archive.sources import StoredSource
    from bot.storage.engine.database import Database

T = TypeVar("T")

POLL_LEASE = "poll"
"""One process polls at a time: arXiv allows one connection and a request per 3 s over all of them."""

HOLDS_UP: Final = 5.0
"""Seconds for which a source keeps the next one waiting: one that hangs must not delay all others."""


@dataclass(frozen=True, slots=True)
class SourceReport:
    """The result of one poll of a source.

    Attributes:
        label: the source, without credentials.
        documents: its new and changed documents.
        unchanged: True where nothing was new since the last poll.
        error: why the source could not be read, or None.
    """

    label: str
    documents: tuple[DocumentReport, ...] = ()
    unchanged: bool = False
    error: PaperwireError | None = None

    @property
    def failed(self) -> bool:
        """Whether anything of it could not be read."""
        return self.error is not None or any(document.error for document in self.documents)


class PollSources:
    """Reads sources into the archive.

    Args:
        database: where papers and cursors are kept.
        reader: fetches documents.
        documents: parses and stores them.
        clock: tells the time.
        jitter: gives a value from 0 to 1, to spread polls.
        interval: seconds between two polls of a healthy source.
        owner: names this process among those on the same database.
        base: the folder that relative paths start from.
        holds_up: seconds for which a source keeps the next one waiting.
    """

    def __init__(
        self,
        database: Database,
        reader: Reader,
        documents: DocumentStore,
        *,
        clock: Clock,
        jitter: Callable[[], float],
        interval: int,
        owner: str,
        base: str,
        holds_up: float = HOLDS_UP,
    ) -> None:
        self._database = database
        self._reader = reader
        self._documents = documents
        self._clock = clock
        self._jitter = jitter
        self._interval = interval
        self._owner = owner
        self._base = base
        self._holds_up = holds_up
        self._storing = asyncio.Lock()
        self._being_read: dict[int, StoredSource] = {}

    @property
    def being_read(self) -> list[StoredSource]:
        """The sources that are being read now."""
        return list(self._being_read.values())

    async def poll_due(
        self,
        on_source: Callable[[SourceReport], None] | None = None,
        *,
        only: Collection[int] | None = None,
    ) -> list[SourceReport] | None:
        """Poll every source that is due; None where another process polls now.

        Args:
            on_source: is told of each source as it is done.
            only: rows of the sources that are polled, if they are due; None for all.

        Raises:
            StorageError: what was stored before it stays; cursors of the rest did not move.
        """

        async def poll() -> list[SourceReport]:
            return await self._poll_each(await self._due(only), on_source, only)

        return await self.alone(poll)

    async def alone(self, work: Callable[[], Awaitable[T]]) -> T | None:
        """Do a work as the only process that asks the servers of sources; None where another process does.

        Raises:
            StorageError: as the work raises it, or the lease could not be asked for.
        """
        async with hold_lease(self._database, POLL_LEASE, owner=self._owner, clock=self._clock) as held:
            return await work() if held else None

    async def _due(self, only: Collection[int] | None) -> list[StoredSource]:
        # Before the database is asked: one that ends meanwhile may still look due in what it answers.
        busy = set(self._being_read)
        async with self._database.read() as connection:
            due = await sources.due(connection, now=self._now())
        return [source for source in due if source.id not in busy and (only is None or source.id in only)]

    async def _poll_each(
        self,
        chosen: Sequence[StoredSource],
        on_source: Callable[[SourceReport], None] | None,
        only: Collection[int] | None,
    ) -> list[SourceReport]:
        """Poll one source after the other, without waiting long for one that is slow.

        While slow ones are read, others are due: they are polled beside them.
        """
        tasks: list[asyncio.Task[SourceReport]] = []
        try:
            while chosen:
                for source in chosen:
                    tasks.append(asyncio.create_task(self._poll_one(source, on_source), name=source.label))
                    await self._ended(tasks[-1:])
                chosen = []
                while not chosen and not await self._ended(tasks):
                    chosen = await self._due(only)
            return [task.result() for task in tasks]
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _ended(self, tasks: Sequence[asyncio.Task[SourceReport]]) -> bool:
        """Wait for polls, not for long; return whether they ended.

        Raises:
            StorageError: one could not store what it read.
        """
        if not tasks:
            return True
        done, slow = await asyncio.wait(tasks, timeout=self._holds_up, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()
        return not slow

    async def _poll_one(
        self, source: StoredSource, on_source: Callable[[SourceReport], None] | None
    ) -> SourceReport:
        self._being_read[source.id] = source
        try:
            report = await self._poll(source)
        finally:
            del self._being_read[source.id]
        if on_source:
            on_source(report)
        return report

    async def ingest(
        self,
        uris: Sequence[str],
        *,
        on_reading: Callable[[int], None] | None = None,
        on_document: Callable[[DocumentReport], None] | None = None,
    ) -> list[SourceReport]:
        """Read sources from their beginning, now, whether or not they are polled.

        Args:
            uris: source URIs.
            on_reading: is told how many documents a source gave.
            on_document: is told of each document as it is done.
        """
        reports: list[SourceReport] = []
        for text in uris:
            try:
                uri = parse_source_uri(text, base=self._base)
                documents = await self._ingest(uri, on_reading, on_document)
            except (DocumentError, SourceError) as error:
                reports.append(SourceReport(text, error=error))
            else:
                reports.append(SourceReport(uri.label, tuple(documents)))
        return reports

    async def _ingest(
        self,
        uri: SourceUri,
        on_reading: Callable[[int], None] | None,
        on_document: Callable[[DocumentReport], None] | None,
    ) -> list[DocumentReport]:
        reports: list[DocumentReport] = []
        source: SourceRef | None = None
        async for reading in readings(self._reader, uri, Cursor()):
            source = source or await self._stored(uri)
            if on_reading:
                on_reading(len(reading.documents) + len(reading.failures))
            reports += await self._documents.take_in(reading, source=source, on_document=on_document)
        return reports

    async def _stored(self, uri: SourceUri) -> SourceRef:
        async with self._database.write() as connection:
            row = await sources.add(connection, uri, now=self._now(), active=False)
        return SourceRef(row, uri.label)

    async def _poll(self, source: StoredSource) -> SourceReport:
        async with self._database.read() as connection:
            cursor = await sources.cursor(connection, source)
        documents: list[DocumentReport] = []
        unchanged = False
        ref = SourceRef(source.id, source.label)
        try:
            async for reading in readings(self._reader, parse_source_uri(source.uri), cursor):
                async with self._storing:
                    taken = await self._documents.take_in(reading, source=ref)
                    await self._save_reading(source, cursor, reading, taken)
                documents += taken
                cursor, unchanged = reading.cursor, reading.unchanged
        except (DocumentError, SourceError) as error:
            await self._save_failure(source, error)
            return SourceReport(source.label, tuple(documents), error=error)
        return SourceReport(source.label, tuple(documents), unchanged)

    async def _save_reading(
        self, source: StoredSource, before: Cursor, reading: Reading, taken: Sequence[DocumentReport]
    ) -> None:
        now = self._clock()
        due = next_poll(now, interval=self._interval, jitter=self._jitter(), wait=reading.next_poll_in)
        refused = [document.error for document in taken if document.error]
        async with self._database.write() as connection:
            await sources.save_reading(
                connection,
                source.id,
                before=before,
                after=reading.cursor,
                now=int(now.timestamp()),
                next_poll_at=int(due.timestamp()),
                brought_new=any(document.stored.new for document in taken),
                error=str(refused[0]) if refused else None,
            )

    async def _save_failure(self, source: StoredSource, error: PaperwireError) -> None:
        now = self._clock()
        failures = source.failures + 1
        due = next_poll(
            now,
            interval=self._interval,
            jitter=self._jitter(),
            failures=failures,
            trouble=trouble_of(error if isinstance(error, DocumentError) else None) or "failure",
            wait=error.retry_after if isinstance(error, HttpStatusError) else None,
        )
        async with self._database.write() as connection:
            await sources.save_failure(
                connection,
                source.id,
                error=str(error),
                failures=failures,
                now=int(now.timestamp()),
                next_poll_at=int(due.timestamp()),
            )

    def _now(self) -> int:
        return int(self._clock().timestamp())
