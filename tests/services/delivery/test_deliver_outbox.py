"""Delivering the outbox: every message arrives once, or somebody is told."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from fake_platform import FakePlatform

from bot.domain.chat.command import Chat, ChatKey, Reply, Text
from bot.errors import (
    ChatGoneError,
    ChatMovedError,
    ContentRefusedError,
    NotSentError,
    RefusedError,
    UnknownOutcomeError,
)
from bot.services.delivery.deliver_outbox import DeliverOutbox, Pace
from bot.storage.chats import chats
from bot.storage.delivery import digests, outbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.domain.delivery.delivery import Delivery, OnUncertain
    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

START = datetime(2025, 6, 15, 12, 0, tzinfo=UTC)


class Looking:
    """Finds what arrived, where the platform lets it look."""

    def __init__(self, platform: FakePlatform, *, may_look: bool = True) -> None:
        self.platform = platform
        self.may_look = may_look

    async def find(self, chat: Chat, delivery_id: int, *, since: int) -> str | None:
        """Look into what arrived."""
        del chat, since
        if not self.may_look:
            raise LookupError("history")
        return f"m{delivery_id}" if delivery_id in self.platform.arrived else None


class Bench:
    """An outbox, a platform, and a clock that only the test moves."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.platform = FakePlatform()
        self.finders: dict[str, Looking] = {}
        self.now = START
        self.rows: dict[str, int] = {}

    def clock(self) -> datetime:
        """Return the test's time."""
        return self.now

    @property
    def seconds(self) -> int:
        """The test's time in epoch seconds."""
        return int(self.now.timestamp())

    async def put(self, chat: str, *, count: int = 1) -> int:
        """Put messages for a chat into the outbox; return the chat's row."""
        async with self.database.write() as connection:
            key = ChatKey("telegram", chat)
            stored = await chats.add(connection, key, language="en", zone="UTC", now=self.seconds)
            for number in range(count):
                digest = await digests.add(connection, stored.id, now=self.seconds)
                items = [(f"{chat}:{self.seconds}:{number}", stored.id, digest)]
                await outbox.enqueue(connection, items, due_at=self.seconds, now=self.seconds)
        return stored.id

    async def render(self, delivery: Delivery) -> tuple[Chat, Reply]:
        """Make a message."""
        async with self.database.read() as connection:
            chat = await chats.by_id(connection, delivery.chat_id)
        assert chat is not None
        return chat, Reply((Text(f"digest {delivery.digest_id}"),))

    async def states(self) -> dict[str, int]:
        """Return how many deliveries are in each state."""
        async with self.database.read() as connection:
            return await outbox.count_by_state(connection)

    @asynccontextmanager
    async def running(
        self, *, owner: str = "a", on_uncertain: OnUncertain = "offer", drain: float = 5.0
    ) -> AsyncIterator[DeliverOutbox]:
        """Deliver while the block runs; then stop as a signal does."""
        pace = Pace(tick=0.01, lease=60, drain=drain, on_uncertain=on_uncertain)
        delivering = DeliverOutbox(
            self.database,
            {"telegram": self.platform},
            self.render,
            self.clock,
            owner=owner,
            pace=pace,
            finders=self.finders,
        )
        task = asyncio.create_task(delivering.run())
        try:
            yield delivering
        finally:
            delivering.stop()
            await task

    async def until(self, reached: Callable[[dict[str, int]], bool]) -> dict[str, int]:
        """Wait until the states of all deliveries are as wanted."""
        async with asyncio.timeout(10):
            while True:
                states = await self.states()
                if reached(states):
                    return states
                await asyncio.sleep(0.005)


@pytest.fixture
def bench(database: Database) -> Bench:
    """An empty outbox on either database."""
    return Bench(database)


async def test_every_message_arrives_once(bench: Bench) -> None:
    """Two processes on one outbox send each message once."""
    for chat in "abcdefgh":
        await bench.put(chat, count=5)
    async with bench.running(owner="x"), bench.running(owner="y"):
        await bench.until(lambda states: states == {"sent": 40})
    assert len(bench.platform.arrived) == len(set(bench.platform.arrived)) == 40


async def test_what_surely_did_not_arrive_is_sent_later(bench: Bench) -> None:
    """Not before the platform wants it; others are not held up."""
    await bench.put("a")
    await bench.put("b")
    bench.platform.troubles["a"].append((NotSentError("429", retry_after=30), False))
    async with bench.running():
        await bench.until(lambda states: states == {"retry": 1, "sent": 1})
        bench.now += timedelta(seconds=29)
        await asyncio.sleep(0.05)
        assert await bench.states() == {"retry": 1, "sent": 1}
        bench.now += timedelta(seconds=1)
        await bench.until(lambda states: states == {"sent": 2})
    assert len(bench.platform.arrived) == 2


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize(
    ("on_uncertain", "state", "most"),
    [("offer", "uncertain", 1), ("drop", "failed", 1), ("resend", "sent", 2)],
)
async def test_what_may_have_arrived(
    bench: Bench, on_uncertain: OnUncertain, state: str, most: int, *, arrives: bool
) -> None:
    """It is offered, dropped or sent again as the operator wants; by default never sent again."""
    await bench.put("a")
    bench.platform.troubles["a"].append((UnknownOutcomeError("timeout"), arrives))
    async with bench.running(on_uncertain=on_uncertain):
        await bench.until(lambda states: states.keys() <= {state, "retry"})
        bench.now += timedelta(minutes=10)
        await bench.until(lambda states: states == {state: 1})
        await asyncio.sleep(0.05)
    assert await bench.states() == {state: 1}
    assert len(bench.platform.arrived) == arrives + (most - 1)


