"""Two who work on the same rows at the same time, or one whose clock jumped: nothing gets stuck."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from invented_digests import entry, parsed

from bot.domain.chat.command import Chat, ChatKey, Reply, Text
from bot.domain.schedules.next_slot import INSTANT
from bot.domain.sources.source_uri import parse_source_uri
from bot.errors import ChatMovedError
from bot.services.delivery.deliver_outbox import DeliverOutbox, Pace
from bot.services.reading.store_document import SourceRef, store_document
from bot.storage.archive import sources
from bot.storage.chats import chats, schedules, subscriptions
from bot.storage.chats.schedules import ChatSchedule
from bot.storage.delivery import digests, outbox, waiting
from bot.storage.delivery.waiting import WaitingMatch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.domain.delivery.delivery import Delivery
    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

START = datetime(2025, 6, 15, 12, 0, tzinfo=UTC)
LATER = START + timedelta(days=1)
MESSAGES = 3


class Gate:
    """A platform that lets messages go, one at a time, when its gate is open."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.all_wait = asyncio.Event()
        self._waiting = 0
        self.arrived: list[tuple[int, str]] = []
        self.moved: dict[str, str] = {}
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def turn(self, chat: Chat) -> AsyncIterator[None]:
        """Wait for the gate."""
        del chat
        self._waiting += 1
        if self._waiting == MESSAGES:
            self.all_wait.set()
        async with self._turn:
            await self.open.wait()
            yield

    async def send(self, chat: Chat, message: Reply, *, delivery_id: int, plain: bool) -> str:
        """Take a message, unless the chat has another id."""
        del message, plain
        there = chat.key.external_id
        if there in self.moved:
            raise ChatMovedError("group migrated", external_id=self.moved[there])
        self.arrived.append((delivery_id, there))
        return f"m{delivery_id}"


class Post:
    """One process, one platform and a clock."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.platform = Gate()
        self.now = START
        self.delivering = DeliverOutbox(
            database,
            {"telegram": self.platform},
            self._render,
            lambda: self.now,
            owner="one",
            pace=Pace(tick=0.01, lease=60),
        )

    async def open_chat(self, name: str, *, messages: int) -> Chat:
        """Store a chat with so many messages for it."""
        now = int(self.now.timestamp())
        async with self.database.write() as connection:
            chat = await chats.add(connection, ChatKey("telegram", name), language="en", zone="UTC", now=now)
            for number in range(messages):
                digest = await digests.add(connection, chat.id, now=now)
                await outbox.enqueue(connection, [(f"{name}:{number}", chat.id, digest)], due_at=now, now=now)
        return chat

    async def _render(self, delivery: Delivery) -> tuple[Chat, Reply]:
        async with self.database.read() as connection:
            chat = await chats.by_id(connection, delivery.chat_id)
        assert chat is not None
        return chat, Reply((Text("a digest"),))

    async def states(self) -> dict[str, int]:
        """Return how many deliveries are in each state."""
        async with self.database.read() as connection:
            return await outbox.count_by_state(connection)

    async def until(self, ask: Callable[[], Awaitable[object]], answer: object) -> None:
        """Ask until the answer is as wanted; each question gives the process time."""
        while await ask() != answer:
            pass

    async def epoch(self) -> int:
        """Return how often the newest delivery was claimed."""
        async with self.database.read() as connection:
            held = await connection.exec_driver_sql("SELECT max(epoch) FROM deliveries")
        return int(held.scalar_one())


@pytest.fixture
def post(database: Database) -> Post:
    """An empty outbox on either database."""
    return Post(database)


async def test_a_clock_that_jumps_past_the_lease_delays_nothing(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    """What still waited for its turn is claimed again and sent once, at once, without an error in the log."""
    await post.open_chat("a", messages=MESSAGES)
    running = asyncio.create_task(post.delivering.run())
    async with asyncio.timeout(10):
        await post.platform.all_wait.wait()
        post.now = LATER
        post.delivering.wake()
        await post.until(post.epoch, 2)
        post.platform.open.set()
        await post.until(post.states, {"sent": 3})
    post.delivering.stop()
    await running
    assert sorted(row for row, _ in post.platform.arrived) == [1, 2, 3]
    assert not caplog.records


async def test_several_messages_on_their_way_to_a_chat_that_moves(post: Post) -> None:
    """All arrive under its new id, and it is not taken for gone."""
    chat = await post.open_chat("a", messages=MESSAGES)
    post.platform.moved["a"] = "-100"
    running = asyncio.create_task(post.delivering.run())
    async with asyncio.timeout(10):
        await post.platform.all_wait.wait()
        post.platform.open.set()
        await post.until(post.states, {"sent": 3})
    post.delivering.stop()
    await running
    assert {there for _, there in post.platform.arrived} == {"-100"}
    async with post.database.read() as connection:
        assert await chats.gone_since(connection, chat.id) is None


async def test_a_chat_that_moved_into_one_we_know_is_gone(post: Post) -> None:
    """Its messages fail once instead of being sent forever, for its new id is served on its own."""
    chat = await post.open_chat("a", messages=2)
    other = await post.open_chat("-100", messages=0)
    async with post.database.write() as connection:
        await subscriptions.add(
            connection, other.id, source_text="gan", canonical="gan", grammar=1, per_day=None, now=1
        )
    post.platform.moved["a"] = "-100"
    post.platform.open.set()
    async with asyncio.timeout(10):
        await post.delivering.flush()
    states = await post.states()
    assert states.get("failed", 0) + states.get("cancelled", 0) == 2
    assert post.platform.arrived == []
    async with post.database.read() as connection:
        assert await chats.gone_since(connection, chat.id) is not None


async def test_who_is_woken_while_it_is_served_is_served_again(post: Post) -> None:
    """A match that comes while another process compiles the chat's digest is not left to the next match."""
    chat = await post.open_chat("a", messages=0)
    now = int(post.now.timestamp())
    due = ChatSchedule(chat.id, "instant", now, f"{INSTANT}1", None, 10, "line", "UTC")

    async def wake() -> int:
        async with post.database.write() as connection:
            return await schedules.wake(connection, "instant", at=now, slot=f"{INSTANT}2", only=[chat.id])

    async with post.database.write() as connection:
        await schedules.put(connection, due)
    async with post.database.write() as connection:
        assert await schedules.claim_due(connection, now=now, limit=9) == [due]
        await schedules.set_next(connection, [(chat.id, None, None)])
        waking = asyncio.create_task(wake())
        # Long enough for a wake that does not wait for the compilation to be over.
        await asyncio.wait([waking], timeout=0.2)
    assert await waking == 1


async def test_a_match_that_is_stored_again_does_not_wait(post: Post) -> None:
    """What a chat was shown while its match was stored a second time, after a kill, counts as shown."""
    chat = await post.open_chat("a", messages=0)
    now = int(post.now.timestamp())
    async with post.database.write() as connection:
        source = await sources.add(connection, parse_source_uri("https://papers.example.org/feed"), now=now)
    stored = await store_document(
        post.database,
        parsed(entry("2506.00001v1", "On rivers"), entry("2506.00002v1", "On more rivers")),
        source=SourceRef(source, "papers"),
        document="one",
        now=now,
    )
    matches = [WaitingMatch(chat.id, paper_id, 1, (1,)) for paper_id in stored.new]
    async with post.database.write() as connection:
        await digests.record(connection, chat.id, [(stored.new[0], ())], now=now)
        await waiting.add(connection, matches, now=now)
        assert await waiting.count(connection, chat.id) == 1
        assert await waiting.of_chats(connection, [chat.id]) == matches[1:]
