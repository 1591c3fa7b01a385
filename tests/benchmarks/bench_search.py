"""How fast the archive is searched and indexed: `python tests/benchmarks/bench_search.py --help`.

Papers are stored and indexed by the functions that a poll uses, queries go through `SearchPapers.search`: the
index, the page's papers, their evidence. Each figure is held to its bar; exit status 1 where one is missed.
The processor's time is beside the clock's, since other programs on the machine don't count in it.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sqlite3
import sys
import tempfile
import time
import uuid
from contextlib import asynccontextmanager, closing, contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.extend(
    str(Path(__file__).resolve().parents[2] / folder) for folder in (".", "tests/benchmarks/workloads")
)

from corpus import LAST_DAY, PaperCorpus, kinds
from postgres_database import postgres_url
from sqlalchemy import text

from bot.data import bundled_categories, bundled_glossary
from bot.domain.query import parse_query
from bot.domain.text.analysis import FIELDS
from bot.services.papers.search_papers import NEWEST, SearchPapers
from bot.storage import search
from bot.storage.archive import papers
from bot.storage.engine.database import Database
from bot.storage.operations.migrate import migrate
from bot.storage.search import Window
from bot.storage.search.document import document_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from corpus import Kind

    from bot.domain.papers.paper import Paper
    from bot.domain.query import Query
    from bot.storage.engine.database import Connection

_BATCH = 5_000
_NOW = 1_751_328_000
_WARM_UP = 5
_GIN = "CREATE INDEX ix_paper_search_document ON paper_search USING gin (document) WITH (fastupdate = off)"
_LIKE = "SELECT count(*) FROM papers WHERE title LIKE :word OR abstract LIKE :word OR summary LIKE :word"


class Bars:
    """What is demanded, and what was missed.

    Attributes:
        search_ms: the 99th percentile of a search may take so long.
        missed: the names of figures that missed their bar.
    """

    def __init__(self, *, search_ms: float) -> None:
        self.search_ms = search_ms
        self.missed: list[str] = []

    def at_most(self, name: str, value: float, bar: float) -> str:
        """Return how a figure stands to the most it may be."""
        return self.at_least(name, -value, -bar)

    def at_least(self, name: str, value: float, bar: float) -> str:
        """Return how a figure stands to the least it must be."""
        if value >= bar:
            return "ok"
        self.missed.append(name)
        return "MISSED"


class Times:
    """How long something took, each time, in ms.

    Attributes:
        wall: by the clock.
        processor: of all threads of this process; PostgreSQL's own processes don't count in it.
    """

    def __init__(self, *, warm_up: int = _WARM_UP) -> None:
        self.wall: list[float] = []
        self.processor: list[float] = []
        self._warm_up = warm_up

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Measure what is done inside; the first few times don't count."""
        begun, worked = time.perf_counter(), time.process_time()
        yield
        if self._warm_up:
            self._warm_up -= 1
            return
        self.wall.append((time.perf_counter() - begun) * 1e3)
        self.processor.append((time.process_time() - worked) * 1e3)

    def quantile(self, share: float) -> float:
        """Return the time that this share of all stays within."""
        return _quantile(self.wall, share)

    def __str__(self) -> str:
        """Show p50 and p99 by the clock, p99 of the processor."""
        return f"{self.quantile(0.5):9.2f} {self.quantile(0.99):8.2f} {_quantile(self.processor, 0.99):8.2f}"


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


async def main() -> int:
    """Run the benchmark; return the exit status."""
    arguments = _arguments()
    _print_machine()
    corpus = PaperCorpus()
    gc.collect()
    gc.freeze()  # else the collector walks through the corpus' millions of words in the middle of a search
    bars = Bars(search_ms=500 if arguments.postgres else 50)
    async with _archive(arguments.archive, postgres=arguments.postgres) as database:
        async with database.read() as connection:
            there = await papers.count(connection)
        if there:
            print(f"\n{there:,} papers of an earlier run")
            some = await _some_of(database, there)
        else:
            some = await _build(database, corpus, arguments.papers, bars)
        gc.collect()
        gc.freeze()  # the papers that queries are drawn from are not the program's either
        await _search(database, kinds(corpus.random, some), arguments.queries, bars)
        await _count(database, kinds(corpus.random, some))
        await _add_thousands(database, corpus, arguments.papers, bars)
        await _read_while_writing(database, corpus, kinds(corpus.random, some), arguments.papers)
    print("\nmissed:", ", ".join(bars.missed) or "nothing")
    return 1 if bars.missed else 0


