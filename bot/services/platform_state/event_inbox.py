"""Records handled events, so that an event which a platform repeats is handled once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.storage.platform_state import inbox

if TYPE_CHECKING:
    from bot.ports import Clock
    from bot.storage.engine.database import Database


@dataclass(frozen=True, slots=True)
class EventInbox:
    """The events of the last 48 hours.

    Attributes:
        database: where they are kept.
        clock: tells the time.
    """

    database: Database
    clock: Clock

    async def is_new(self, platform: str, event_id: str) -> bool:
        """Return whether an event comes for the first time, and store that it came.

        It is stored before it is handled: what a crash breaks off is not done a second time. Who waits for an
        answer asks again; a second `/digest` that nobody asked for would be a repeat.
        """
        async with self.database.write() as connection:
            return await inbox.add(connection, platform, event_id, now=int(self.clock().timestamp()))
