"""Polls sources in rounds, one at a time in a process.

Compiling digests waits for a round, for a limited time.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Final, TypeVar

from bot.domain.schedules.wake_up import READING_PATIENCE
from bot.errors import StorageError
from bot.storage.operations import meta

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from bot.ports import Clock
    from bot.services.reading.poll_sources import PollSources, SourceReport
    from bot.storage.archive.sources import StoredSource
    from bot.storage.engine.database import Connection, Database

T = TypeVar("T")

_LATE: Final = "late_sources"
_OTHER_PROCESS: Final = 1.0
"""Seconds until we look again whether another process has ended its polling."""

_log = logging.getLogger(__name__)


class PollRounds:
    """The poll rounds of one process.

    Args:
        poller: polls.
        database: where late sources are noted.
        clock: tells the time.
        tell: is told of each source as it is done.
    """

    def __init__(
        self, poller: PollSources, database: Database, clock: Clock, tell: Callable[[SourceReport], None]
    ) -> None:
        self._poller = poller
        self._database = database
        self._clock = clock
        self._tell = tell
        self._turn = asyncio.Lock()
        self._going_on: set[asyncio.Task[None]] = set()

    async def poll(self) -> list[SourceReport] | None:
        """Poll what is due, after a round that runs already; None where another process polls now.

        Raises:
            StorageError: the rest is polled next time.
        """
        async with self._turn:
            return await self._poller.poll_due(self._tell)

    async def in_turn(self, work: Callable[[], Awaitable[T]]) -> T | None:
        """Ask the servers of sources for something else between two rounds; None where another process polls.

        Raises:
            StorageError: as the work raises it.
        """
        async with self._turn:
            return await self._poller.alone(work)

    async def catch_up(self, patience: float = READING_PATIENCE) -> tuple[str, ...]:
        """Poll what is due, and wait for it, also where another process does it.

        What is late is still read afterwards. `/status` names it until then.

        Args:
            patience: seconds to wait at most.

        Returns:
            The labels of the sources that were not read in time.
        """
        reading = asyncio.create_task(self._read_all(), name="catch up")
        self._going_on.add(reading)
        reading.add_done_callback(self._going_on.discard)
        await asyncio.wait({reading}, timeout=patience)
        if reading.done():
            return ()
        late = self._poller.being_read
        await self._note(late)
        return tuple(source.label for source in late)

    async def close(self) -> None:
        """End what still continues; sources that were not read to their end are due again."""
        for task in (going_on := tuple(self._going_on)):
            task.cancel()
        await asyncio.gather(*going_on, return_exceptions=True)

    async def _read_all(self) -> None:
        try:
            while await self.poll() is None:  # noqa: ASYNC110 (another process sends us no event)
                await asyncio.sleep(_OTHER_PROCESS)
        except Exception:  # noqa: BLE001 (what is stored is served all the same; the next tick polls again)
            _log.exception("poll failed; the next tick tries again")

    async def _note(self, late: Collection[StoredSource]) -> None:
        value = {"at": int(self._clock().timestamp()), "sources": [source.id for source in late]}
        try:
            async with self._database.write() as connection:
                await meta.put(connection, _LATE, json.dumps(value))
        except StorageError as error:
            _log.warning("the late sources were not recorded: %s", error)


async def late_sources(connection: Connection) -> dict[int, int]:
    """Return the sources that digests did not wait for: by row, when the wait ended (UTC epoch seconds).

    A source that was polled after that time is no longer late.
    """
    stored = await meta.get(connection, _LATE)
    if stored is None:
        return {}
    noted = json.loads(stored)
    ended = int(noted["at"])
    return {int(row): ended for row in noted["sources"]}
