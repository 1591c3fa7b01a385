"""Records which digests still need their thread, across restarts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.storage.delivery.outbox import Claim
from bot.storage.platform_state import owed_threads

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from bot.domain.chat.command import Chat, Reply
    from bot.ports import Clock
    from bot.storage.engine.database import Database
    from bot.storage.platform_state.owed_threads import OwedThread

    RenderDigest = Callable[[int, int], Awaitable[tuple[Chat, Reply]]]

_LEASE: Final = 120
"""Seconds that a thread is held after its last message was begun."""


class OwedThreads:
    """The threads that digests still need.

    Args:
        database: where they are kept.
        render: makes the message of a digest, of its chat and its row.
        clock: tells the time.
        owner: names this process among those on the same database.
        is_dead: of the owners it is given, those that surely don't run any more.
    """

    def __init__(
        self,
        database: Database,
        render: RenderDigest,
        clock: Clock,
        *,
        owner: str,
        is_dead: Callable[[Collection[str]], set[str]],
    ) -> None:
        self._database = database
        self._render = render
        self._clock = clock
        self._owner = owner
        self._is_dead = is_dead

    async def owe(self, delivery_id: int, reference: str) -> None:
        """Remember that a digest which arrived is to get its thread."""
        async with self._database.write() as connection:
            await owed_threads.add(connection, delivery_id, reference, now=self._now())

    async def claim(self, *, limit: int, afresh: bool = False) -> list[OwedThread]:
        """Hold threads that are due, those of the digests sent first.

        Args:
            limit: the most to hold.
            afresh: whether this process holds none yet, so that what has its name is an earlier one's.
        """
        now = self._now()
        held = Claim(self._owner, now, now + _LEASE)
        async with self._database.write() as connection:
            dead = self._is_dead(await owed_threads.owners(connection) - {self._owner})
            return await owed_threads.claim(
                connection, held, dead | ({self._owner} if afresh else set()), limit=limit
            )

    async def message(self, owed: OwedThread) -> tuple[Chat, Reply]:
        """Return the chat and the digest whose thread it is."""
        return await self._render(owed.chat_id, owed.digest_id)

    async def begin(self, owed: OwedThread, begun: int) -> bool:
        """Remember that so many messages were begun; False where another process has the thread now."""
        now = self._now()
        held = Claim(self._owner, now, now + _LEASE)
        async with self._database.write() as connection:
            return await owed_threads.begin(connection, held, owed.delivery_id, begun=begun)

    async def put_off(self, owed: OwedThread, seconds: float) -> None:
        """Let a thread be tried again, so many seconds from now."""
        async with self._database.write() as connection:
            due_at = self._now() + round(seconds)
            await owed_threads.give_back(connection, self._owner, owed.delivery_id, due_at=due_at)

    async def end(self, owed: OwedThread) -> None:
        """Forget a thread that is whole, or will never be."""
        async with self._database.write() as connection:
            await owed_threads.remove(connection, self._owner, owed.delivery_id)

    def _now(self) -> int:
        return int(self._clock().timestamp())
