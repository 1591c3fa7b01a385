"""A process that serves schedules and delivers over a socket, until SIGTERM; wired as `paperwire run` is."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.app import delivering, open_archive, serving
from bot.domain.cards.card import Card
from bot.domain.delivery.send_rates import Lane, Rates
from bot.errors import NotSentError, StorageError, UnknownOutcomeError
from bot.platforms.traffic.limiter import Limiter
from bot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.domain.chat.command import Chat, Reply
    from bot.services.digests.digest_scheduler import DigestScheduler

PLATFORM = "telegram"
_TICK = 0.1
_LONGEST_ANSWER = 10.0


@dataclass(frozen=True, slots=True)
class Work:
    """What a process is to do.

    Attributes:
        url: its database.
        port: of the platform, on this machine.
        pace: messages a second.
        lease: seconds that its claims hold.
    """

    url: str
    port: int
    pace: float
    lease: int


class SocketPlatform:
    """Sends over a local socket, at a token's pace.

    Args:
        work: says where to, and how fast.
    """

    def __init__(self, work: Work) -> None:
        self._port = work.port
        self._limiter = Limiter(Rates(token=work.pace, chat=1.0, group_per_minute=20))

    @asynccontextmanager
    async def turn(self, chat: Chat) -> AsyncIterator[None]:
        """Wait for the limiter."""
        async with self._limiter.slot(chat=chat.key.external_id, is_group=False, lane=Lane.BULK):
            yield

    async def send(self, chat: Chat, message: Reply, *, delivery_id: int, plain: bool) -> str:
        """Send one message as a line, and wait for its name."""
        del plain
        papers = [part.paper_id for part in message.parts if isinstance(part, Card)]
        line = json.dumps({"delivery": delivery_id, "chat": chat.id, "papers": papers})
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError as error:
            raise NotSentError("no connection") from error
        try:
            writer.write(f"{line}\n".encode())
            async with asyncio.timeout(_LONGEST_ANSWER):
                name = await reader.readline()
        except (OSError, TimeoutError) as error:
            raise UnknownOutcomeError("no answer") from error
        finally:
            writer.close()
        if not name:
            raise UnknownOutcomeError("the connection was closed")
        return name.decode().strip()


def work_on(work: Work) -> None:
    """Serve and deliver until SIGTERM."""
    logging.disable()
    asyncio.run(_work_on(work))


async def _work_on(work: Work) -> None:
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    settings = Settings(database_url=work.url, lease_seconds=work.lease, tick_seconds=_TICK)
    async with open_archive(settings) as archive:
        serve = serving(archive)
        deliver = delivering(archive, {PLATFORM: SocketPlatform(work)})
        ticking = asyncio.create_task(_tick(serve, stopped))
        sending = asyncio.create_task(deliver.run())
        await _say(work.port, {"ready": os.getpid()})
        await stopped.wait()
        deliver.stop()
        await asyncio.gather(ticking, sending)


async def _say(port: int, what: dict[str, int]) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{json.dumps(what)}\n".encode())
    await writer.drain()
    writer.close()


async def _tick(serve: DigestScheduler, stopped: asyncio.Event) -> None:
    while not stopped.is_set():
        with suppress(StorageError):  # the next tick tries again, as `paperwire run` does
            await serve.tick()
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), _TICK)
