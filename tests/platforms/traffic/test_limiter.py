"""Calls stay within the rates, in the right order, on a loop whose time jumps instead of passing."""

from __future__ import annotations

import asyncio
import inspect
from collections import defaultdict
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated_loop import SimulatedLoop

from bot.domain.delivery.send_rates import (
    SLACK,
    TELEGRAM,
    TELEGRAM_PAID,
    TOKEN,
    Allowances,
    Lane,
    Pace,
    Rates,
)
from bot.platforms.traffic.limiter import Call, Limiter, SendQueue

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Sequence

P = ParamSpec("P")
ROUNDING = 1e-6
INTERVAL = 1 / 25 + ROUNDING  # of one token on Telegram


class _Scene:
    """A limiter, and the calls that went through it: name, and seconds from the start."""

    def __init__(self) -> None:
        self.begun = asyncio.get_running_loop().time()
        self.log: list[tuple[str, float]] = []
        self.use(TELEGRAM)

    def use(self, rates: Rates, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self.limiter = Limiter(rates, clock=asyncio.get_running_loop().time, sleep=sleep)

    def now(self) -> float:
        return asyncio.get_running_loop().time() - self.begun

    async def call(
        self, name: str, chat: str, lane: Lane = Lane.BULK, *, is_group: bool = False, takes: float = 0.0
    ) -> None:
        async with self.limiter.slot(chat=chat, is_group=is_group, lane=lane):
            self.log.append((name, self.now()))
            await asyncio.sleep(takes)

    def start(self, name: str, chat: str, lane: Lane = Lane.BULK, **how: bool) -> asyncio.Task[None]:
        return asyncio.create_task(self.call(name, chat, lane, **how))

    def at(self, name: str) -> float:
        return dict(self.log)[name]

    def names(self) -> list[str]:
        return [name for name, _ in self.log]

    def times(self) -> list[float]:
        return [at for _, at in self.log]


def simulated(act: Callable[Concatenate[_Scene, P], Coroutine[None, None, None]]) -> Callable[P, None]:
    """Run a test on a simulated loop and see that it leaves no task behind."""

    async def play(*args: P.args, **kwargs: P.kwargs) -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: pytest.fail(str(context)))
        await act(_Scene(), *args, **kwargs)
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    @wraps(act)
    def test(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
            runner.run(play(*args, **kwargs))

    asked = inspect.signature(act)
    test.__signature__ = asked.replace(parameters=list(asked.parameters.values())[1:])  # type: ignore[attr-defined]
    return test


def most_in_a_window(times: Sequence[float], window: float) -> int:
    """Return the most calls that any half-open window of so many seconds holds."""
    most = first = 0
    for last, at in enumerate(times):
        while times[first] <= at - window + ROUNDING:
            first += 1
        most = max(most, last - first + 1)
    return most


@dataclass(frozen=True)
class _Arrival:
    """Some calls that come together, and perhaps give up, or make the platform ask for a pause."""

    after: float
    chat: str
    lane: Lane
    copies: int
    patience: float | None
    pause: tuple[str, float] | None


GROUPS = {"0", "1"}
ARRIVALS = st.lists(
    st.builds(
        _Arrival,
        after=st.just(0.0) | st.floats(0, 4),
        chat=st.sampled_from("012345"),
        lane=st.sampled_from(Lane),
        copies=st.integers(1, 8),
        patience=st.none() | st.none() | st.none() | st.floats(0, 20),
        pause=st.none() | st.none() | st.tuples(st.sampled_from([TOKEN, "0", "3"]), st.floats(0, 15)),
    ),
    max_size=40,
)
RATES = st.sampled_from([TELEGRAM, TELEGRAM_PAID, SLACK]) | st.builds(
    Rates,
    token=st.integers(2, 30).map(float),
    chat=st.sampled_from([0.5, 1.0, 3.0]),
    chat_burst=st.integers(1, 4),
    group_per_minute=st.integers(5, 30),
    token_burst=st.integers(1, 2),
    group_burst=st.integers(1, 5),
)


def _check(
    log: Sequence[tuple[str, float]], rates: Rates, pauses: Sequence[tuple[str, float, float]]
) -> None:
    chats = defaultdict(list)
    for name, at in log:
        chats[name[0]].append(at)
        for scope, begin, end in pauses:
            held = begin + ROUNDING < at < end - ROUNDING
            assert not (held and scope in {TOKEN, name[0]})
    assert most_in_a_window([at for _, at in log], 1.0) <= rates.token
    for chat, times in chats.items():
        for seconds in (1, 2, 10):
            assert most_in_a_window(times, seconds / rates.chat) <= seconds + rates.chat_burst - 1
        assert most_in_a_window(times, 60.0) <= rates.group_per_minute or chat not in GROUPS


@given(ARRIVALS, RATES)
@settings(deadline=None)
@simulated
async def test_no_window_holds_more_than_its_rate(
    scene: _Scene, arrivals: list[_Arrival], rates: Rates
) -> None:
    """Whatever comes, gives up and is paused: rates and pauses hold, no call is lost or made twice."""
    scene.use(rates)
    tasks, pauses, patient = {}, [], set()
    for number, arrival in enumerate(arrivals):
        await asyncio.sleep(arrival.after)
        if arrival.pause is not None:
            scene.limiter.pause(*arrival.pause)
            pauses.append((arrival.pause[0], scene.now(), scene.now() + arrival.pause[1]))
        for copy in range(arrival.copies):
            name = f"{arrival.chat} {number} {copy}"
            is_group = arrival.chat in GROUPS
            tasks[name] = scene.start(name, arrival.chat, arrival.lane, is_group=is_group)
            if arrival.patience is None:
                patient.add(name)
            else:
                asyncio.get_running_loop().call_later(arrival.patience, tasks[name].cancel)
    await asyncio.wait([*tasks.values(), asyncio.create_task(asyncio.sleep(20))])
    assert len(scene.log) == len(set(scene.names()))
    assert {name for name, task in tasks.items() if not task.cancelled()} <= set(scene.names())
    assert patient <= set(scene.names())
    _check(scene.log, rates, pauses)


@given(ARRIVALS)
@settings(deadline=None)
@simulated
async def test_no_call_passes_one_that_could_have_gone_first(scene: _Scene, arrivals: list[_Arrival]) -> None:
    """A lane passes a higher one only where the other chat was not free, and a chat keeps its order."""
    scene.use(Rates(token=5.0, chat=0.5, group_per_minute=30))
    tasks, came = [], []
    for number, arrival in enumerate(arrivals):
        await asyncio.sleep(arrival.after)
        came.append(scene.now())
        tasks.append(scene.start(str(number), arrival.chat, arrival.lane))
    await asyncio.gather(*tasks)
    last: dict[str, float] = {}
    waiting = set(range(len(arrivals)))
    for name, at in scene.log:
        served = int(name)
        waiting.remove(served)
        mine = arrivals[served]
        for other in waiting:
            theirs = arrivals[other]
            if came[other] < at - ROUNDING:
                free = last.get(theirs.chat, -9.0) + 2.0 < at - ROUNDING
                assert mine.lane <= theirs.lane or not free
            assert served < other or (theirs.chat, theirs.lane) != (mine.chat, mine.lane)
        last[mine.chat] = at


@simulated
async def test_token_is_never_idle_while_a_call_could_be_made(scene: _Scene) -> None:
    """A broadcast to 1,000 chats takes exactly one interval a chat, in the order in which they came."""
    await asyncio.gather(*(scene.start(str(n), str(n)) for n in range(1_000)))
    assert scene.times() == pytest.approx([n / 25 for n in range(1_000)])
    assert scene.names() == [str(n) for n in range(1_000)]


@simulated
async def test_reply_passes_a_broadcast(scene: _Scene) -> None:
    """A reply waits one interval of the token behind 900 bulk messages, and a push comes right after it."""
    bulk = [scene.start(str(n), str(n)) for n in range(900)]
    await asyncio.sleep(5.01)
    await asyncio.gather(scene.start("push", "a", Lane.PUSH), scene.start("reply", "b", Lane.REPLY))
    assert scene.at("reply") - 5.01 <= INTERVAL
    assert scene.at("push") - scene.at("reply") <= INTERVAL
    assert len(scene.log) < 900
    await asyncio.gather(*bulk)


@simulated
async def test_bulk_goes_round_robin_over_chats(scene: _Scene) -> None:
    """Many messages for one chat don't hold up the others, and keep their order."""
    many = [scene.start(f"many {n}", "many") for n in range(5)]
    await asyncio.gather(*(scene.start(str(n), str(n)) for n in range(50)))
    assert scene.now() == pytest.approx(50 / 25)
    await asyncio.gather(*many)
    assert [scene.at(f"many {n}") for n in range(5)] == pytest.approx([0, 2.04, 3.04, 4.04, 5.04])


@simulated
async def test_replies_in_a_group_come_in_bursts_that_bulk_leaves_room_for(scene: _Scene) -> None:
    """Bulk keeps its distance in a group, so the replies after it come as fast as a chat allows."""
    await scene.call("bulk", "g", is_group=True)
    replies = [scene.start(f"reply {n}", "g", Lane.REPLY, is_group=True) for n in range(4)]
    await asyncio.gather(scene.start("more", "g", is_group=True), *replies)
    assert scene.times() == pytest.approx([0, 1 / 25, 2 / 25, 1, 2, 5 * 60 / 16])


@pytest.mark.parametrize(("scope", "paused"), [(TOKEN, {"a", "b"}), ("a", {"a"})])
@simulated
async def test_pause_holds_its_scope_only(scene: _Scene, scope: str, paused: set[str]) -> None:
    """A pause of the token holds all chats, that of a chat holds no other; replies are held too."""
    scene.limiter.pause(scope, 30)
    await asyncio.gather(*(scene.start(chat, chat, Lane.REPLY) for chat in ("a", "b")))
    assert {name for name, at in scene.log if at >= 30} == paused
    assert {name for name, at in scene.log if at <= INTERVAL} == {"a", "b"} - paused


@pytest.mark.parametrize("scope", [TOKEN, "a"])
@simulated
async def test_pause_is_lifted_by_time_only(scene: _Scene, scope: str) -> None:
    """Neither a shorter pause nor another request that finishes ends a pause; a longer one counts."""
    slow = asyncio.create_task(scene.call("slow", "b", takes=5.0))
    await asyncio.sleep(1)
    scene.limiter.pause(scope, 20)
    waiting = scene.start("waiting", "a", Lane.REPLY)
    scene.limiter.pause(scope, 2)
    scene.limiter.pause(scope, 0)
    await slow
    await asyncio.sleep(10)
    scene.limiter.pause(scope, 30)
    await waiting
    assert scene.times() == pytest.approx([0, 15 + 30])


@simulated
async def test_cancelled_waiter_leaves_its_place_to_the_next(scene: _Scene) -> None:
    """Who gives up while waiting costs the others no time."""
    tasks = [scene.start(str(n), str(n)) for n in range(100)]
    await asyncio.sleep(0.5)
    for task in tasks[20:80]:
        task.cancel()
    await asyncio.wait(tasks)
    assert scene.times() == pytest.approx([n / 25 for n in range(40)])


@pytest.mark.parametrize("victims", [("second",), ("second", "third")])
@simulated
async def test_waiter_cancelled_as_it_is_let_through_uses_nothing(
    scene: _Scene, victims: tuple[str, ...]
) -> None:
    """A call cancelled between its turn and its waking up leaves the moment to the next that still waits."""
    tasks: dict[str, asyncio.Task[None]] = {}

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds)
        for name in victims:
            asyncio.get_running_loop().call_soon(tasks[name].cancel)

    scene.use(TELEGRAM, sleep)
    tasks.update({name: scene.start(name, name) for name in ("first", "second", "third", "fourth")})
    await asyncio.wait(tasks.values())
    assert {name for name, task in tasks.items() if task.cancelled()} == set(victims)
    assert scene.names() == [name for name in tasks if name not in victims]
    assert scene.times() == pytest.approx([n / 25 for n in range(len(scene.log))])