async def test_refused_markup_goes_once_without(bench: Bench) -> None:
    """The second refusal is final."""
    await bench.put("a")
    await bench.put("b")
    bench.platform.troubles["a"].append((ContentRefusedError("can't parse entities"), False))
    bench.platform.troubles["b"] += [(ContentRefusedError("can't parse entities"), False)] * 2
    async with bench.running():
        await bench.until(lambda states: states == {"sent": 1, "failed": 1})
    assert bench.platform.plain == bench.platform.arrived
    assert len(bench.platform.arrived) == 1


async def test_a_refusal_is_final(bench: Bench) -> None:
    """What the platform refuses for good has failed, with the reason."""
    await bench.put("a")
    bench.platform.troubles["a"].append((RefusedError("message is too long"), False))
    async with bench.running():
        await bench.until(lambda states: states == {"failed": 1})
    assert bench.platform.arrived == []


async def test_a_chat_that_is_gone_gets_nothing_more(bench: Bench) -> None:
    """The rest of its messages is cancelled, and the chat is known to be gone."""
    chat = await bench.put("a", count=3)
    bench.platform.troubles["a"] += [(ChatGoneError("bot was blocked by the user"), False)] * 3
    await bench.put("b")
    async with bench.running():
        states = await bench.until(lambda states: not states.keys() & {"pending", "leased", "sending"})
    assert states["sent"] == 1
    assert states.get("failed", 0) + states.get("cancelled", 0) == 3
    async with bench.database.read() as connection:
        assert await chats.gone_since(connection, chat) == bench.seconds


async def test_a_chat_that_moved_gets_its_message(bench: Bench) -> None:
    """The message goes to the new id, once."""
    await bench.put("a")
    bench.platform.troubles["a"].append((ChatMovedError("migrated", external_id="-100"), False))
    async with bench.running():
        await bench.until(lambda states: states == {"sent": 1})
    async with bench.database.read() as connection:
        assert await chats.find(connection, ChatKey("telegram", "-100")) is not None
        assert await chats.find(connection, ChatKey("telegram", "a")) is None


async def test_a_fault_in_the_adapter_is_an_unknown_outcome(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody knows what went out, so it is not sent again; the fault is logged, the others continue."""
    await bench.put("a")
    await bench.put("b")
    bench.platform.troubles["a"].append((ZeroDivisionError("x"), True))
    async with bench.running():
        await bench.until(lambda states: states == {"uncertain": 1, "sent": 1})
    assert "ZeroDivisionError" in caplog.text


async def test_stopping_finishes_what_is_being_sent(bench: Bench) -> None:
    """What is under way arrives and counts as sent; nothing is uncertain."""
    for chat in "abc":
        await bench.put(chat)
    bench.platform.hold.clear()
    async with bench.running() as delivering:
        await bench.until(lambda states: states == {"sending": 3})
        delivering.stop()
        asyncio.get_running_loop().call_later(0.05, bench.platform.hold.set)
    assert await bench.states() == {"sent": 3}
    assert len(bench.platform.arrived) == 3


async def test_stopping_does_not_wait_for_ever(bench: Bench) -> None:
    """What the platform does not answer in time is uncertain, and said to be so at once."""
    await bench.put("a")
    bench.platform.hold.clear()
    async with bench.running(drain=0.05):
        await bench.until(lambda states: states == {"sending": 1})
    assert await bench.states() == {"uncertain": 1}


async def test_what_a_dead_process_was_sending_is_offered(bench: Bench) -> None:
    """Another process takes over what was not begun, and does not send again what was."""
    await bench.put("a", count=2)
    async with bench.database.write() as connection:
        held = outbox.Claim("dead", bench.seconds, bench.seconds + 60)
        claimed = await outbox.claim(connection, held, ["telegram"], limit=9)
        await outbox.begin(connection, "dead", claimed[:1], now=bench.seconds)
    bench.now += timedelta(seconds=60)
    async with bench.running():
        await bench.until(lambda states: states == {"uncertain": 1, "sent": 1})
    assert bench.platform.arrived == [claimed[1].id]


@pytest.mark.parametrize(("arrives", "may_look"), [(True, True), (False, True), (True, False)])
async def test_an_uncertain_message_that_is_found_has_arrived(
    bench: Bench, *, arrives: bool, may_look: bool
) -> None:
    """Where the platform can be asked, what is found counts as sent; what is not found stays uncertain."""
    bench.finders["telegram"] = Looking(bench.platform, may_look=may_look)
    bench.platform.troubles["a"].append((UnknownOutcomeError("cut"), arrives))
    await bench.put("a")
    expected = "sent" if arrives and may_look else "uncertain"
    async with bench.running():
        await bench.until(lambda states: states == {expected: 1})
    assert len(bench.platform.arrived) == int(arrives)


async def test_what_a_dead_process_left_is_looked_up(bench: Bench) -> None:
    """After a kill between sending and storing, the next process finds the message where it arrived."""
    chat_id = await bench.put("a", count=2)
    async with bench.database.write() as connection:
        held = outbox.Claim("dead", bench.seconds, bench.seconds + 1)
        claimed = await outbox.claim(connection, held, ["telegram"], limit=2)
        await outbox.begin(connection, "dead", claimed, now=bench.seconds)
    assert {one.chat_id for one in claimed} == {chat_id}
    bench.platform.arrived.append(claimed[0].id)
    bench.finders["telegram"] = Looking(bench.platform)
    bench.now += timedelta(seconds=5)
    async with bench.running():
        await bench.until(lambda states: states == {"sent": 1, "uncertain": 1})
    assert bench.platform.arrived == [claimed[0].id]
