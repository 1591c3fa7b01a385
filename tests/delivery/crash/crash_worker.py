"""A process that delivers an outbox until nothing is left, or until it is killed at a named point."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.domain.chat.command import Chat, Reply, Text
from bot.process_owner import dead_owners, owner_name
from bot.services.delivery.deliver_outbox import DeliverOutbox, Pace
from bot.storage.chats import chats
from bot.storage.delivery import outbox
from bot.storage.engine.database import Database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.domain.delivery.delivery import Delivery

_COMMITS = ("claimed", "begun", "acknowledged")


def die() -> None:
    """End at once, as a power cut does."""
    os.kill(os.getpid(), signal.SIGKILL)


class CrashingDatabase(Database):
    """A database whose process dies before or after a commit of the first message: claim, begin, acknowledge.

    Args:
        url: as for `Database`.
        point: where to die.
    """

    def __init__(self, url: str, point: str) -> None:
        super().__init__(url)
        self._point = point
        self._commits = 0

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Count transactions, and die at the point."""
        name = _COMMITS[self._commits] if self._commits < len(_COMMITS) else ""
        self._commits += 1
        async with super().write() as connection:
            yield connection
            if self._point == f"before-{name}":
                die()
        if self._point == f"after-{name}":
            die()


class LoggingPlatform:
    """Accepts one message at a time and writes each into its log, on the disk before it answers."""

    def __init__(self, log: str, point: str) -> None:
        self._log = log
        self._point = point
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def turn(self, chat: Chat) -> AsyncIterator[None]:
        """Let one message go at a time."""
        del chat
        async with self._turn:
            yield

    async def send(self, chat: Chat, message: Reply, *, delivery_id: int, plain: bool) -> str:
        """Accept a message."""
        del chat, message, plain
        log = os.open(self._log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(log, f"{delivery_id}\n".encode())
            os.fsync(log)
        finally:
            os.close(log)
        if self._point == "accepted":
            die()
        await asyncio.sleep(0)
        return f"m{delivery_id}"


async def main(url: str, log: str, point: str) -> None:
    """Deliver until nothing is open."""
    database = CrashingDatabase(url, point)

    async def render(delivery: Delivery) -> tuple[Chat, Reply]:
        async with database.read() as connection:
            chat = await chats.by_id(connection, delivery.chat_id)
        assert chat is not None
        return chat, Reply((Text("a digest"),))

    delivering = DeliverOutbox(
        database,
        {"telegram": LoggingPlatform(log, point)},
        render,
        lambda: datetime.now(UTC),
        owner=owner_name(),
        pace=Pace(tick=0.05, lease=60),
        is_dead=dead_owners,
    )
    running = asyncio.create_task(delivering.run())
    async with asyncio.timeout(30):
        while True:
            async with database.read() as connection:
                if await outbox.next_due_at(connection) is None:
                    break
            await asyncio.sleep(0.05)
    delivering.stop()
    await running
    await database.close()


def work(url: str, log: str, point: str) -> None:
    """Be the process.

    Args:
        url: of the database.
        log: the platform's log, which gets a line for each message that it accepts.
        point: where to die: `claimed`, `begun` or `acknowledged`, each `before-` or `after-` its commit,
            `accepted` (the platform has the message, nobody has heard of it), or `never`.
    """
    asyncio.run(main(url, log, point))
