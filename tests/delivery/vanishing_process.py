"""A process of paperwire within the test's own, which may vanish or stand still at any point."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from scripted_platform import Content, ScriptedPlatform

from bot.app import chat_services
from bot.data import bundled_categories, bundled_glossary, bundled_holidays
from bot.services.delivery.deliver_outbox import DeliverOutbox, Pace
from bot.services.digests.compile_due import CompileDue
from bot.services.digests.digest_scheduler import DigestScheduler
from bot.services.matching.enqueue_matches import EnqueueMatches
from bot.services.matching.match_papers import MatchPapers
from bot.services.subscriptions.queries import Queries
from bot.storage.engine.database import Database
from handlers.digests.digest_message import message_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Iterator

    from scripted_platform import Wire
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.domain.chat.command import Chat, Reply
    from bot.domain.delivery.delivery import Delivery
    from bot.ports import Clock

PLATFORM = "telegram"
CATCH_UP = timedelta(hours=12)
LEASE = 120
QUERIES = Queries(bundled_glossary(), bundled_categories())

Place = Literal["before-commit", "after-commit", "called", "accepted"]
_current: ContextVar[Process | None] = ContextVar("process", default=None)


@dataclass(slots=True)
class Ending:
    """Where a process vanishes or stands still.

    Attributes:
        place: before or after a commit; when the platform was called, or has the message.
        after: how often it passes the place before.
    """

    place: Place
    after: int


class _GoneError(Exception):
    """The process vanished within a transaction."""


class _Database(Database):
    """A database whose process may end around a commit; then it rolls back, as a lost connection does."""

    process: Process

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction, unless the process is gone.

        A transaction of a vanished process is rolled back before its task stands still forever: on SQLite
        the process' other tasks may wait for the only writer, and the process ends when they have had it.
        """
        await self.process.reach(None)
        with self.process.busy(), suppress(_GoneError):
            async with super().write() as connection:
                yield connection
                await self.process.reach("before-commit")
        await self.process.reach("after-commit")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a view, unless the process is gone."""
        await self.process.reach(None)
        with self.process.busy():
            async with super().read() as connection:
                yield connection


class Process:
    """Serves schedules and delivers, as `paperwire run` does.

    Args:
        url: its database.
        wire: the platform's side.
        clock: tells the time.
        name: names it in claims and leases.
        is_dead: of the owners it is given, those that it knows to be gone.
    """

    def __init__(
        self,
        url: str,
        wire: Wire,
        clock: Clock,
        *,
        name: str,
        is_dead: Callable[[Collection[str]], set[str]],
    ) -> None:
        self.name = name
        self.gone = False
        self.standing: asyncio.Task[None] | None = None
        self._ending: Ending | None = None
        self._stands = False
        self._reached = asyncio.Event()
        self._go_on = asyncio.Event()
        self._go_on.set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._wire = wire
        self.database = _Database(url)
        self.database.process = self
        services = chat_services(self.database, QUERIES, clock, language="en", zone="UTC", quota=5)
        self._reading = services.reading
        matching = MatchPapers(self.database, QUERIES)
        queueing = EnqueueMatches(self.database, matching, clock, owner=name)
        compiling = CompileDue(self.database, clock, catch_up=CATCH_UP)
        self._serving = DigestScheduler(self.database, queueing, compiling, clock, bundled_holidays())
        self._delivering = DeliverOutbox(
            self.database,
            {PLATFORM: ScriptedPlatform(wire, self.reach)},
            self._render,
            clock,
            owner=name,
            pace=Pace(lease=LEASE),
            is_dead=is_dead,
        )

    async def tick(self, ending: Ending | None = None) -> bool:
        """Match and compile what is due; return whether it got to its end."""
        return await self.run(self._tick(), ending)

    async def send(self, ending: Ending | None = None, *, stands: bool = False) -> bool:
        """Deliver what is due; return whether it got to its end.

        Args:
            ending: where the process vanishes, if it gets there.
            stands: it stands still there instead.
        """
        return await self.run(self._delivering.flush(), ending, stands=stands)

    async def go_on(self) -> None:
        """Let a process that stands still run to its end."""
        assert self.standing is not None
        self._go_on.set()
        await self.standing
        self.standing = None

    async def end(self) -> None:
        """Let the process be gone: what it was about to do never happens."""
        self.gone = True
        self._go_on.set()
        await self._idle.wait()
        while tasks := [task for task in self._tasks if not task.done()]:
            # Again and again: who is cancelled while it sends still wants to write down the result of it.
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=0.1)
        self._tasks.clear()
        await self.database.close()

    def own(self, task: asyncio.Task[Any]) -> None:
        """Let a task end with the process."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def reach(self, place: Place | None) -> None:
        """Pass a place; never come back where the process is gone or goes there.

        Raises:
            _GoneError: so it is before a commit; what was written has to be rolled back first.
        """
        ending = self._ending
        if ending and place == ending.place and not self.gone:
            ending.after -= 1
            if ending.after < 0:
                self._ending = None
                self.gone = not self._stands
                if self._stands:
                    self._go_on.clear()
                self._reached.set()
        if place != "before-commit":
            await self._go_on.wait()
        if self.gone:
            if place == "before-commit":
                raise _GoneError
            await asyncio.get_running_loop().create_future()

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Know that the database works for the process; to cut that off would break more than a kill does."""
        self._busy += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._busy -= 1
            if not self._busy:
                self._idle.set()

    async def run(
        self, work: Coroutine[Any, Any, None], ending: Ending | None, *, stands: bool = False
    ) -> bool:
        """Do some work as this process; return whether it got to its end.

        Args:
            work: what is done.
            ending: where the process vanishes, if it gets there.
            stands: it stands still there instead.
        """
        assert not self.gone
        assert self.standing is None
        self._ending, self._stands = ending, stands
        self._reached.clear()
        token = _current.set(self)
        task = asyncio.create_task(work)
        _current.reset(token)
        reached = asyncio.create_task(self._reached.wait())
        await asyncio.wait((task, reached), return_when=asyncio.FIRST_COMPLETED)
        reached.cancel()
        self._ending = None
        if task.done():
            await task
            return True
        if stands:
            await self._idle.wait()
            self.standing = task
        else:
            await self.end()
        return False

    async def _tick(self) -> None:
        await self._serving.tick()

    async def _render(self, delivery: Delivery) -> tuple[Chat, Reply]:
        chat, content = await self._reading.of_delivery(delivery.chat_id, delivery.digest_id)
        papers = tuple(paper.id for paper, _ in content.items)
        events = tuple((paper.id, event.kind, event.version) for paper, event in content.events)
        self._wire.contents[delivery.id] = Content(chat.id, papers, events)
        return chat, message_of(content, chat.language)


def follow_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Know of each task of a loop to which process it belongs, so that all of a process can end."""

    def create(
        loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, Any], **options: Any
    ) -> asyncio.Task[Any]:
        task = asyncio.Task(work, loop=loop, **options)
        process = _current.get()
        if process:
            process.own(task)
        return task

    loop.set_task_factory(create)  # type: ignore[arg-type] # typeshed wants a Future of any kind