@simulated
async def test_failed_call_counts_and_blocks_nobody(scene: _Scene) -> None:
    """What goes wrong within the block reaches the caller; the next call keeps its distance and goes."""
    with pytest.raises(ZeroDivisionError):
        async with scene.limiter.slot(chat="a", is_group=False, lane=Lane.PUSH):
            raise ZeroDivisionError
    await scene.call("next", "a")
    assert scene.times() == pytest.approx([1.0])


@simulated
async def test_idle_chats_are_forgotten(scene: _Scene) -> None:
    """After 5,000 chats only those of the last seconds are remembered, and one with a long pause."""
    scene.limiter.pause("flooded", 10_000)
    await asyncio.gather(*(scene.start(str(n), str(n)) for n in range(5_000)))
    assert len(scene.limiter._allowances) <= 2 * TELEGRAM.token + 2
    await scene.call("flooded", "flooded")
    assert scene.at("flooded") == pytest.approx(10_000)


@simulated
async def test_waiters_that_gave_up_are_forgotten(scene: _Scene) -> None:
    """During an hour's pause, callers that come and give up leave neither places nor tasks."""
    scene.limiter.pause(TOKEN, 3_600)
    for number in range(1_000):
        task = scene.start("x", str(number % 7))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    assert all(len(line.heap) <= 17 and not line.places for line in scene.limiter._queue._lines)
    assert scene.now() == 0


