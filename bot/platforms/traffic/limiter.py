"""A priority rate limiter for calls to a platform: replies first, then digests in turns.

Honours pauses (Retry-After).

Our own, since python-telegram-bot's `AIORateLimiter` halts all chats on one RetryAfter, lets any finishing
request lift that (22.8; its issue 5338), and has no priorities: a reply waited 23 s behind 900 bulk messages.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush, heapreplace
from itertools import count
from typing import TYPE_CHECKING, Generic, TypeVar

from bot.domain.delivery.send_rates import Allowances, Lane

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.domain.delivery.send_rates import Rates

# A shorter sleep may end before the clock has moved.
_SHORTEST_SLEEP = 1e-6
# A queue is tidied when it holds this many places of chats that gave up, besides as many as it has chats.
_STALE = 16


@dataclass(eq=False, slots=True, kw_only=True)
class Call:
    """A waiting call; no two are equal.

    Attributes:
        chat: the platform's chat id.
        is_group: whether the chat is a group or channel, which has a rate of its own.
        lane: who goes first.
    """

    chat: str
    is_group: bool
    lane: Lane


C = TypeVar("C", bound=Call)


@dataclass(eq=False, slots=True)
class _Place(Generic[C]):
    """One chat's place in a line: its calls in the order in which they came."""

    calls: dict[C, None] = field(default_factory=dict)


class _Line(Generic[C]):
    """The chats that wait in one lane.

    The heap is ordered by when a chat may be served, so it holds the turns: a chat that was just served comes
    behind all that could have been. Its times may be too early, never too late: limits only move on.
    """

    def __init__(self) -> None:
        self.heap: list[tuple[float, int, _Place[C]]] = []
        self.places: dict[str, _Place[C]] = {}

    def tidy(self) -> None:
        if len(self.heap) > 2 * len(self.places) + _STALE:
            self.heap = [entry for entry in self.heap if entry[2].calls]
            heapify(self.heap)


class SendQueue(Generic[C]):
    """Decides which waiting call is next; callers pass `now`."""

    def __init__(self, allowances: Allowances) -> None:
        self._allowances = allowances
        self._lines: tuple[_Line[C], ...] = tuple(_Line() for _ in Lane)
        self._order = count()

    def add(self, call: C, now: float) -> None:
        """Let a call wait behind those of its lane and chat."""
        line = self._lines[call.lane]
        place = line.places.get(call.chat)
        if place is None:
            place = line.places[call.chat] = _Place()
            heappush(line.heap, (max(now, self._free_at(call)), next(self._order), place))
        place.calls[call] = None

    def discard(self, call: C) -> None:
        """Forget a call that gave up; one that waits no more is no error."""
        line = self._lines[call.lane]
        place = line.places.get(call.chat)
        if place is not None and call in place.calls:
            del place.calls[call]
            if not place.calls:
                del line.places[call.chat]
                line.tidy()

    def pick(self, now: float) -> C | None:
        """Take out and return the call that may be made now, or None; it counts only when it is made."""
        if self._allowances.token_free_at() > now:
            return None
        for line in self._lines:
            while line.heap and line.heap[0][0] <= now:
                place = line.heap[0][2]
                if not place.calls:
                    heappop(line.heap)
                    continue
                call = next(iter(place.calls))
                free_at = self._free_at(call)
                if free_at > now:
                    heapreplace(line.heap, (free_at, next(self._order), place))
                    continue
                del place.calls[call]
                if place.calls:
                    heapreplace(line.heap, (now, next(self._order), place))
                else:
                    heappop(line.heap)
                    del line.places[call.chat]
                return call
        return None

    def next_at(self) -> float | None:
        """Return when to pick again, perhaps too early, or None where nothing waits."""
        times = [line.heap[0][0] for line in self._lines if line.places]
        return max(self._allowances.token_free_at(), min(times)) if times else None

    def _free_at(self, call: C) -> float:
        return self._allowances.chat_free_at(call.chat, is_group=call.is_group, lane=call.lane)


@dataclass(eq=False, slots=True, kw_only=True)
class _Waiter(Call):
    granted: asyncio.Future[None]


class Limiter:
    """Keeps the calls of one token within its rates.

    One instance serves a token (on Slack, a workspace) within one event loop. Nothing needs closing: its only
    task is an alarm that ends with the last waiting call.
    """

    def __init__(
        self,
        rates: Rates,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._allowances = Allowances(rates)
        self._queue: SendQueue[_Waiter] = SendQueue(self._allowances)
        self._clock = clock
        self._sleep = sleep
        # The call that was let through but has not woken up yet: it counts from when it does, so a busy loop
        # can't push two calls together, and one that is cancelled in between has used nothing.
        self._chosen: _Waiter | None = None
        self._alarm: asyncio.Task[None] | None = None
        self._alarm_at = 0.0

    @asynccontextmanager
    async def slot(self, *, chat: str, is_group: bool, lane: Lane) -> AsyncIterator[None]:
        """Wait until a call may be made, which the `async with` block then makes.

        A reply waits at most one interval of the token behind other lanes, besides what its own chat's rate
        and pauses ask for. Calls of one chat and lane begin in the order in which they came. The rates count
        beginnings: leaving the block gives nothing back, since the platform has counted the call too.
        """
        waiter = _Waiter(
            chat=chat, is_group=is_group, lane=lane, granted=asyncio.get_running_loop().create_future()
        )
        self._queue.add(waiter, self._clock())
        self._let_through()
        try:
            await waiter.granted
        except asyncio.CancelledError:
            self._queue.discard(waiter)
            if self._chosen is waiter:
                self._chosen = None
            self._let_through()
            raise
        self._chosen = None
        self._allowances.take(chat, is_group=is_group, now=self._clock())
        self._let_through()
        yield

    def began(self) -> None:
        """Count a call that leaves now; for calls that are made some time after their turn came."""
        self._allowances.began(self._clock())

    def pause(self, scope: str, seconds: float) -> None:
        """Let no call through in a scope for so many seconds (the platform's retry_after).

        Only time ends a pause, and the longest of several counts. Calls under way continue.

        Args:
            scope: `TOKEN` for all calls, or a chat id.
            seconds: from now on.
        """
        self._allowances.pause(scope, seconds=seconds, now=self._clock())

    def _let_through(self) -> None:
        """Wake the next call, or set the alarm for it."""
        if self._chosen is not None:
            return
        now = self._clock()
        while (waiter := self._queue.pick(now)) is not None:
            if not waiter.granted.cancelled():
                self._chosen = waiter
                waiter.granted.set_result(None)
                return
        at = self._queue.next_at()
        if self._alarm is not None and (at is None or at < self._alarm_at):
            self._alarm.cancel()
            self._alarm = None
        if self._alarm is None and at is not None:
            self._alarm_at = at
            self._alarm = asyncio.create_task(self._ring(max(at - now, _SHORTEST_SLEEP)))

    async def _ring(self, seconds: float) -> None:
        await self._sleep(seconds)
        self._alarm = None
        self._let_through()
