"""Feeds of arXiv that are yesterday's: noticed, told, and read by the query API instead."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from arxiv_server import InventedArxiv, submissions
from backfill_archive import NOW, ArxivBench, arxiv_bench
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.schedules.arxiv_calendar import last_announcement
from bot.domain.sources.stale_feeds import FeedCount, stale

if TYPE_CHECKING:
    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

NAMES = ("cs.AI", "cs.CL", "cs.CV")
ANNOUNCED = last_announcement(NOW, frozenset()).at
LATE = timedelta(hours=6)
PAPERS = submissions(60, last=NOW.date(), days=4, categories=NAMES)
OLD = [one for one in PAPERS if one.submitted < ANNOUNCED - timedelta(days=1)]
NEW = [one for one in PAPERS if ANNOUNCED - timedelta(days=1) <= one.submitted < ANNOUNCED]


async def two_mornings(bench: ArxivBench, stale_name: str | None, *names: str) -> None:
    """Poll on the day before the announcement, and six hours after it, when one category is still the old."""
    bench.days = 0
    bench.restart()
    bench.now = ANNOUNCED - timedelta(hours=12)
    bench.arxiv.announced = OLD
    await bench.watch(f"arxiv:{'+'.join(names or NAMES)}")
    bench.now = ANNOUNCED + LATE
    fresh = [one for one in NEW if one.categories[0] != stale_name]
    left = [one for one in OLD if one.categories[0] == stale_name]
    bench.arxiv.announced = [*fresh, *left]
    await bench.rounds.poll()


async def test_a_stale_category_is_read_by_the_api(database: Database) -> None:
    """Where one category's feed is yesterday's, its papers come from the query API, as news."""
    async with arxiv_bench(database, InventedArxiv(PAPERS)) as bench:
        await two_mornings(bench, "cs.AI")
        await bench.read_all()
        (one,) = await bench.backfills()
        stored = await bench.papers()
        missed = {stored[f"arxiv:{paper.base}"].id for paper in NEW if paper.categories[0] == "cs.AI"}
        assert missed
        assert missed <= await bench.arrivals()
        assert all("cs.AI" in asked["search_query"] for asked in bench.arxiv.asked)
    assert (one.categories, one.news, one.papers >= len(missed)) == ("cs.AI", True, True)
    assert one.is_told(int(bench.now.timestamp()))
    assert not one.is_told(int(bench.now.timestamp()) + 90_000)


async def test_what_was_announced_before_stays_no_news(database: Database) -> None:
    """Papers that were read back before the announcement are not sent because its feed is stale."""
    async with arxiv_bench(database, InventedArxiv(OLD, announced=OLD[-6:])) as bench:
        bench.now = ANNOUNCED - timedelta(hours=12)
        await bench.watch(f"arxiv:{'+'.join(NAMES)}")
        await bench.read_all()
        quiet = await bench.quiet()
        assert len(quiet) == len(OLD) - 6
        bench.arxiv.papers = PAPERS
        left = [one for one in OLD[-6:] if one.categories[0] == "cs.AI"]
        bench.arxiv.announced = [*(one for one in NEW if one.categories[0] != "cs.AI"), *left]
        bench.now = ANNOUNCED + LATE
        await bench.rounds.poll()
        await bench.read_all()
        stored = await bench.papers()
        news = {stored[f"arxiv:{one.base}"].id for one in NEW}
        assert news <= await bench.arrivals()
        assert quiet.isdisjoint(await bench.arrivals())
        assert quiet <= await bench.quiet()


@pytest.mark.parametrize("hours", [1, 4])
async def test_nobody_is_asked_before_the_feeds_are_in_place(database: Database, hours: int) -> None:
    """In the first hours after an announcement the feeds are not expected yet."""
    async with arxiv_bench(database, InventedArxiv(PAPERS)) as bench:
        await two_mornings(bench, "cs.AI")
        bench.now = ANNOUNCED + timedelta(hours=hours)
        await bench.reading.run()
        assert not bench.arxiv.asked


async def test_whole_feeds_are_left_alone(database: Database) -> None:
    """Where every category brought something, the API is not asked."""
    async with arxiv_bench(database, InventedArxiv(PAPERS)) as bench:
        await two_mornings(bench, None)
        await bench.reading.run()
        assert not bench.arxiv.asked


async def test_a_quiet_category_is_no_fault(database: Database) -> None:
    """Where the API has nothing new either, it is asked again during the day, and nobody is told."""
    others = [one for one in PAPERS if one.categories[0] != "cs.AI"]
    async with arxiv_bench(database, InventedArxiv(others)) as bench:
        await two_mornings(bench, "cs.AI")
        await bench.reading.run()
        await bench.read_all(every=60)
        (one,) = await bench.backfills()
        assert one.done_at
        assert (one.papers, one.is_told(one.created_at)) == (0, False)
        # Three times where nothing comes, at three times of the day.
        assert len(bench.arxiv.asked) <= 9


async def test_an_api_that_lags_is_asked_again(database: Database) -> None:
    """Papers that the API has some hours later than it should come then."""
    async with arxiv_bench(database, InventedArxiv(OLD)) as bench:
        await two_mornings(bench, "cs.CL")
        await bench.reading.run()
        assert (await bench.backfills())[0].papers == 0
        bench.arxiv.papers = PAPERS
        await bench.read_all(every=60)
        assert (await bench.backfills())[0].papers > 0


async def test_a_single_category_is_asked_for_when_it_is_late(database: Database) -> None:
    """A category that can be compared with no other one is asked for eight hours after an announcement."""
    async with arxiv_bench(database, InventedArxiv(PAPERS)) as bench:
        await two_mornings(bench, "cs.AI", "cs.AI")
        await bench.reading.run()
        assert not bench.arxiv.asked
        bench.now = ANNOUNCED + timedelta(hours=9)
        await bench.reading.run()
        assert bench.arxiv.asked


@given(
    before=st.dictionaries(st.sampled_from([*NAMES, "cs.LG"]), st.integers(0, 9)),
    since=st.dictionaries(st.sampled_from([*NAMES, "cs.LG"]), st.integers(0, 9)),
    hours=st.integers(0, 30),
)
def test_only_silent_categories_are_stale(before: dict[str, int], since: dict[str, int], hours: int) -> None:
    """A category is stale only if it had papers before, has none since, and the feeds should be in place."""
    brought = {
        name: FeedCount(before.get(name, 0), since.get(name, 0)) for name in before.keys() | since.keys()
    }
    found = stale(NAMES, brought, age=timedelta(hours=hours))
    for name in found:
        assert before.get(name)
        assert not since.get(name)
        assert hours >= 5
    if hours >= 5 and any(since.values()):
        assert found == {name for name in NAMES if before.get(name) and not since.get(name)}


def test_an_archive_is_all_of_its_categories() -> None:
    """`arxiv:math` is stale only where none of its categories brought anything."""
    brought = {"math.AG": FeedCount(3, 0), "math.CO": FeedCount(0, 2), "cs.CV": FeedCount(1, 1)}
    assert stale(["math", "cs.CV"], brought, age=LATE) == set()
    brought["math.CO"] = FeedCount(0, 0)
    assert stale(["math", "cs.CV"], brought, age=LATE) == {"math"}
