"""The past days of a new source, from a local arXiv; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from arxiv_server import Faults, InventedArxiv, submissions
from backfill_archive import NOW, SOURCE, arxiv_bench

from bot.app import glossary_of
from bot.data import bundled_categories
from bot.services.papers.search_papers import SearchPapers
from bot.services.subscriptions.queries import Queries
from bot.settings import Settings
from bot.storage.archive import papers as papers_table
from bot.storage.archive import sources
from bot.storage.search import Window

if TYPE_CHECKING:
    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

YESTERDAY = NOW.date() - timedelta(days=1)
PAPERS = submissions(90, last=YESTERDAY, days=30)
NEWS = PAPERS[-3:]
"""What arXiv announced last."""


def arxiv(**faults: float) -> InventedArxiv:
    """Return an arXiv with papers of 30 days, which announced the last three."""
    return InventedArxiv(PAPERS, announced=NEWS, faults=Faults(seed=7, **faults))


async def test_a_new_source_has_its_past(database: Database) -> None:
    """After its first poll a source's last 30 days are read, and search finds them."""
    async with arxiv_bench(database, arxiv()) as bench:
        await bench.watch(SOURCE)
        assert len(await bench.papers()) == len(NEWS)
        await bench.read_all()
        assert set(await bench.papers()) == {f"arxiv:{one.base}" for one in PAPERS}
        (one,) = await bench.backfills()
    assert (one.days, one.days_read, one.papers, one.error) == (31, 31, len(PAPERS) - len(NEWS), None)


async def test_the_past_is_no_news(database: Database) -> None:
    """Papers that were read back are matched against no subscription, announced ones are."""
    async with arxiv_bench(database, arxiv()) as bench:
        await bench.watch(SOURCE)
        await bench.read_all()
        stored = await bench.papers()
        news = {stored[f"arxiv:{one.base}"].id for one in NEWS}
        assert await bench.arrivals() == news
        assert await bench.quiet() == {paper.id for paper in stored.values()} - news


async def test_what_was_read_back_first_is_news_when_it_is_announced(database: Database) -> None:
    """A paper that reading back brought before its announcement is sent all the same, once."""
    async with arxiv_bench(database, arxiv()) as bench:
        bench.arxiv.announced = []
        await bench.watch(SOURCE)
        await bench.read_all()
        assert await bench.arrivals() == set()
        bench.arxiv.announced = NEWS
        bench.now += timedelta(hours=1)
        (told,) = await bench.rounds.poll() or []
        stored = await bench.papers()
        news = {stored[f"arxiv:{one.base}"].id for one in NEWS}
        assert await bench.arrivals() == news
        assert set(told.documents[0].stored.new) == news
        bench.arxiv.announced = [*NEWS, replace(PAPERS[0], title="Another title")]
        bench.now += timedelta(hours=1)
        (told,) = await bench.rounds.poll() or []
        # The oldest one is too old for news, and the others were announced before.
        assert await bench.arrivals() == news
        assert len(told.documents[0].stored.new) == 1


async def test_the_past_counts_as_of_its_days(database: Database) -> None:
    """What was read back was first seen on its own day, so it is not recent, and the latest stay so."""
    async with arxiv_bench(database, arxiv()) as bench:
        await bench.watch(SOURCE)
        await bench.read_all()
        week = int((bench.now - timedelta(days=7)).timestamp())
        expected = sum(one.submitted.timestamp() >= week for one in PAPERS)
        async with database.read() as connection:
            newest = await papers_table.newest(connection, limit=4)
            assert abs(await papers_table.count(connection, since=week) - expected) <= 3
        assert {paper.canonical_id for paper in newest[:3]} == {f"arxiv:{one.base}" for one in NEWS}
        assert newest[3].canonical_id == f"arxiv:{PAPERS[-4].base}"
        searching = SearchPapers(database)
        queries = Queries(glossary_of(Settings()), bundled_categories())
        matching = await searching.count_hits(
            queries.parse("work"), Window(first_seen_since=week, ranked=False)
        )
        assert abs(matching - expected) <= 3


@pytest.mark.parametrize("fault", ["empty", "repeated", "short", "busy"])
async def test_no_fault_of_arxiv_loses_a_paper(database: Database, fault: str) -> None:
    """Empty, repeated and short pages and refusals are asked for again, until every paper is there once."""
    async with arxiv_bench(database, arxiv(**{fault: 0.2})) as bench:
        await bench.watch(SOURCE)
        await bench.read_all()
        assert set(await bench.papers()) == {f"arxiv:{one.base}" for one in PAPERS}


async def test_a_busy_arxiv_is_left_alone(database: Database) -> None:
    """After a refusal nothing is asked until arXiv's time is over, also not by a process that starts then."""
    async with arxiv_bench(database, arxiv()) as bench:
        await bench.watch(SOURCE)
        bench.arxiv.down = True
        await bench.reading.run()
        (one,) = await bench.backfills()
        assert one.error == "the server is overloaded (HTTP 503)"
        bench.arxiv.down = False
        bench.restart()
        await bench.reading.run()
        assert not bench.arxiv.asked
        bench.now += timedelta(seconds=61)
        await bench.reading.run()
        assert (await bench.backfills())[0].done_at


async def test_a_process_that_was_killed_goes_on(database: Database) -> None:
    """A new process continues at the first day that was not read whole; no paper is lost or there twice."""
    async with arxiv_bench(database, arxiv()) as bench:
        await bench.watch(SOURCE)
        await bench.reading.beginning.begin()
        for _ in range(40):
            bench.restart()
            if await bench.past.step() is None:
                break
        assert set(await bench.papers()) == {f"arxiv:{one.base}" for one in PAPERS}
        # Days are asked for one by one after a start, and none of them twice.
        assert len(bench.arxiv.asked) <= 31 + 2


async def test_a_source_that_was_removed_is_read_no_more(database: Database) -> None:
    """Removing a source ends the reading of its past; adding it again begins it again."""
    async with arxiv_bench(database, arxiv()) as bench:
        await bench.watch(SOURCE)
        await bench.reading.beginning.begin()
        await bench.past.step()
        async with database.write() as connection:
            (source,) = await sources.active(connection)
            await sources.deactivate(connection, source.id)
        assert await bench.past.step() is None
        await bench.watch(SOURCE)
        await bench.read_all()
        assert set(await bench.papers()) == {f"arxiv:{one.base}" for one in PAPERS}


async def test_nothing_is_read_where_it_is_turned_off(database: Database) -> None:
    """With 0 days a new source has no past."""
    async with arxiv_bench(database, arxiv()) as bench:
        bench.days = 0
        bench.restart()
        await bench.watch(SOURCE)
        await bench.reading.run()
        assert not bench.arxiv.asked
        assert await bench.backfills() == []


async def test_a_query_that_arxiv_refuses_holds_up_nothing_else(database: Database) -> None:
    """A source whose query arXiv does not take rests; the past of another one is read meanwhile."""
    async with arxiv_bench(database, arxiv()) as bench:
        await bench.watch("arxiv-query:nonsense", SOURCE)
        bench.arxiv.refused = "nonsense"
        for _ in range(30):
            await bench.reading.run()
            bench.now += timedelta(minutes=1)
        refused, other = await bench.backfills()
    assert other.done_at
    assert (refused.days_read, refused.error) == (0, "bad request (HTTP 400)")
