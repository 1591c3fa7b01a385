"""Rebuilding the search index, and holding a lease while something lasts; on both databases."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from invented_digests import numbered, parsed

from bot.data import bundled_categories, bundled_glossary
from bot.domain.source_uri import parse_source_uri
from bot.services.hold_lease import hold_lease
from bot.services.queries import Queries
from bot.services.rebuild_index import rebuild_index
from bot.services.search_papers import SearchPapers
from bot.services.store_document import SourceRef, store_document
from bot.storage import leases, meta, search, sources

if TYPE_CHECKING:
    from bot.storage.database import Connection, Database

pytest_plugins = ("database_fixtures",)

START = datetime(2025, 3, 14, 9, 0, tzinfo=UTC)


def clock() -> datetime:
    """Return the same time always."""
    return START


async def fill(database: Database, count: int) -> None:
    """Store so many papers on rivers."""
    async with database.write() as connection:
        row = await sources.add(connection, parse_source_uri("/digests/"), now=0)
    document = parsed(*numbered(count, "rivers"))
    await store_document(database, document, source=SourceRef(row, "/digests/"), document="a", now=0)


async def found(database: Database) -> int:
    """Return how many papers a search for rivers finds."""
    query = Queries(bundled_glossary(), bundled_categories()).parse("rivers")
    return (await SearchPapers(database).search(query, today=date(2025, 3, 14), order="best")).total


async def forget(database: Database) -> None:
    """Make the index another analysis' one, and empty."""
    async with database.write() as connection:
        await meta.put(connection, "search_index", "of another time")
        await search.clear(connection)


async def test_a_new_database_needs_no_rebuild_twice(database: Database) -> None:
    """The first start marks the index as current; the next has nothing to do."""
    assert await rebuild_index(database, owner="one", clock=clock) == 0
    await fill(database, 3)
    assert await rebuild_index(database, owner="one", clock=clock) == 0
    assert await found(database) == 3


async def test_an_index_of_another_analysis_is_made_anew(database: Database) -> None:
    """All papers are indexed again, in batches, and found as before."""
    await rebuild_index(database, owner="one", clock=clock)
    await fill(database, 1203)
    await forget(database)
    assert await found(database) == 0
    assert await rebuild_index(database, owner="one", clock=clock) == 1203
    assert await found(database) == 1203
    assert await rebuild_index(database, owner="two", clock=clock) == 0


async def test_a_rebuild_that_was_cut_short_starts_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a break the next start makes the index whole, and nothing is in it twice."""
    await fill(database, 1203)
    await forget(database)
    index, batches = search.index, 0

    async def breaking(connection: Connection, **arguments: object) -> None:
        nonlocal batches
        batches += 1
        if batches == 3:
            raise asyncio.CancelledError
        await index(connection, **arguments)  # type: ignore[arg-type] # passed on as they came

    with monkeypatch.context() as broken:
        broken.setattr("bot.services.rebuild_index.search.index", breaking)
        with pytest.raises(asyncio.CancelledError):
            await rebuild_index(database, owner="one", clock=clock)
    assert await rebuild_index(database, owner="one", clock=clock) == 1203
    assert await found(database) == 1203


async def test_two_starts_at_once_index_once(database: Database) -> None:
    """Of two processes that start together one indexes; the other waits and finds it done."""
    await fill(database, 600)
    await forget(database)
    done = await asyncio.gather(
        *(rebuild_index(database, owner=owner, clock=clock) for owner in ("one", "two"))
    )
    assert sorted(done) == [0, 600]
    assert await found(database) == 600


async def test_a_lease_is_held_and_given_back(database: Database) -> None:
    """Within the block nobody else holds it; after it, also after an error, it is free."""
    async with hold_lease(database, "x", owner="one", clock=clock) as mine:
        assert mine
        async with hold_lease(database, "x", owner="two", clock=clock) as theirs:
            assert not theirs
        async with hold_lease(database, "y", owner="two", clock=clock) as other:
            assert other
    with suppress(ZeroDivisionError):
        async with hold_lease(database, "x", owner="two", clock=clock) as theirs:
            assert theirs
            _ = 1 // 0
    async with hold_lease(database, "x", owner="one", clock=clock) as mine:
        assert mine


async def test_a_lease_is_given_back_on_cancellation(database: Database) -> None:
    """A task that is cancelled while it holds the lease leaves it free."""
    holding = asyncio.Event()

    async def hold() -> None:
        async with hold_lease(database, "x", owner="one", clock=clock):
            holding.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hold())
    await holding.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with hold_lease(database, "x", owner="two", clock=clock) as theirs:
        assert theirs


async def test_a_lease_is_renewed_while_work_lasts(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long the work takes, nobody takes the lease over meanwhile."""
    now = START
    renewed = asyncio.Event()
    take = leases.take

    async def watched(*arguments: object, **named: object) -> bool:
        taken = await take(*arguments, **named)  # type: ignore[arg-type] # passed on as they came
        if now > START:
            renewed.set()
        return taken

    monkeypatch.setattr("bot.services.hold_lease._RENEWALS", 120_000)
    monkeypatch.setattr("bot.services.hold_lease.leases.take", watched)
    async with hold_lease(database, "x", owner="one", clock=lambda: now):
        now = START + timedelta(seconds=100)
        renewed.clear()
        await renewed.wait()
        now = START + timedelta(seconds=200)
        async with database.write() as connection:
            late = int(now.timestamp())
            assert not await take(connection, "x", "two", now=late, seconds=120)


async def test_a_lease_of_a_dead_process_runs_out(database: Database) -> None:
    """Two minutes after a process died another takes its lease."""
    async with database.write() as connection:
        assert await leases.take(connection, "x", "dead", now=int(START.timestamp()), seconds=120)
    async with hold_lease(database, "x", owner="two", clock=clock) as theirs:
        assert not theirs
    async with hold_lease(database, "x", owner="two", clock=lambda: START + timedelta(seconds=120)) as theirs:
        assert theirs
