"""Serves all chats, a tick at a time: matches what came in, and compiles the digests that are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.arxiv_calendar import is_in, last_announcement
from bot.domain.due import ARXIV
from bot.storage import meta, schedules, sources
from bot.storage.sources import ARXIV_KINDS

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from datetime import date

    from bot.ports import Clock
    from bot.services.compile_due import CompileDue
    from bot.services.queue_matches import QueueMatches
    from bot.storage.database import Database

_SERVED: Final = "after_arxiv_slot"
_PATIENCE: Final = timedelta(hours=6)
"""So long after an announcement silent sources are waited for; the feeds follow it by four hours."""


@dataclass(frozen=True, slots=True)
class ServeSchedules:
    """Serves schedules; several processes on one database share the work.

    Attributes:
        database: the database.
        queueing: matches what came in.
        compiling: compiles what is due.
        clock: tells the time.
        holidays: arXiv's dates without mailing.
    """

    database: Database
    queueing: QueueMatches
    compiling: CompileDue
    clock: Clock
    holidays: AbstractSet[date]

    async def tick(self) -> int:
        """Do what is due; return how many digests went into the outbox.

        Raises:
            StorageError: the rest is done by the next tick.
        """
        await self.queueing.run()
        await self._wake_after_arxiv()
        return await self.compiling.run()

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