async def _some_of(database: Database, count: int) -> list[Paper]:
    """Return papers from all over an archive."""
    async with database.read() as connection:
        found = await papers.by_ids(connection, range(1, count + 1, max(count // 8_000, 1)))
    return list(found.values())


async def _build(database: Database, corpus: PaperCorpus, count: int, bars: Bars) -> list[Paper]:
    """Fill the archive; return some of its papers."""
    storing = indexing = 0.0
    some: list[Paper] = []
    if database.dialect == "postgresql":
        async with database.write() as connection:
            await connection.execute(text("DROP INDEX ix_paper_search_document"))
    for start in range(0, count, _BATCH):
        new = list(corpus.papers(start, min(_BATCH, count - start), of=count))
        some += corpus.random.sample(new, k=min(40, len(new)))
        begun = time.perf_counter()
        async with database.write() as connection:
            stored = await _store(connection, new)
            between = time.perf_counter()
            await search.index(connection, new=stored, changed=())
        storing += between - begun
        indexing += time.perf_counter() - between
    if database.dialect == "postgresql":
        # Sorted in at once, as a restored backup does; row by row, as polls do, is measured below.
        begun = time.perf_counter()
        async with database.write() as connection:
            await connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
            await connection.execute(text(_GIN))
            await connection.execute(text("ANALYZE"))
        indexing += time.perf_counter() - begun
    analysed = _processor_seconds(lambda: [document_of(one) for one in some[:1_000]]) / len(some[:1_000])
    rate, without = count / indexing, count / max(indexing - analysed * count, 1e-9)
    print(f"\n{count:,} papers on {database.dialect}; stored {count / storing:,.0f} papers/s")
    print(f"indexed {rate:,.0f} papers/s, commit included; analysis of it: {analysed * 1e6:,.0f} us a paper")
    verdict = bars.at_least("indexing", without, 8_000) if database.path else "no bar"
    print(f"indexed without analysis {without:,.0f} papers/s (bar 8,000): {verdict}")
    if database.path:
        bare = _bare_fts5([document_of(one).columns[: len(FIELDS)] for one in some])
        print(f"floor, bare FTS5 with the analysis done, no names, marks, beginnings: {bare:,.0f} papers/s")
        size = sum(file.stat().st_size for file in database.path.parent.iterdir())
        print(f"{size / count:,.0f} bytes a paper, index and all")
    return some


def _bare_fts5(rows: Sequence[tuple[str, ...]]) -> float:
    """Return how many rows a second an FTS5 table takes in one transaction, before it merges anything."""
    with tempfile.TemporaryDirectory(prefix="bench-search-") as folder:
        connection = sqlite3.connect(f"{folder}/bare.sqlite3", isolation_level=None)
        with closing(connection) as bare:
            bare.execute("PRAGMA journal_mode=WAL")
            bare.execute(
                f"CREATE VIRTUAL TABLE f USING fts5({', '.join(FIELDS)}, content='', tokenize=ascii)"
            )
            begun = time.perf_counter()
            bare.execute("BEGIN IMMEDIATE")
            bare.executemany(f"INSERT INTO f VALUES ({', '.join('?' for _ in FIELDS)})", rows)  # noqa: S608 (constants)
            bare.execute("COMMIT")
            return len(rows) / (time.perf_counter() - begun)


async def _search(database: Database, asked: Sequence[Kind], count: int, bars: Bars) -> None:
    searching = SearchPapers(database)
    print(f"\n{count} queries a kind, ms; whole: a page of 5 of the newest {NEWEST:,} matches, with evidence")
    print("all are warm, each query ran before; how long it took that first time stands last")
    percentiles = f"{'p99':>8} {'cpu p99':>8}"
    heads = f"{'whole p50':>9} {percentiles} {'index p50':>9} {percentiles} {'hits':>8} {'first p99':>9}"
    print(f"{'':24} {heads}")
    for kind in asked:
        queries = [_parsed(kind.one()) for _ in range(_WARM_UP + count)]
        newest = None if kind.order == "best" else NEWEST
        window = Window(newest=newest, since=kind.since, ranked=kind.order != "new")
        first, whole, totals = Times(), Times(), []
        for times in (first, whole):
            for query in queries:
                with times.measured():
                    page = await searching.search(query, today=LAST_DAY, order=kind.order, since=kind.since)
                totals.append(page.total)
        index = Times()
        for query in queries:
            with index.measured():
                await searching.hits(query, window)
        p99 = whole.quantile(0.99)
        verdict = bars.at_most(f"search for {kind.name}", p99, bars.search_ms) if kind.barred else "no bar"
        hits = f"{sorted(totals)[len(totals) // 2]:8,} {first.quantile(0.99):9.2f}"
        print(f"{kind.name:24} {whole} {index} {hits} {verdict}", flush=True)
    like = Times(warm_up=1)
    for _ in range(3):
        async with database.read() as connection:
            with like.measured():
                await connection.execute(text(_LIKE), {"word": f"%{asked[0].one()}%"})
    print(f"{'peer: LIKE, one word':24} {like}")


async def _count(database: Database, asked: Sequence[Kind]) -> None:
    """Count the matches of 30 days, and of all days, for the broadest queries."""
    searching = SearchPapers(database)
    since = int(datetime(LAST_DAY.year, LAST_DAY.month, LAST_DAY.day, tzinfo=UTC).timestamp()) - 30 * 86_400
    broadest = next(kind for kind in asked if " OR " in kind.name)
    for name, window in (("30 days", Window(first_seen_since=since)), ("all days", Window())):
        times = Times()
        for _ in range(_WARM_UP + 20):
            query = _parsed(broadest.one())
            with times.measured():
                await searching.count_hits(query, window)
        print(f"{'count of ' + name:24} {times}")


async def _add_thousands(database: Database, corpus: PaperCorpus, count: int, bars: Bars) -> None:
    whole, index = Times(warm_up=1), Times(warm_up=1)
    for _ in range(6):
        new = list(corpus.papers(count, 1_000, of=count))
        new = [replace(one, canonical_id=f"{one.canonical_id}.{uuid.uuid4().hex}") for one in new]
        with whole.measured():
            async with database.write() as connection:
                stored = await _store(connection, new)
                with index.measured():
                    await search.index(connection, new=stored, changed=())
    analysed = _processor_seconds(lambda: [document_of(one) for one in new]) * 1e3
    verdict = bars.at_most("adding 1,000 papers", whole.quantile(0.5), 200) if database.path else "no bar"
    print(
        f"\n1,000 papers more in one unit of work: p50 {whole.quantile(0.5):.0f} ms (bar 200): {verdict}; "
        f"the index alone {index.quantile(0.5):.0f} ms, of it analysis {analysed:.0f} ms"
    )


async def _read_while_writing(
    database: Database, corpus: PaperCorpus, asked: Sequence[Kind], count: int
) -> None:
    searching = SearchPapers(database)
    times = Times()
    writing = asyncio.Event()

    async def write() -> None:
        for _ in range(20):
            new = [
                replace(one, canonical_id=f"title:{uuid.uuid4().hex}")
                for one in corpus.papers(count, 50, of=count)
            ]
            async with database.write() as connection:
                await search.index(connection, new=await _store(connection, new), changed=())
        writing.set()

    async def read() -> None:
        while not writing.is_set():
            query = _parsed(asked[len(times.wall) % len(asked)].one())
            with times.measured():
                await searching.search(query, today=LAST_DAY)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(write())
        tasks.create_task(read())
        tasks.create_task(read())
    print(
        f"reads beside 20 units of work of 50 papers: {len(times.wall)} without an error, "
        f"p50 {times.quantile(0.5):.1f}, p99 {times.quantile(0.99):.1f} ms"
    )


async def _store(connection: Connection, new: Sequence[Paper]) -> list[Paper]:
    rows = await papers.insert(connection, new, now=_NOW)
    return [replace(one, id=row) for one, row in zip(new, rows, strict=True)]


@asynccontextmanager
async def _archive(kept: str | None, *, postgres: bool) -> AsyncIterator[Database]:
    """Open the archive of an earlier run, or an empty one; without a name it is gone afterwards."""
    made = nullcontext(f"sqlite:///{kept}") if kept else postgres_url() if postgres else _sqlite_url()
    with made as url:
        database = Database(url)
        try:
            await migrate(database)
            yield database
        finally:
            await database.close()


@contextmanager
def _sqlite_url() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="bench-search-") as folder:
        yield f"sqlite:///{folder}/archive.sqlite3"


def _parsed(query: str) -> Query:
    return parse_query(query, glossary=bundled_glossary(), categories=bundled_categories())


def _processor_seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _print_machine() -> None:
    """Print how fast the machine is just now; figures of two machines, or of two hours, compare by this."""
    loop = _processor_seconds(lambda: sum(number * number for number in range(1_000_000)))
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; 1,000,000 squares take {loop * 1e3:.0f} ms"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measures search and indexing against their bars.")
    parser.add_argument(
        "--papers", type=int, help="papers in the archive (default 1,000,000; PostgreSQL 100,000)"
    )
    parser.add_argument("--queries", type=int, default=100, help="queries of each kind")
    parser.add_argument("--postgres", action="store_true", help="PostgreSQL at TEST_POSTGRES_URL, not SQLite")
    parser.add_argument("--full", action="store_true", help="1,000,000 papers on PostgreSQL, too")
    parser.add_argument("--archive", help="SQLite file to keep the archive in, and to take up again")
    parser.add_argument("--quick", action="store_true", help="20,000 papers")
    arguments = parser.parse_args()
    usual = 20_000 if arguments.quick else 100_000 if arguments.postgres and not arguments.full else 1_000_000
    arguments.papers = arguments.papers or usual
    return arguments


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
