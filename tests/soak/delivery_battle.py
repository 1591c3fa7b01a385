"""A platform in this process, and others that deliver to it and are killed."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import time
from multiprocessing import get_context
from typing import TYPE_CHECKING, Final

from delivery_figures import Taken, Tally, figures, sent_by, still_open
from delivery_worker import PLATFORM, Work, work_on
from invented_digests import entry, parsed

from bot.app import clock
from bot.domain.chat.command import ChatKey
from bot.domain.query import GRAMMAR_VERSION
from bot.domain.sources.source_uri import parse_source_uri
from bot.process_owner import owner_name
from bot.services.reading.store_document import SourceRef, store_document
from bot.storage.archive import sources
from bot.storage.chats import chats, schedules, subscriptions
from bot.storage.chats.schedules import ChatSchedule
from bot.storage.engine.database import Database
from bot.storage.operations.migrate import migrate

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess

    from delivery_figures import Figures

ANSWER: Final = 0.040
"""Seconds until the platform answers."""
_CHATS: Final = 60
_LEASE: Final = 2
_TERM_EVERY, _STOP_EVERY = 4, 10
"""After so many kills a SIGTERM, and a SIGSTOP past the lease."""
_LONGEST_WAIT: Final = 60.0
_SOURCE: Final = "https://papers.example.org/feed"


class Battle:
    """One soak on one database.

    Args:
        url: an empty database.
        workers: processes that deliver at the same time.
        pace: messages a second of each.
        seed: decides when who is killed.
    """

    def __init__(self, url: str, *, workers: int, pace: float, seed: int) -> None:
        self._url = url
        self._count = workers
        self._pace = pace
        self._random = random.Random(seed)  # noqa: S311 (test data)
        self._database = Database(url)
        self._tally = Tally()
        self._took = asyncio.Event()
        self._said = asyncio.Event()
        self._ready: set[int | None] = set()
        self._workers: list[ForkServerProcess] = []
        # The imports take longer than all else: a server that has done them forks the workers.
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(["delivery_worker"])
        self._source = 0
        self._port = 0

    async def fight(self, kills: int) -> Figures:
        """Kill so many times, then let all be delivered; return what happened to it."""
        begun = time.perf_counter()
        await migrate(self._database)
        await self._open_chats()
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self._port = server.sockets[0].getsockname()[1]
        try:
            for kill in range(1, kills + 1):
                await self._among_deliveries()
                await self._kill()
                if kill % _TERM_EVERY == 0:
                    await self._among_deliveries()
                    await self._terminate()
                if kill % _STOP_EVERY == 0:
                    await self._among_deliveries()
                    await self._stop_and_go_on()
            await self._finish()
        finally:
            for worker in self._workers:
                worker.kill()
            server.close()
            await server.wait_closed()
            spent = time.perf_counter() - begun
            found = await figures(self._database, self._tally, chats=_CHATS, seconds=spent)
            await self._database.close()
        return found

    async def _open_chats(self) -> None:
        now = int(clock().timestamp())
        async with self._database.write() as connection:
            self._source = await sources.add(connection, parse_source_uri(_SOURCE), now=now)
            for number in range(_CHATS):
                key = ChatKey(PLATFORM, str(number))
                chat = await chats.add(connection, key, language="en", zone="UTC", now=now)
                await subscriptions.add(
                    connection,
                    chat.id,
                    source_text="rivers",
                    canonical="river",
                    grammar=GRAMMAR_VERSION,
                    per_day=None,
                    now=now,
                )
                instant = ChatSchedule(chat.id, "instant", None, None, None, 10, "line", "UTC")
                await schedules.put(connection, instant)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take a message, whether or not its sender lives to hear of it."""
        try:
            line = await reader.readline()
            said = json.loads(line) if line.endswith(b"\n") else {}
            self._ready.add(said.get("ready"))
            self._said.set()
            if "delivery" in said:
                self._tally.log.append(Taken(said["delivery"], said["chat"], tuple(said["papers"])))
                self._took.set()
                await asyncio.sleep(ANSWER)
                writer.write(f"m{said['delivery']}\n".encode())
                await writer.drain()
        except ConnectionError:
            pass  # killed
        finally:
            writer.close()

    async def _publish(self) -> None:
        self._tally.papers += 1
        now = clock()
        number = f"{now:%y%m}.{self._tally.papers:05}"
        await store_document(
            self._database,
            parsed(entry(f"{number}v1", f"Work {number} on rivers")),
            source=SourceRef(self._source, "papers.example.org"),
            document=f"{_SOURCE}/{number}",
            now=int(now.timestamp()),
        )

    async def _among_deliveries(self) -> None:
        """Wait until messages go out, and a random moment more."""
        self._fill_up()
        if await still_open(self._database) < self._pace:
            await self._publish()
        self._took.clear()
        async with asyncio.timeout(_LONGEST_WAIT):
            while not self._took.is_set():
                try:
                    await asyncio.wait_for(self._took.wait(), 2)
                except TimeoutError:
                    await self._publish()
        await asyncio.sleep(self._random.uniform(0, 0.5))

    def _fill_up(self, more: int = 0) -> None:
        while len(self._workers) < self._count + more:
            work = Work(self._url, self._port, self._pace, _LEASE)
            worker = self._context.Process(target=work_on, args=(work,), daemon=True)
            worker.start()
            self._workers.append(worker)

    async def _pick(self) -> ForkServerProcess:
        """Take out one of the workers that are up and deliver."""
        async with asyncio.timeout(_LONGEST_WAIT):
            while not (up := [one for one in self._workers if one.pid in self._ready]):
                self._said.clear()
                await self._said.wait()
        worker = self._random.choice(up)
        self._workers.remove(worker)
        return worker

    async def _kill(self) -> None:
        worker = await self._pick()
        self._tally.uncertain.append(await self._end(worker, signal.SIGKILL, status=-signal.SIGKILL))

    async def _terminate(self) -> None:
        worker = await self._pick()
        self._tally.left.append(await self._end(worker, signal.SIGTERM, status=0))

    async def _end(self, worker: ForkServerProcess, how: signal.Signals, *, status: int) -> int:
        """End a process; return how many deliveries are uncertain by that, found by another yet or not."""
        assert worker.pid is not None
        owner = f"{owner_name().rpartition(':')[0]}:{worker.pid}"
        before = await sent_by(self._database, owner, "uncertain")  # since it stood still
        os.kill(worker.pid, how)
        await asyncio.to_thread(worker.join, _LONGEST_WAIT)
        assert worker.exitcode == status, f"a worker ended with {worker.exitcode}, not {status}"
        left = await sent_by(self._database, owner, "sending", "uncertain") - before
        return max(left, 0)  # it was told of some that it had sent before it stood still

    async def _stop_and_go_on(self) -> None:
        """Let a process stand still until others have taken over what it held, then continue.

        Nothing is written from here meanwhile: on SQLite it may stand still with the write lock in its hand.
        """
        stopped = await self._pick()
        self._workers.append(stopped)
        assert stopped.pid is not None
        os.kill(stopped.pid, signal.SIGSTOP)
        self._fill_up(more=self._count == 1)
        await asyncio.sleep(_LEASE + 1.5)
        os.kill(stopped.pid, signal.SIGCONT)
        await asyncio.sleep(0.5)
        self._tally.stops += 1

    async def _finish(self) -> None:
        """Deliver what is open, then end the workers as a service manager does."""
        self._fill_up()
        async with asyncio.timeout(_LONGEST_WAIT + await still_open(self._database) / self._pace):
            while await still_open(self._database):  # noqa: ASYNC110 (others do it: there is no event)
                await asyncio.sleep(0.1)
        while self._workers:
            await self._terminate()
