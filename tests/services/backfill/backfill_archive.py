"""An archive that reads from a local arXiv, with a clock that a test sets."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from arxiv_server import InventedArxiv, arxiv_serving
from web_server import fetching

from bot.domain.sources.source_uri import parse_source_uri
from bot.services.backfill.api_cooldown import ApiCooldown
from bot.services.backfill.backfill_arxiv import BackfillArxiv
from bot.services.backfill.backfill_git import BackfillGit
from bot.services.backfill.begin_backfill import BeginBackfill
from bot.services.backfill.complete_papers import CompletePapers
from bot.services.backfill.run_backfills import RunBackfills
from bot.services.backfill.watch_feeds import WatchFeeds
from bot.services.reading.poll_rounds import PollRounds
from bot.services.reading.poll_sources import PollSources
from bot.services.reading.read_documents import DocumentStore
from bot.sources import parse_document
from bot.sources.web.arxiv_api import QueryApi
from bot.sources.web.web_source import Endpoints, WebReader
from bot.storage.archive import backfills, papers, sources, unannounced
from bot.storage.delivery import waiting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from bot.domain.papers.paper import Paper
    from bot.domain.papers.parsed_entry import Document
    from bot.domain.sources.backfill import Backfill
    from bot.domain.sources.source import SourceUri
    from bot.services.backfill.backfill_arxiv import ReadBack
    from bot.services.backfill.complete_papers import CompletionReport
    from bot.sources.web.fetcher import Fetcher
    from bot.storage.engine.database import Database

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""A Tuesday; arXiv announced on the evening before."""

SOURCE = "arxiv:cs.CV"


class NoHistories:
    """No git source is asked for what it held before."""

    async def history(self, source: SourceUri, *, since: date) -> Sequence[Document]:
        """Fail."""
        raise AssertionError(source, since)


@dataclass
class ArxivBench:
    """Polls, reads back and completes from a local arXiv.

    Attributes:
        database: the archive.
        arxiv: what is asked.
        fetcher: asks it.
        url: its address.
        now: the time.
        days: how many past days a new source has.
        told: what each request gave.
    """

    database: Database
    arxiv: InventedArxiv
    fetcher: Fetcher
    url: str
    now: datetime = NOW
    days: int = 30
    told: list[ReadBack | CompletionReport] = field(default_factory=list)
    reading: RunBackfills = field(init=False)
    rounds: PollRounds = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Build all again, as a process does that starts on the same database."""
        endpoints = Endpoints(arxiv_rss=f"{self.url}/rss", arxiv_api=f"{self.url}/api")
        documents = DocumentStore(self.database, parse_document, self.clock)
        poller = PollSources(
            self.database,
            WebReader(self.fetcher, clock=self.clock, endpoints=endpoints),
            documents,
            clock=self.clock,
            jitter=lambda: 0.0,
            interval=600,
            owner="one",
            base="/base",
        )
        self.rounds = PollRounds(poller, self.database, self.clock, lambda _: None)
        api = QueryApi(self.fetcher, endpoints=endpoints)
        rests = ApiCooldown(self.database, self.clock, lambda: 0.0)
        self.past = BackfillArxiv(self.database, api, rests, parse_document, self.clock)
        completing = CompletePapers(self.database, api, rests, parse_document, self.clock)
        git = BackfillGit(self.database, NoHistories(), documents, self.clock, owner="one")
        self.reading = RunBackfills(
            self.rounds,
            BeginBackfill(self.database, self.clock, self.days),
            rests,
            WatchFeeds(self.database, self.clock, frozenset()),
            self.past,
            git,
            completing,
            self.told.append,
        )

    def clock(self) -> datetime:
        """Return the time."""
        return self.now

    async def watch(self, *uris: str) -> None:
        """Add sources and poll them."""
        async with self.database.write() as connection:
            for uri in uris:
                await sources.add(connection, parse_source_uri(uri), now=0)
        await self.rounds.poll()

    async def read_all(self, *, every: int = 1) -> None:
        """Read until nothing is left, every so many minutes."""
        for _ in range(1_000):
            await self.reading.run()
            if all(one.done_at for one in await self.backfills()):
                return
            self.now += timedelta(minutes=every)
        raise AssertionError(await self.backfills())

    async def backfills(self) -> list[Backfill]:
        """Return what was begun."""
        async with self.database.read() as connection:
            return await backfills.of_active_sources(connection)

    async def papers(self) -> dict[str, Paper]:
        """Return the archive by canonical id."""
        async with self.database.read() as connection:
            stored = await papers.after(connection, 0, limit=100_000)
        assert len({one.canonical_id for one in stored}) == len(stored)
        return {one.canonical_id: one for one in stored}

    async def arrivals(self) -> set[int]:
        """Return the papers that are to be matched against the subscriptions."""
        async with self.database.read() as connection:
            came = await waiting.arrivals(connection, limit=100_000)
        return {one.paper_id for one in came}

    async def quiet(self) -> set[int]:
        """Return the papers that only reading back brought."""
        rows = {paper.id for paper in (await self.papers()).values()}
        async with self.database.read() as connection:
            return await unannounced.among(connection, rows)


@asynccontextmanager
async def arxiv_bench(database: Database, arxiv: InventedArxiv) -> AsyncIterator[ArxivBench]:
    """Give an archive beside a local arXiv."""
    async with arxiv_serving(arxiv) as server, fetching("127.0.0.1") as fetcher:
        yield ArxivBench(database, arxiv, fetcher, server.url)
