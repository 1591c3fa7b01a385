"""How fast the archive is searched and indexed: `python tests/benchmarks/bench_search.py --help`.

Papers are stored and indexed by the functions that a poll uses, queries go through `SearchPapers.search`: the
index, the page's papers, their evidence. Beside each figure stands its bar; exit status 1 where one is missed.
The processor time stands beside the wall time, since other programs on the machine don't count in it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

sys.path[:0] = [str(Path(__file__).resolve().parents[2])]

import psycopg
from corpus import LAST_DAY, PaperCorpus
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot.data import bundled_categories, bundled_glossary
from bot.domain.query import parse_query
from bot.domain.query.nodes import Term
from bot.services.search_papers import NEWEST, SearchPapers
from bot.storage import papers, search
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.storage.search import Window
from bot.storage.search.document import document_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from bot.domain.paper import Paper
    from bot.domain.query import Query

_BATCH = 5_000
_NOW = 1_751_328_000
_WARM_UP = 5


@dataclass
class Bars:
    """What is demanded, and what was missed.

    Attributes:
        search_ms: the 99th percentile of a search.
        papers_a_second: indexing.
        thousand_ms: adding 1,000 papers.
        missed: the figures that missed their bar.
    """

    search_ms: float
    papers_a_second: float
    thousand_ms: float
    missed: list[str]

    def at_most(self, name: str, value: float, bar: float) -> str:
        """Return how a figure stands to the most it may be."""
        return self._verdict(name, value <= bar)

    def at_least(self, name: str, value: float, bar: float) -> str:
        """Return how a figure stands to the least it must be."""
        return self._verdict(name, value >= bar)

    def _verdict(self, name: str, kept: bool) -> str:  # noqa: FBT001 (private, named at both calls)
        if not kept:
            self.missed.append(name)
        return "ok" if kept else "MISSED"


@dataclass(frozen=True)
class Times:
    """How long something took, each time, in ms.

    Attributes:
        wall: by the clock.
        processor: of all threads of this process.
    """

    wall: list[float]
    processor: list[float]

    def __str__(self) -> str:
        """Show p50 and p99."""
        return f"{_quantile(self.wall, 0.5):8.2f} {_quantile(self.wall, 0.99):8.2f} {_quantile(self.processor, 0.99):8.2f}"


async def main() -> int:
    """Run the benchmark."""
    arguments = _arguments()
    _print_machine()
    corpus = PaperCorpus()
    bars = Bars(500 if arguments.postgres else 50, 8_000, 200, [])
    async with _archive(postgres=arguments.postgres) as database:
        some = await _build(database, corpus, arguments.papers, bars)
        await _search(database, _kinds(corpus, some), arguments.queries, bars)
        await _add_thousands(database, corpus, arguments.papers, bars)
        await _read_while_writing(database, corpus, arguments.papers, bars)
    print("missed:", ", ".join(bars.missed) if bars.missed else "nothing")
    return 1 if bars.missed else 0


async def _build(database: Database, corpus: PaperCorpus, count: int, bars: Bars) -> list[Paper]:
    """Fill the archive; return some of its papers."""
    storing = indexing = 0.0
    some: list[Paper] = []
    for start in range(0, count, _BATCH):
        new = list(corpus.papers(start, min(_BATCH, count - start), of=count))
        some += corpus.random.sample(new, k=min(40, len(new)))
        begun = time.perf_counter()
        async with database.write() as connection:
            rows = await papers.insert(connection, new, now=_NOW)
            stored = [replace(one, id=row) for one, row in zip(new, rows, strict=True)]
            between = time.perf_counter()
            await search.index(connection, new=stored, changed=())
        storing += between - begun
        indexing += time.perf_counter() - between
    if database.dialect == "postgresql":
        async with database.write() as connection:
            await connection.execute(text("ANALYZE"))
    size = database.path.stat().st_size / count if database.path else 0
    verdict = bars.at_least("indexing", count / indexing, bars.papers_a_second) if database.path else "no bar"
    print(f"\n{count:,} papers on {database.dialect}; {size:,.0f} bytes a paper in all")
    print(f"  stored:  {count / storing:8,.0f} papers/s")
    print(f"  indexed: {count / indexing:8,.0f} papers/s with analysis and commit (bar: 8,000) {verdict}")
    sample = some[:500]
    begun = time.process_time()
    for one in sample:
        document_of(one)
    print(f"  of it analysis: {(time.process_time() - begun) / len(sample) * 1e6:,.0f} us a paper")
    return some


async def _search(database: Database, kinds: Sequence[_Kind], count: int, bars: Bars) -> None:
    searching = SearchPapers(database)
    print(f"\nSearching, {count} queries a kind, ms; a page of 5 of the newest {NEWEST:,} matches by fit")
    print(f"  {'':22} {'whole search':^26} {'index only':^26}")
    print(f"  {'':22} {'p50':>8} {'p99':>8} {'cpu p99':>8} {'p50':>8} {'p99':>8} {'cpu p99':>8}  median hits")
    for kind in kinds:
        queries = list(kind.queries(count + _WARM_UP))
        hits: list[int] = []

        async def whole(query: Query, kind: _Kind = kind, hits: list[int] = hits) -> None:
            page = await searching.search(query, today=LAST_DAY, order=kind.order, since=kind.since)
            hits.append(page.total)

        async def only(query: Query, kind: _Kind = kind) -> None:
            newest = None if kind.order == "best" else NEWEST
            await searching.hits(query, Window(newest=newest, since=kind.since, ranked=kind.order != "new"))

        times = await _timed(whole, queries)
        index = await _timed(only, queries)
        verdict = bars.at_most(kind.name, _quantile(times.wall, 0.99), bars.search_ms) if kind.barred else ""
        print(f"  {kind.name:22} {times} {index}  {_quantile(hits, 0.5):>9,} {verdict}", flush=True)


async def _timed(run: Callable[[Query], object], queries: Sequence[Query]) -> Times:
    times = Times([], [])
    for number, query in enumerate(queries):
        begun, worked = time.perf_counter(), time.process_time()
        await run(query)  # type: ignore[misc] # a coroutine function
        if number >= _WARM_UP:
            times.wall.append((time.perf_counter() - begun) * 1e3)
            times.processor.append((time.process_time() - worked) * 1e3)
    return times
