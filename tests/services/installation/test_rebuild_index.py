"""Rebuilding the search index, and holding a lease while something lasts; on both databases."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cleared_index import clear
from invented_digests import entry, numbered, parsed

from bot.data import bundled_categories, bundled_glossary
from bot.domain.papers.paper import Paper
from bot.domain.sources.source_uri import parse_source_uri
from bot.services.installation.hold_lease import hold_lease
from bot.services.installation.rebuild_index import is_current, rebuild_at_start, rebuild_index
from bot.services.papers.search_papers import SearchPapers
from bot.services.reading.store_document import SourceRef, store_document
from bot.services.subscriptions.queries import Queries
from bot.storage import search
from bot.storage.archive import papers, sources
from bot.storage.operations import leases, meta

if TYPE_CHECKING:
    from bot.domain.papers.parsed_entry import Entry
    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

START = datetime(2025, 3, 14, 9, 0, tzinfo=UTC)


def clock() -> datetime:
    """Return the same time always."""
    return START


async def bring(database: Database, *entries: Entry) -> None:
    """Store what a digest holds."""
    async with database.write() as connection:
        row = await sources.add(connection, parse_source_uri("/digests/"), now=0)
    document = parsed(*entries)
    await store_document(database, document, source=SourceRef(row, "/digests/"), document="a", now=0)


async def fill(database: Database, count: int) -> None:
    """Store so many papers on rivers."""
    await bring(database, *numbered(count, "rivers"))


async def found(database: Database, words: str = "rivers") -> int:
    """Return how many papers a search finds."""
    query = Queries(bundled_glossary(), bundled_categories()).parse(words)
    return (await SearchPapers(database).search(query, today=date(2025, 3, 14), order="best")).total


async def forget(database: Database) -> None:
    """Make the index another analysis' one, and empty."""
    async with database.write() as connection:
        await meta.put(connection, "search_index", "of another time")
        await clear(connection)


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


async def test_a_rebuild_that_was_cut_short_goes_on(database: Database) -> None:
    """After a break the next call continues where it ended, and nothing is in the index twice."""
    await fill(database, 1203)
    await forget(database)
    rests = 0

    async def breaking() -> None:
        nonlocal rests
        rests += 1
        if rests == 2:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await rebuild_index(database, owner="one", clock=clock, rest=breaking)
    assert await rebuild_index(database, owner="one", clock=clock) == 1203 - 400
    assert await found(database) == 1203


async def test_answers_have_no_gap_while_the_index_is_renewed(database: Database) -> None:
    """Beside a rebuild every search finds all papers, those too that come meanwhile, before and after it."""
    await rebuild_index(database, owner="one", clock=clock)
    await fill(database, 700)
    async with database.write() as connection:
        await meta.put(connection, "search_index", "of another time")
    seen: list[int] = []

    async def meanwhile() -> None:
        if len(seen) < 6:
            await bring(database, *numbered(1, "rivers", first=1_001 + len(seen)))
            seen.append(await found(database))

    await rebuild_index(database, owner="one", clock=clock, rest=meanwhile)
    assert seen == [701 + number for number in range(len(seen))]
    assert len(seen) >= 4
    assert await found(database) == 700 + len(seen)


async def test_what_changes_meanwhile_is_right_in_the_new_index(database: Database) -> None:
    """Papers that get another title while the index is renewed are found by the new one only."""
    await rebuild_index(database, owner="one", clock=clock)
    await fill(database, 700)
    async with database.write() as connection:
        await meta.put(connection, "search_index", "of another time")
    changed = iter((5, 650, 150, 699))

    async def meanwhile() -> None:
        number = next(changed, None)
        if number is not None:
            await bring(database, entry(f"2503.{number:05}v2", f"Lakes of tokens {number}", "On lakes."))

    await rebuild_index(database, owner="one", clock=clock, rest=meanwhile)
    assert await found(database) == 700 - 4
    assert await found(database, "lakes") == 4
    # Changing them once more takes exactly what is there out of the index.
    await bring(database, entry("2503.00005v3", "Seas of tokens", "On seas."))
    assert await found(database, "lakes") == 3


@pytest.mark.parametrize(
    "database_url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
async def test_a_unit_of_work_that_was_under_way_is_not_lost(database: Database) -> None:
    """A paper that is stored by a transaction older than the next index is in the next index too."""
    await rebuild_index(database, owner="one", clock=clock)
    await fill(database, 300)
    async with database.write() as connection:
        await meta.put(connection, "search_index", "of another time")
    stored, goes_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        late = Paper(canonical_id="arxiv:2503.09999", title="Late rivers", first_seen_at=0)
        async with database.write() as connection:
            (row,) = await papers.insert(connection, [late], now=0)
            await search.index(connection, new=[replace(late, id=row)], changed=())
            stored.set()
            await goes_on.wait()

    writing = asyncio.create_task(slow())
    await stored.wait()
    renewing = asyncio.create_task(rebuild_index(database, owner="one", clock=clock))
    while not await waits_for_a_lock(database):  # noqa: ASYNC110 (PostgreSQL sends us no event)
        await asyncio.sleep(0.01)
    goes_on.set()
    await asyncio.gather(writing, renewing)
    assert await found(database) == 301


async def waits_for_a_lock(database: Database) -> bool:
    """Whether a transaction waits for another one."""
    waiting = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with database.read() as connection:
        return bool((await connection.exec_driver_sql(waiting)).scalar_one())


async def test_an_archive_is_served_before_its_index_is_new(database: Database) -> None:
    """Few papers are indexed at the start; of many the index in use answers first."""
    await fill(database, 20)
    async with database.write() as connection:
        await meta.put(connection, "search_index", "of another time")
    await rebuild_at_start(database, owner="one", clock=clock)
    assert await is_current(database)
    async with database.write() as connection:
        await meta.put(connection, "search_index", "of another time")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("bot.services.installation.rebuild_index._AT_START", 10)
        await rebuild_at_start(database, owner="one", clock=clock)
    assert not await is_current(database)
    assert await found(database) == 20


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


@pytest.mark.parametrize("lasts", [True, False])
async def test_a_lease_that_is_cancelled_at_any_moment_is_free(database: Database, *, lasts: bool) -> None:
    """A cancellation that comes while a lease is taken, is held or is given back leaves it free."""

    async def hold(name: str) -> None:
        async with hold_lease(database, name, owner="one", clock=clock):
            if lasts:
                await asyncio.Event().wait()

    for steps in range(60):
        task = asyncio.create_task(hold(str(steps)))
        for _ in range(steps):
            await asyncio.sleep(0.0005 if steps % 2 else 0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with database.read() as connection:
        assert await leases.current(connection) == []


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

    monkeypatch.setattr("bot.services.installation.hold_lease._RENEWALS", 120_000)
    monkeypatch.setattr("bot.services.installation.hold_lease.leases.take", watched)
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
