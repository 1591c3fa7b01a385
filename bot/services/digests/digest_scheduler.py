"""Serves all chats once a tick: matches new papers, and compiles the due digests."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.schedules.arxiv_calendar import is_in, last_announcement
from bot.domain.schedules.next_slot import ARXIV
from bot.errors import StorageError
from bot.storage.archive import sources
from bot.storage.archive.sources import ARXIV_KINDS
from bot.storage.chats import schedules
from bot.storage.operations import meta

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from datetime import date

    from bot.ports import Clock
    from bot.services.digests.compile_due import CompileDue
    from bot.services.matching.enqueue_matches import EnqueueMatches
    from bot.storage.engine.database import Database

_SERVED: Final = "after_arxiv_slot"
_PATIENCE: Final = timedelta(hours=6)
"""So long after an announcement silent sources are waited for; the feeds follow it by four hours."""


_LONGEST_WAIT: Final = timedelta(minutes=5)
"""So long another process's matching is waited for; then digests go without the rest of it."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class DigestScheduler:
    """Compiles due digests; several processes on one database share the work.

    Attributes:
        database: the database.
        queueing: matches what came in.
        compiling: compiles what is due.
        clock: tells the time.
        holidays: arXiv's dates without mailing.
    """

    database: Database
    queueing: EnqueueMatches
    compiling: CompileDue
    clock: Clock
    holidays: AbstractSet[date]
    _waits_since: datetime | None = None

    async def tick(self) -> int:
        """Do what is due; return how many digests went into the outbox.

        Raises:
            StorageError: the rest is done by the next tick.
        """
        if not await self._is_matched() and not self._is_long_enough():
            return 0
        self._waits_since = None
        await self._wake_after_arxiv()
        return await self.compiling.run()

    def _is_long_enough(self) -> bool:
        """Whether another process's matching was waited for long enough, by now."""
        now = self.clock()
        self._waits_since = self._waits_since or now
        return now - self._waits_since >= _LONGEST_WAIT

    async def _is_matched(self) -> bool:
        """Match what came in; return whether all of it is matched now."""
        try:
            return await self.queueing.run() is not None
        except StorageError:
            raise
        except Exception:  # noqa: BLE001 (a paper that can't be matched must not hold all digests)
            _log.exception("matching failed; the next tick tries again")
            return True

    async def _wake_after_arxiv(self) -> None:
        """Let the chats that wait for arXiv's papers of the day be due, once, when these are in."""
        now = self.clock()
        announced = last_announcement(now, self.holidays)
        slot = f"{ARXIV}{announced.slot}"
        async with self.database.read() as connection:
            if await meta.get(connection, _SERVED) == slot:
                return
            polled = await sources.active(connection)
        # Where arXiv itself is not read, its papers of the day come in the digests of others.
        waited_for = [one for one in polled if one.kind in ARXIV_KINDS] or polled
        brought = [_time(one.last_new_at) for one in waited_for]
        if not is_in(announced, brought, now, patience=_PATIENCE):
            return
        async with self.database.write() as connection:
            await meta.put(connection, _SERVED, slot)
            await schedules.wake(connection, "after-arxiv", at=int(now.timestamp()), slot=slot)


def _time(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
