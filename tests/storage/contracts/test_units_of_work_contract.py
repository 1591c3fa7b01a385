"""What every database promises about transactions: whole or not at all, and views that hold still."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from bot.domain.chat.command import ChatKey
from bot.domain.papers.paper import Paper, PaperEvent
from bot.domain.papers.parsed_entry import Entry
from bot.domain.sources.source import Cursor, SourceUri
from bot.errors import StorageError
from bot.storage.archive import papers, sightings, sources
from bot.storage.chats import chats, subscriptions
from bot.storage.delivery import digests
from bot.storage.operations import leases
from bot.storage.schema import metadata

if TYPE_CHECKING:
    from bot.storage.engine.database import Connection, Database

pytest_plugins = ("database_fixtures",)

NOW = 1_750_000_000


def paper(number: int) -> Paper:
    """Return an invented paper."""
    return Paper(canonical_id=f"title:{number}", title=str(number), first_seen_at=NOW)


async def write_everything(connection: Connection) -> None:
    """Write to every table that has a function."""
    source = await sources.add(connection, SourceUri("file:///x", "file", "/x"), now=NOW)
    after = Cursor(files={"a": "1"})
    await sources.save_reading(
        connection,
        source,
        before=Cursor(),
        after=after,
        now=NOW,
        next_poll_at=0,
        brought_new=True,
        error=None,
    )
    [row] = await papers.insert(connection, [paper(1)], now=NOW)
    seen = [(row, Entry(title="t", external_id="x"))]
    await sightings.record(connection, seen, source_id=source, document="d", topic=None, now=NOW)
    await sightings.record_events(connection, [(row, PaperEvent("code", None))], source_id=source, now=NOW)
    chat = await chats.add(connection, ChatKey("slack", "C"), language="en", zone="UTC", now=NOW)
    await subscriptions.add(
        connection, chat.id, source_text="a", canonical="a", grammar=1, per_day=None, now=NOW
    )
    await digests.record(connection, chat.id, [(row, ())], now=NOW)
    await leases.take(connection, "poll", "me", now=NOW, seconds=9)


async def rows_stored(database: Database) -> int:
    """Return how many rows all tables hold."""
    async with database.read() as connection:
        counts = [
            (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in metadata.sorted_tables
        ]
    return sum(counts)


@pytest.mark.parametrize("error", [RuntimeError("a bug"), asyncio.CancelledError(), StorageError("no")])
async def test_an_error_in_the_middle_leaves_nothing(database: Database, error: BaseException) -> None:
    """A bug, a cancellation or our own error roll everything back and come out as they are."""

    async def work() -> None:
        async with database.write() as connection:
            await write_everything(connection)
            raise error

    with pytest.raises(type(error)) as caught:
        await work()
    assert caught.value is error
    assert await rows_stored(database) == 0


async def test_an_error_of_the_database_leaves_nothing(database: Database) -> None:
    """Also what was written before it in the same transaction; the next transaction goes well."""

    async def work() -> None:
        async with database.write() as connection:
            await write_everything(connection)
            await papers.insert(connection, [paper(2), paper(2)], now=NOW)

    with pytest.raises(StorageError):
        await work()
    assert await rows_stored(database) == 0
    async with database.write() as connection:
        await write_everything(connection)
    assert await rows_stored(database) == 10


async def test_a_cancelled_unit_of_work_leaves_nothing(database: Database) -> None:
    """A task that is cancelled while it waits gives its connection back."""
    reached = asyncio.Event()

    async def work() -> None:
        async with database.write() as connection:
            await write_everything(connection)
            reached.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await rows_stored(database) == 0


async def test_a_view_holds_still_and_does_not_wait_for_a_writer(database: Database) -> None:
    """A reader sees the state of its first look while a transaction is open and after it ended."""
    async with database.write() as writer:
        await papers.insert(writer, [paper(1)], now=NOW)
    async with database.read() as view:
        assert await papers.count(view) == 1
        async with database.write() as writer:
            await papers.insert(writer, [paper(2)], now=NOW)
            assert await papers.count(view) == 1
            async with database.read() as second:
                assert await papers.count(second) == 1
        assert await papers.count(view) == 1
    async with database.read() as later:
        assert await papers.count(later) == 2


async def test_a_view_writes_nothing(database: Database) -> None:
    """A write through a view is a bug and refused."""
    with pytest.raises(StorageError):
        async with database.read() as view:
            await papers.insert(view, [paper(1)], now=NOW)
    assert await rows_stored(database) == 0


async def test_foreign_keys_hold(database: Database) -> None:
    """A row never refers to a row that is not there."""
    with pytest.raises(StorageError):
        async with database.write() as connection:
            await digests.record(connection, 10**6, [], now=NOW)


@pytest.mark.parametrize("value", [2**63, 2**200])
async def test_values_that_no_database_takes_are_our_error(database: Database, value: int) -> None:
    """Also where the driver raises an error that is not the database's."""
    with pytest.raises(StorageError):
        async with database.write() as connection:
            await leases.take(connection, "poll", "me", now=value, seconds=0)
