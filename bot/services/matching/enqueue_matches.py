"""Matches each new paper once against all subscriptions, and stores the matches for the next digests."""

from __future__ import annotations

import asyncio
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from bot.domain.delivery.digest import score
from bot.domain.schedules.next_slot import INSTANT
from bot.services.installation.hold_lease import hold_lease
from bot.storage.chats import schedules
from bot.storage.delivery import waiting
from bot.storage.delivery.waiting import WaitingMatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.ports import Clock
    from bot.services.matching.match_papers import Match, MatchPapers
    from bot.storage.delivery.waiting import Arrival
    from bot.storage.engine.database import Database

_BATCH: Final = 1_000
_ROWS: Final = 2_000
"""Matches stored in one transaction at most, so that other writers wait no longer than some 50 ms for it."""


class EnqueueMatches:
    """Matches what was stored since the last run; what a killed process left is matched by the next.

    Args:
        database: the archive and what waits.
        matching: the subscriptions, compiled.
        clock: tells the time.
        owner: names this process.
    """

    def __init__(self, database: Database, matching: MatchPapers, clock: Clock, *, owner: str) -> None:
        self._database = database
        self._matching = matching
        self._clock = clock
        self._owner = owner

    async def run(self) -> int | None:
        """Match all that came in; return how many matches wait more, or None while another process does it.

        Raises:
            StorageError: the rest is matched next time.
        """
        queued = 0
        async with self._database.read() as connection:
            if not await waiting.arrivals(connection, limit=1):
                return 0
        async with hold_lease(self._database, "match", owner=self._owner, clock=self._clock) as held:
            while held:
                async with self._database.read() as connection:
                    came = await waiting.arrivals(connection, limit=_BATCH)
                if not came:
                    break
                queued += await self._match(came)
        return queued if held else None

    async def _match(self, came: Sequence[Arrival]) -> int:
        new = [one.paper_id for one in came if one.event_id is None]
        matched = await self._matching.match(new) if new else []
        matches = await asyncio.to_thread(_by_chat, matched)
        events = [one.event_id for one in came if one.event_id is not None]
        now = int(self._clock().timestamp())
        # Matches first, the arrivals last: who is killed in between stores the same matches again.
        for start in range(0, len(matches), _ROWS):
            some = matches[start : start + _ROWS]
            async with self._database.write() as connection:
                await waiting.add(connection, some, now=now)
        async with self._database.write() as connection:
            told = await waiting.add_updates(connection, events)
            chats = {one.chat_id for one in matches} | set(told)
            # A paper comes once and its row is never used again, so no slot is either.
            slot = f"{INSTANT}{now}-{came[-1].paper_id}"
            await schedules.wake(connection, "instant", at=now, slot=slot, only=chats)
            await waiting.take(connection, came)
        return len(matches)


def _by_chat(matches: Sequence[Match]) -> list[WaitingMatch]:
    """Return one row a chat and paper, in the order of the matches, with how well it fits."""
    found = []
    for (chat_id, paper_id), group in groupby(matches, key=itemgetter(0, 1)):
        same = list(group)
        numbers = tuple(match.number for match in same)
        value = score(len(numbers), sum(match.in_title for match in same))
        found.append(WaitingMatch(chat_id, paper_id, value, numbers))
    return found