@given(st.integers(1, 40), st.floats(0.1, 60), st.integers(1, 40), st.lists(st.floats(0, 20), max_size=120))
def test_pace_keeps_any_window_and_grants_its_burst(
    calls: int, window: float, burst: int, gaps: list[float]
) -> None:
    """Greedy callers get the burst at once, and never more than the calls in a window."""
    burst = min(burst, calls)
    pace = Pace.of(calls, window, burst)
    due, now, times = 0.0, 0.0, []
    for gap in [*[0.0] * burst, *gaps]:
        now = max(now + gap, due - pace.tolerance)
        due = pace.after(due, now)
        times.append(now)
    assert times[:burst] == pytest.approx([0.0] * burst, abs=ROUNDING)
    assert most_in_a_window(times, window) <= calls


def test_queue_gives_nothing_before_its_time() -> None:
    """Nothing waits, then nothing may go, then the call goes at the very time that was foretold."""
    allowances = Allowances(TELEGRAM)
    queue: SendQueue[Call] = SendQueue(allowances)
    assert (queue.pick(0.0), queue.next_at()) == (None, None)
    allowances.pause("a", seconds=9.0, now=0.0)
    call = Call(chat="a", is_group=False, lane=Lane.PUSH)
    queue.add(call, 0.0)
    queue.discard(Call(chat="a", is_group=False, lane=Lane.PUSH))
    assert (queue.pick(8.9), queue.next_at()) == (None, 9.0)
    assert queue.pick(9.0) is call


async def test_free_limiter_lets_through_at_once() -> None:
    """On the real clock a first call does not even yield to the loop."""
    limiter, turns = Limiter(TELEGRAM), list[str]()
    asyncio.get_running_loop().call_soon(turns.append, "loop")
    async with limiter.slot(chat="a", is_group=True, lane=Lane.REPLY):
        turns.append("call")
    await asyncio.sleep(0)
    assert turns == ["call", "loop"]


@simulated
async def test_calls_that_leave_together_are_made_up_for(scene: _Scene) -> None:
    """Where a stall bunches calls that were let through evenly, the next ones wait until the rate holds."""
    for number in range(10):
        await scene.call(str(number), str(number))
    for _ in range(10):
        scene.limiter.began()
    left = scene.now()
    await scene.call("next", "next")
    assert scene.at("next") - left == pytest.approx(9 * INTERVAL, abs=1e-3)
