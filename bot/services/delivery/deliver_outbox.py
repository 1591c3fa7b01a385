"""Delivers the outbox: claims due deliveries, sends them within the rate limits, records the outcomes."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.delivery.delivery import Failed, Retry, Uncertain, after_failure
from bot.errors import ChatGoneError, ChatMovedError, DeliveryError, StorageError, UnknownOutcomeError
from bot.services.delivery.find_uncertain import FindUncertain
from bot.services.delivery.outbox_journal import OutboxJournal, SendOutcome
from bot.storage.chats import chats
from bot.storage.delivery import outbox
from bot.storage.delivery.outbox import Claim
from bot.waits import wait_at_most

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping

    from bot.domain.chat.command import Chat, Reply
    from bot.domain.delivery.delivery import Delivery, OnUncertain
    from bot.ports import Clock, Finder, Platform
    from bot.storage.engine.database import Database

    Render = Callable[[Delivery], Awaitable[tuple[Chat, Reply]]]

_CLAIM: Final = 200
"""Deliveries claimed at a time; each waits for its turn at the limiter before it counts as being sent."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The intervals and limits of delivery.

    Attributes:
        tick: seconds between two looks for what is due.
        lease: seconds that a claim holds; renewed while the process lives.
        drain: seconds at most to finish what is being sent when the process ends.
        at_once: how many deliveries are under way at most, those that wait for their turn included.
        in_flight: how many messages are being sent at most; so many may have arrived or not after a kill.
        on_uncertain: what to do with a message that may have arrived.
    """

    tick: float = 15.0
    lease: int = 120
    drain: float = 20.0
    at_once: int = 400
    in_flight: int = 3
    on_uncertain: OnUncertain = "offer"


class DeliverOutbox:
    """Delivers until stopped.

    Args:
        database: where the outbox is.
        platforms: by the name in `ChatKey.platform`.
        render: makes the message of a delivery, as late as possible.
        clock: tells the time.
        owner: names this process among those on the same database, in at most 64 characters.
        pace: how it delivers.
        is_dead: of the owners it is given, those that surely don't run any more.
        finders: what looks for messages that may have arrived, by platform; not all can.
    """

    def __init__(
        self,
        database: Database,
        platforms: Mapping[str, Platform],
        render: Render,
        clock: Clock,
        *,
        owner: str,
        pace: Pace = Pace(),
        is_dead: Callable[[Collection[str]], set[str]] = lambda _: set(),
        finders: Mapping[str, Finder] | None = None,
    ) -> None:
        self._database = database
        self._platforms = platforms
        self._render = render
        self._clock = clock
        self._owner = owner
        self._pace = pace
        self._is_dead = is_dead
        self._journal = OutboxJournal(database, owner, clock)
        self._finding = FindUncertain(database, finders or {}, clock)
        self._settling: set[asyncio.Task[int]] = set()
        self._waiting: dict[int, tuple[Delivery, asyncio.Task[None]]] = {}
        self._sending: dict[int, tuple[Delivery, asyncio.Task[None]]] = {}
        self._in_flight = asyncio.Semaphore(pace.in_flight)
        self._wake = asyncio.Event()
        self._more = False  # whether the last claim left something that is due
        self._stopping = False

    def wake(self) -> None:
        """Look at once for what is due; for who has just put something into the outbox."""
        self._wake.set()

    def stop(self) -> None:
        """Claim nothing more; `run` finishes what is being sent, gives back the rest and returns."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Deliver until `stop` is called."""
        async with self._writing():
            while not self._stopping:
                await self._claim()
                if not self._more or len(self._under_way()) > self._pace.at_once // 2:
                    await wait_at_most(self._wake, self._pace.tick)
                    self._wake.clear()
            await self._drain()

    async def flush(self) -> None:
        """Deliver what is due now, and return when the last of it has ended; not beside `run`."""
        async with self._database.read() as connection:
            first = await outbox.next_due_at(connection)
        if first is None or first > int(self._clock().timestamp()):
            return
        async with self._writing():
            while True:
                await self._claim()
                tasks = [*self._settling, *(task for _, task in self._under_way().values())]
                if not tasks:
                    return
                await asyncio.wait(tasks)

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[None]:
        """Write down what happens to deliveries, and hold them, while the context is open."""
        journal = asyncio.create_task(self._journal.run())
        renewing = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            for task in (
                journal,
                renewing,
                *self._settling,
                *(task for _, task in self._under_way().values()),
            ):
                task.cancel()
            await asyncio.gather(journal, renewing, *self._settling, return_exceptions=True)

    def _under_way(self) -> dict[int, tuple[Delivery, asyncio.Task[None]]]:
        return self._waiting | self._sending

    async def _claim(self) -> None:
        """Take over what is left behind, claim what is due, and start on it."""
        now = int(self._clock().timestamp())
        room = min(_CLAIM, self._pace.at_once - len(self._under_way()))
        try:
            async with self._database.write() as connection:
                dead = self._is_dead(await outbox.owners(connection) - {self._owner})
                taken = await outbox.recover(connection, now=now, dead=dead)
                held = Claim(self._owner, now, now + self._pace.lease)
                claimed = (
                    await outbox.claim(connection, held, self._platforms, limit=room) if room > 0 else []
                )
                known = await chats.by_ids(connection, {one.chat_id for one in claimed})
        except StorageError as error:
            _log.warning("no delivery was claimed: %s; the next tick tries again", error)
            self._more = False
            return
        if taken.uncertain:
            _log.warning(
                "%d deliveries may have arrived: a process ended while it sent", len(taken.uncertain)
            )
            settling = asyncio.create_task(self._finding.settle(taken.uncertain))
            self._settling.add(settling)
            settling.add_done_callback(self._settling.discard)
        for delivery in claimed:
            if delivery.id in self._waiting:
                # Its lease was over (the machine slept, or its clock jumped): the older claim may not send.
                self._waiting[delivery.id][1].cancel()
            task = asyncio.create_task(self._deliver(delivery, known[delivery.chat_id]))
            self._waiting[delivery.id] = delivery, task
        self._more = len(claimed) >= room

    async def _deliver(self, delivery: Delivery, chat: Chat) -> None:
        try:
            platform = self._platforms[chat.key.platform]
            async with platform.turn(chat):
                # Only now: 200 messages made at once would let each person who asks wait for a second.
                chat, message = await self._render(delivery)
                async with self._in_flight:
                    # From here on it is finished, not given back: what is begun may be committed any moment.
                    self._sending[delivery.id] = self._waiting.pop(delivery.id)
                    if not await self._journal.begin(delivery):
                        return
                    ending = await self._send(platform, chat, message, delivery)
                    if ending:
                        await self._journal.ended(delivery, ending)
        except StorageError as error:
            _log.warning("delivery %d waits for its lease to end: %s", delivery.id, error)
        except Exception:  # noqa: BLE001 (one message that can't be made must not stop the others)
            _log.exception("delivery %d waits for its lease to end", delivery.id)
        finally:
            for tasks in (self._waiting, self._sending):
                if delivery.id in tasks and tasks[delivery.id][0] is delivery:
                    del tasks[delivery.id]
            if self._more and len(self._under_way()) <= self._pace.at_once // 2:
                self._wake.set()

    async def _send(
        self, platform: Platform, chat: Chat, message: Reply, delivery: Delivery
    ) -> SendOutcome | None:
        """Send; return how it ended where it did not surely arrive."""
        error: DeliveryError
        ended = False
        try:
            reference = await platform.send(chat, message, delivery_id=delivery.id, plain=delivery.plain)
        except DeliveryError as refused:
            error = refused
        except asyncio.CancelledError:
            ended = True
            error = UnknownOutcomeError("the process ended before the platform answered")
        except Exception as fault:  # noqa: BLE001 (a fault of an adapter: nobody knows what went out)
            _log.exception("delivery %d: the platform's adapter failed", delivery.id)
            error = UnknownOutcomeError(f"{type(fault).__name__} in the platform's adapter")
        else:
            await self._journal.sent(delivery, reference)
            return None
        if isinstance(error, UnknownOutcomeError) and not ended:
            found = await self._finding.find(chat, delivery)
            if found is not None:
                await self._journal.sent(delivery, found)
                return None
        return self._ending(delivery, await self._follow(chat, error))

    def _ending(self, delivery: Delivery, error: DeliveryError) -> SendOutcome:
        now = int(self._clock().timestamp())
        reason = str(error) or type(error).__name__
        match after_failure(delivery, error, now, on_uncertain=self._pace.on_uncertain):
            case Retry(at, plain):
                return SendOutcome("retry", reason, at, plain)
            case Uncertain():
                return SendOutcome("uncertain", reason)
            case Failed():
                return SendOutcome("failed", reason)

    async def _follow(self, chat: Chat, error: DeliveryError) -> DeliveryError:
        """Do to the chat what its platform says of it; return what that means for the delivery."""
        now = int(self._clock().timestamp())
        if isinstance(error, ChatMovedError):
            async with self._database.write() as connection:
                await chats.move(connection, chat.id, error.external_id, now=now)
                if await chats.gone_since(connection, chat.id) is not None:
                    error = ChatGoneError(f"{error}; the new id is another chat of ours already")
        if isinstance(error, ChatGoneError):
            async with self._database.write() as connection:
                await chats.set_gone(connection, chat.id, now=now)
                await outbox.cancel(connection, chat.id, reason=str(error), now=now)
        return error

    async def _renew(self) -> None:
        """Hold what is under way for as long as the process lives."""
        while True:
            await asyncio.sleep(self._pace.lease / 3)
            now = int(self._clock().timestamp())
            with suppress(StorageError):
                async with self._database.write() as connection:
                    held = Claim(self._owner, now, now + self._pace.lease)
                    await outbox.renew(connection, held, self._under_way())

    async def _drain(self) -> None:
        """Give back what was not begun; finish what is being sent, for so long as the pace allows."""
        waiting = list(self._waiting.values())
        for _, task in waiting:
            task.cancel()
        await asyncio.gather(*(task for _, task in waiting), return_exceptions=True)
        now = int(self._clock().timestamp())
        # What is not given back in time waits for its lease to end: a stop must not hang on a busy database.
        with suppress(StorageError, TimeoutError):
            async with asyncio.timeout(self._pace.drain), self._database.write() as connection:
                await outbox.give_back(connection, self._owner, [one for one, _ in waiting], now=now)
        sending = [task for _, task in self._sending.values()]
        if sending:
            _, late = await asyncio.wait(sending, timeout=self._pace.drain)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
