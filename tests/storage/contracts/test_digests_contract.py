"""What every database promises about digests: no paper comes twice."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.domain.cards.card import Reason
from bot.domain.chat.command import ChatKey
from bot.domain.papers.paper import Paper
from bot.storage.archive import papers
from bot.storage.chats import chats
from bot.storage.delivery import digests

if TYPE_CHECKING:
    from bot.storage.engine.database import Connection, Database

pytest_plugins = ("database_fixtures",)

NOW = 1_750_000_000
WHY = (Reason('"扩散" OR nerf', ("NeRF", "\"'\\"), 3), Reason("all"))


async def prepare(connection: Connection, count: int, *, chat: str = "1") -> tuple[int, list[int]]:
    """Store a chat and some papers; return their rows."""
    key = ChatKey("telegram", chat)
    stored = await chats.add(connection, key, language="en", zone="UTC", now=NOW)
    made = [Paper(canonical_id=f"title:{chat}:{n}", title=str(n), first_seen_at=NOW) for n in range(count)]
    return stored.id, await papers.insert(connection, made, now=NOW)


async def test_a_paper_is_given_once(database: Database) -> None:
    """A second digest gets only what the first had not, in the order asked for."""
    async with database.write() as connection:
        chat, [a, b, c] = await prepare(connection, 3)
        assert await digests.record(connection, chat, [(b, WHY), (a, ())], now=NOW) == [b, a]
        assert await digests.record(connection, chat, [(c, ()), (a, WHY), (b, ())], now=NOW + 9) == [c]
        assert await digests.record(connection, chat, [(a, ())], now=NOW + 9) == []
        assert await digests.shown(connection, chat, b) == (NOW, WHY)
        assert await digests.shown(connection, chat, a) == (NOW, ())


async def test_a_paper_twice_in_one_digest_is_given_once(database: Database) -> None:
    """Two subscriptions that bring one paper make one item."""
    async with database.write() as connection:
        chat, [a, b] = await prepare(connection, 2)
        assert await digests.record(connection, chat, [(b, ()), (a, ()), (b, WHY)], now=NOW) == [b, a]


async def test_chats_see_papers_independently(database: Database) -> None:
    """What one chat was shown is new to another."""
    async with database.write() as connection:
        chat, [row] = await prepare(connection, 1)
        other, _ = await prepare(connection, 0, chat="2")
        await digests.record(connection, chat, [(row, ())], now=NOW)
        assert await digests.seen_among(connection, other, [row]) == set()
        assert await digests.shown(connection, other, row) is None
        assert await digests.record(connection, other, [(row, ())], now=NOW) == [row]


async def test_a_digest_of_2000_papers_keeps_its_order(database: Database) -> None:
    """The order given is the order returned, over several statements."""
    async with database.write() as connection:
        chat, rows = await prepare(connection, 2_000)
        wanted = [*rows[1::2], *rows[::2]]
        assert await digests.record(connection, chat, [(row, ()) for row in wanted], now=NOW) == wanted
        assert await digests.seen_among(connection, chat, [*rows, 10**9]) == set(rows)
        assert await digests.seen_among(connection, chat, []) == set()


async def test_the_last_digest_of_a_chat(database: Database) -> None:
    """An empty digest counts; a chat without one has none."""
    async with database.write() as connection:
        chat, _ = await prepare(connection, 0)
        assert await digests.last_compiled_at(connection, chat) is None
        assert await digests.record(connection, chat, [], now=NOW + 5) == []
        await digests.record(connection, chat, [], now=NOW)
        assert await digests.last_compiled_at(connection, chat) == NOW + 5


async def test_two_compilations_at_once_never_give_a_paper_twice(database: Database) -> None:
    """Overlapping transactions, each in another order: every paper goes to exactly one of them."""
    async with database.write() as connection:
        chat, rows = await prepare(connection, 300)
    started = asyncio.Barrier(4)

    async def compile_one(shift: int) -> list[int]:
        wanted = [*rows[shift:], *rows[:shift]]
        await started.wait()
        async with database.write() as connection:
            return await digests.record(connection, chat, [(row, ()) for row in wanted], now=NOW)

    given = await asyncio.gather(*(compile_one(shift) for shift in (0, 70, 150, 299)))
    assert sorted(row for digest in given for row in digest) == sorted(rows)
