"""What every database promises about saved papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete

from bot.domain.chat.command import ChatKey
from bot.domain.papers.paper import Paper
from bot.storage.archive import papers
from bot.storage.chats import chats, saved
from bot.storage.schema import papers as papers_table

if TYPE_CHECKING:
    from bot.storage.engine.database import Connection, Database

pytest_plugins = ("database_fixtures",)

NOW = 1_750_000_000


async def open_chat(connection: Connection, name: str = "1") -> int:
    """Return the row of a stored chat."""
    return (await chats.add(connection, ChatKey("telegram", name), language="en", zone="UTC", now=NOW)).id


@pytest.fixture
async def rows(database: Database) -> list[int]:
    """Rows of five stored papers."""
    made = [Paper(canonical_id=f"title:{n}", title=str(n), first_seen_at=NOW) for n in range(5)]
    async with database.write() as connection:
        return await papers.insert(connection, made, now=NOW)


async def test_a_paper_is_saved_once(database: Database, rows: list[int]) -> None:
    """Saving it again says so and changes nothing; another chat saves it for itself."""
    async with database.write() as connection:
        one, two = await open_chat(connection), await open_chat(connection, "2")
        assert await saved.add(connection, one, rows[0], now=NOW)
        assert await saved.add(connection, one, rows[1], now=NOW + 1)
        assert not await saved.add(connection, one, rows[0], now=NOW + 2)
        assert await saved.of_chat(connection, one, start=0, size=9) == [rows[1], rows[0]]
        assert await saved.count(connection, two) == 0
        assert await saved.add(connection, two, rows[0], now=NOW)


async def test_pages_come_with_the_last_saved_first(database: Database, rows: list[int]) -> None:
    """Of those saved in one second the newest paper comes first; no page skips or repeats any."""
    async with database.write() as connection:
        chat = await open_chat(connection)
        for row, at in zip(rows, (3, 1, 2, 1, 3), strict=True):
            await saved.add(connection, chat, row, now=NOW + at)
        pages = [await saved.of_chat(connection, chat, start=start, size=2) for start in (0, 2, 4, 6)]
        assert pages == [[rows[4], rows[0]], [rows[2], rows[3]], [rows[1]], []]
        assert await saved.count(connection, chat) == 5


async def test_removing(database: Database, rows: list[int]) -> None:
    """What is removed is gone; what was not saved can't be removed; it can be saved again."""
    async with database.write() as connection:
        chat, other = await open_chat(connection), await open_chat(connection, "2")
        await saved.add(connection, chat, rows[0], now=NOW)
        assert not await saved.remove(connection, other, rows[0])
        assert await saved.remove(connection, chat, rows[0])
        assert not await saved.remove(connection, chat, rows[0])
        assert await saved.count(connection, chat) == 0
        assert await saved.add(connection, chat, rows[0], now=NOW)


async def test_a_paper_that_goes_is_not_saved_any_more(database: Database, rows: list[int]) -> None:
    """No saved row is left of a paper that was deleted."""
    async with database.write() as connection:
        chat = await open_chat(connection)
        await saved.add(connection, chat, rows[0], now=NOW)
        await connection.execute(delete(papers_table).where(papers_table.c.id == rows[0]))
        assert await saved.of_chat(connection, chat, start=0, size=9) == []
