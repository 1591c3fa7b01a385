"""Papers that no source gave authors or categories of, completed from a local arXiv; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from arxiv_server import Faults, InventedArxiv, Submission, submissions
from backfill_archive import NOW, arxiv_bench
from invented_digests import entry, parsed

from bot.app import glossary_of
from bot.data import bundled_categories
from bot.domain.sources.source_uri import parse_source_uri
from bot.services.backfill.complete_papers import CompletionReport
from bot.services.papers.search_papers import SearchPapers
from bot.services.reading.store_document import SourceRef, store_document
from bot.services.subscriptions.queries import Queries
from bot.settings import Settings
from bot.storage.archive import incomplete, sources
from bot.storage.search import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backfill_archive import ArxivBench

    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

DIGEST = "https://digests.example.org/overview.md"
PAPERS = submissions(250, last=NOW.date() - timedelta(days=1), days=3)


async def ingested(bench: ArxivBench, papers: Sequence[Submission]) -> None:
    """Store a digest that gives titles and abstracts only."""
    async with bench.database.write() as connection:
        row = await sources.add(connection, parse_source_uri(DIGEST), now=0)
    entries = [entry(f"{one.base}v1", one.title, "As a digest tells it.") for one in papers]
    await store_document(
        bench.database, parsed(*entries), source=SourceRef(row, DIGEST), document="overview.md",
        now=int(bench.now.timestamp()),
    )  # fmt: skip


async def waiting_for_facts(bench: ArxivBench) -> int:
    """Return how many papers wait to be asked for."""
    async with bench.database.read() as connection:
        return await incomplete.count(connection)


async def found(database: Database, text: str) -> int:
    """Return how many papers a query finds."""
    queries = Queries(glossary_of(Settings()), bundled_categories())
    return await SearchPapers(database).count_hits(queries.parse(text), Window(ranked=False))


async def test_digests_get_authors_and_categories(database: Database) -> None:
    """Papers of a digest without authors get them and their categories, 100 a request; search finds both."""
    async with arxiv_bench(database, InventedArxiv(PAPERS)) as bench:
        await ingested(bench, PAPERS)
        assert await found(database, "au:Quill7") == 0
        await bench.reading.run()
        assert [len(one["id_list"].split(",")) for one in bench.arxiv.asked] == [100, 100, 50]
        assert await waiting_for_facts(bench) == 0
        assert await found(database, "au:Quill7") == 1
        assert await found(database, "cat:cs.CV") == len(PAPERS)
        stored = await bench.papers()
    paper = stored[f"arxiv:{PAPERS[7].base}"]
    assert paper.authors == PAPERS[7].authors
    assert paper.categories == PAPERS[7].categories
    assert paper.published == PAPERS[7].submitted.date()


async def test_what_a_source_wrote_stays(database: Database) -> None:
    """The digest's own abstract stays the paper's, and nobody counts arXiv among its sources."""
    async with arxiv_bench(database, InventedArxiv(PAPERS[:1])) as bench:
        await ingested(bench, PAPERS[:1])
        await bench.reading.run()
        (paper,) = (await bench.papers()).values()
    assert paper.abstract == "As a digest tells it."
    assert paper.sources == (DIGEST,)


async def test_news_are_held_against_subscriptions_once_more(database: Database) -> None:
    """A completed paper that is news is matched again, since its authors may be what somebody waits for."""
    async with arxiv_bench(database, InventedArxiv(PAPERS[:2])) as bench:
        await ingested(bench, PAPERS[:2])
        async with database.write() as connection:
            await connection.exec_driver_sql("DELETE FROM unmatched")
        await bench.reading.run()
        assert len(await bench.arrivals()) == 2


async def test_a_paper_that_is_complete_is_not_asked_for(database: Database) -> None:
    """A paper whose authors and categories a source gave, before or after, is not asked for."""
    async with arxiv_bench(database, InventedArxiv(PAPERS, announced=PAPERS[:3])) as bench:
        await ingested(bench, PAPERS[:2])
        bench.days = 0
        bench.restart()
        await bench.watch("arxiv:cs.CV")
        await bench.reading.run()
        assert not bench.arxiv.asked
        assert await waiting_for_facts(bench) == 0


async def test_an_unknown_paper_is_asked_for_some_days(database: Database) -> None:
    """A paper that arXiv does not know yet is asked forever more rarely for 11 days, then no more."""
    async with arxiv_bench(database, InventedArxiv(PAPERS[:1])) as bench:
        await ingested(bench, PAPERS[:2])
        days = []
        for _ in range(20 * 4):
            before = len(bench.arxiv.asked)
            await bench.reading.run()
            if len(bench.arxiv.asked) > before:
                days.append((bench.now - NOW).days)
            bench.now += timedelta(hours=6)
        assert days == [0, 0, 0, 1, 4, 11]
        assert [one["id_list"] for one in bench.arxiv.asked[1:]] == [PAPERS[1].base] * 5
        assert await waiting_for_facts(bench) == 0


async def test_an_empty_answer_is_no_answer(database: Database) -> None:
    """Where arXiv gives nothing to many ids, they are asked for again a minute later, not days later."""
    arxiv = InventedArxiv(PAPERS, faults=Faults(empty=1.0))
    async with arxiv_bench(database, arxiv) as bench:
        await ingested(bench, PAPERS[:50])
        await bench.reading.run()
        assert bench.told == [CompletionReport(error="arXiv gave an empty answer")]
        arxiv.faults.empty = 0.0
        await bench.reading.run()
        assert len(bench.told) == 1
        bench.now += timedelta(seconds=61)
        await bench.reading.run()
        assert await waiting_for_facts(bench) == 0


@pytest.mark.parametrize("fault", ["short", "busy"])
async def test_no_fault_of_arxiv_leaves_a_paper_incomplete(database: Database, fault: str) -> None:
    """Whatever arXiv leaves out or refuses is asked for again until every paper is complete."""
    arxiv = InventedArxiv(PAPERS, faults=Faults(seed=3, **{fault: 0.4}))
    async with arxiv_bench(database, arxiv) as bench:
        await ingested(bench, PAPERS)
        for _ in range(60):
            await bench.reading.run()
            if not await waiting_for_facts(bench):
                break
            bench.now += timedelta(hours=12)
        assert not any(paper.lacks_facts for paper in (await bench.papers()).values())


async def test_one_id_that_arxiv_refuses_hides_no_other(database: Database) -> None:
    """Where arXiv refuses a list, halves of it are asked for, until only the one that it refuses is left."""
    async with arxiv_bench(database, InventedArxiv(PAPERS)) as bench:
        await ingested(bench, PAPERS[:30])
        bench.arxiv.refused = PAPERS[11].base
        await bench.reading.run()
        lacking = [paper.canonical_id for paper in (await bench.papers()).values() if paper.lacks_facts]
        assert lacking == [f"arxiv:{PAPERS[11].base}"]
        assert len(bench.arxiv.asked) < 30


async def test_a_changed_paper_is_completed_as_it_is_now(database: Database) -> None:
    """A newer version at arXiv brings its own abstract and title, as a newer version of any source does."""
    newer = replace(PAPERS[0], version=2, title="A better title", abstract="We study it again.")
    async with arxiv_bench(database, InventedArxiv([newer])) as bench:
        await ingested(bench, PAPERS[:1])
        await bench.reading.run()
        (paper,) = (await bench.papers()).values()
        assert (paper.version, paper.title) == (2, "A better title")
        assert await found(database, '"a better title"') == 1
