"""How fast documents become findable papers in an archive of 100,000, and how long the event loop waits.

Beside it the floor: the same rows put into plain SQLite tables and an FTS5 table, already analysed.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.extend(
    str(Path(__file__).resolve().parents[2] / folder) for folder in ("tests/benchmarks/workloads",)
)

from documents import chatpaper, overview

from bot.domain.papers.parsed_entry import Document
from bot.domain.sources.source import Reading, SourceUri
from bot.services.reading.read_documents import DocumentStore
from bot.services.reading.store_document import SourceRef
from bot.sources import parse_document
from bot.storage.archive import papers, sources
from bot.storage.engine.database import Database
from bot.storage.operations.migrate import migrate
from bot.storage.search.document import COLUMNS, document_of

BATCH, DOCUMENTS = 500, 6
BAR, LAG_BAR = 1_500, 0.050


def clock() -> datetime:
    """Return the time now."""
    return datetime.now(UTC)


class LagMeter:
    """Measures how late the event loop comes back to a task that only sleeps."""

    def __init__(self) -> None:
        self.worst = 0.0

    async def watch(self) -> None:
        """Measure until cancelled."""
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            self.worst = max(self.worst, time.perf_counter() - before - 0.001)


async def fill(store: DocumentStore, source: SourceRef, papers_wanted: int) -> None:
    """Bring the archive to its size before anything is measured."""
    for start in range(0, papers_wanted, 2_000):
        size = min(2_000, papers_wanted - start)
        document = Document(f"fill-{start}.md", overview(size, start=start).encode())
        await store.take_in(Reading(documents=(document,)), source=source)


async def measure(archive: int) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/bench.sqlite3")
        await migrate(database)
        uri = SourceUri(text="bench:", kind="folder", target="", label="bench")
        async with database.write() as connection:
            source = SourceRef(await sources.add(connection, uri, now=0), "bench")
        store = DocumentStore(database, parse_document, clock)
        await fill(store, source, archive)
        print(f"archive of {archive:,} papers, {DOCUMENTS} documents of {BATCH} new papers each")
        for name, make in (("overview", overview), ("chatpaper with review", chatpaper)):
            start = archive + (0 if make is overview else DOCUMENTS * BATCH)
            documents = tuple(
                Document(f"{name}-{number}.md", make(BATCH, start=start + number * BATCH).encode())
                for number in range(DOCUMENTS)
            )
            meter = LagMeter()
            watching = asyncio.create_task(meter.watch())
            begun, cpu = time.perf_counter(), time.process_time()
            reports = await store.take_in(Reading(documents=documents), source=source)
            seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
            watching.cancel()
            new = sum(len(report.stored.new) for report in reports)
            assert new == BATCH * DOCUMENTS, new
            print(
                f"ingest, {name}: {new / seconds:,.0f} papers/s, {new / cpu:,.0f} a second of one core"
                f" (bar {BAR:,} for plain layouts); loop waited at most {meter.worst * 1000:.0f} ms"
                f" (bar {LAG_BAR * 1000:.0f})"
            )
            begun = time.perf_counter()
            reports = await store.take_in(Reading(documents=documents), source=source)
            again = time.perf_counter() - begun
            assert sum(report.stored.unchanged for report in reports) == new
            print(f"the same again, nothing changes: {new / again:,.0f} papers/s")
        async with database.read() as connection:
            some = await papers.after(connection, 0, limit=BATCH)
        await database.close()
        bare = floor(Path(folder), [document_of(paper).columns for paper in some])
        print(f"floor, bare SQLite with the analysis done: {bare:,.0f} papers/s")


def floor(folder: Path, rows: list[tuple[str, ...]]) -> float:
    """Return papers a second into one bare table and one FTS5 table."""
    with sqlite3.connect(folder / "floor.sqlite3", isolation_level=None) as bare:
        bare.execute("PRAGMA journal_mode=WAL")
        bare.execute("CREATE TABLE p(id INTEGER PRIMARY KEY, body TEXT)")
        bare.execute(f"CREATE VIRTUAL TABLE f USING fts5({', '.join(COLUMNS)}, content='', tokenize=ascii)")
        begun = time.perf_counter()
        bare.execute("BEGIN IMMEDIATE")
        bare.executemany("INSERT INTO p(body) VALUES (?)", [(" ".join(row),) for row in rows])
        marks = ", ".join("?" for _ in COLUMNS)
        bare.executemany(f"INSERT INTO f({', '.join(COLUMNS)}) VALUES ({marks})", rows)  # noqa: S608 (constants)
        bare.execute("COMMIT")
        return len(rows) / (time.perf_counter() - begun)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="an archive of 5,000 papers")
    asyncio.run(measure(5_000 if parser.parse_args().quick else 100_000))
