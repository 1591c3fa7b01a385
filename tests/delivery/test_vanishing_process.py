"""The stand-in for a process ends as quickly as a killed process does."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from scripted_platform import Wire
from sqlalchemy import select
from vanishing_process import PLATFORM, Ending, Process, follow_tasks

from bot.domain.chat.command import ChatKey
from bot.storage import schema
from bot.storage.chats import chats

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from vanishing_process import Place

    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

NOW = datetime(2025, 6, 15, 12, 0, tzinfo=UTC)
SOON = 10
"""Seconds; a task waits 120 seconds for the only writer of a SQLite database."""


@pytest.fixture
async def process(database_url: str) -> AsyncIterator[Process]:
    """A process that has not begun yet."""
    follow_tasks(asyncio.get_running_loop())
    process = Process(database_url, Wire(), lambda: NOW, name="one", is_dead=lambda _: set())
    yield process
    await process.end()


async def add_chats(process: Process, *names: str) -> None:
    """Store each chat in a transaction and a task of its own."""

    async def add(name: str) -> None:
        async with process.database.write() as connection:
            await chats.add(connection, ChatKey(PLATFORM, name), language="en", zone="UTC", now=0)

    await asyncio.gather(*map(add, names))


@pytest.mark.parametrize("after", [0, 1, 2])
@pytest.mark.parametrize("place", ["before-commit", "after-commit"])
async def test_a_process_with_several_writers_vanishes_at_once(
    process: Process, database: Database, place: Place, after: int
) -> None:
    """Tasks that wait for the only writer do not hold up the end; what was not committed is rolled back."""
    async with asyncio.timeout(SOON):
        got_to_its_end = await process.run(add_chats(process, "1", "2", "3"), Ending(place, after))
    assert not got_to_its_end
    async with database.read() as connection:
        stored = (await connection.execute(select(schema.chats.c.id))).all()
    if place == "before-commit":
        assert len(stored) == after
    else:
        assert len(stored) > after
