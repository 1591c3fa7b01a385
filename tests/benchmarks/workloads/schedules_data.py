"""100,000 chats with a query of its own each, and 1,000 papers of which each query matches ten."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from bot.data import bundled_categories, bundled_glossary, bundled_holidays
from bot.domain.papers.arxiv_id import parse_arxiv_id
from bot.domain.papers.parsed_entry import Entry, ParsedDocument
from bot.domain.query import GRAMMAR_VERSION
from bot.domain.sources.source_uri import parse_source_uri
from bot.process_owner import owner_name
from bot.services.digests.compile_due import CompileDue
from bot.services.digests.digest_scheduler import DigestScheduler
from bot.services.matching.enqueue_matches import EnqueueMatches
from bot.services.matching.match_papers import MatchPapers
from bot.services.reading.store_document import SourceRef, store_document
from bot.services.subscriptions.queries import Queries
from bot.storage.archive import sources
from bot.storage.operations.migrate import migrate
from bot.storage.schema import chats, deliveries, digests, schedules, subscriptions, unmatched

if TYPE_CHECKING:
    from bot.storage.engine.database import Database

PAPERS, PAPERS_EACH = 1_000, 10
_TOPICS = PAPERS // PAPERS_EACH
_ROWS = 5_000


class Chats100k:
    """Chats that are due, on one database.

    Args:
        database: an empty one, or one that another process filled.
        count: how many chats.
    """

    def __init__(self, database: Database, count: int) -> None:
        self.database = database
        self._count = count
        queries = Queries(bundled_glossary(), bundled_categories())
        self._matching = MatchPapers(database, queries)
        queueing = EnqueueMatches(database, self._matching, _clock, owner=owner_name())
        compiling = CompileDue(database, _clock, catch_up=timedelta(hours=12))
        self.serving = DigestScheduler(database, queueing, compiling, _clock, bundled_holidays())

    async def fill(self) -> None:
        """Store the chats with their queries and schedules; nothing is due yet."""
        await migrate(self.database)
        now = int(time.time())
        for start in range(1, self._count + 1, _ROWS):
            numbers = range(start, min(start + _ROWS, self._count + 1))
            async with self.database.write() as connection:
                await connection.execute(insert(chats), [_chat(number, now) for number in numbers])
                await connection.execute(insert(subscriptions), [_subscription(n, now) for n in numbers])
                await connection.execute(insert(schedules), [_schedule(number) for number in numbers])

    async def load(self) -> None:
        """Read and compile all subscriptions, as a process does once."""
        await self._matching.match([])

    async def publish(self, batch: int) -> None:
        """Store 1,000 papers, ten of each topic, and let every chat be due."""
        now = int(time.time())
        entries = tuple(_entry(batch * PAPERS + number) for number in range(PAPERS))
        uri = parse_source_uri("https://bench.example.org/feed")
        async with self.database.write() as connection:
            row = await sources.add(connection, uri, now=now)
        await store_document(
            self.database,
            ParsedDocument("bench", None, (), entries),
            source=SourceRef(row, uri.label),
            document=str(batch),
            now=now,
        )
        async with self.database.write() as connection:
            slot = datetime.fromtimestamp(now, UTC).date() + timedelta(days=batch)
            await connection.execute(update(schedules).values(next_due_at=now - 60, slot=slot.isoformat()))

    async def is_served(self) -> bool:
        """Whether nothing is left to do."""
        async with self.database.read() as connection:
            due = select(func.count()).where(schedules.c.next_due_at <= int(time.time()))
            came = select(func.count()).select_from(unmatched)
            return not sum([(await connection.execute(one)).scalar_one() for one in (due, came)])

    async def counts(self) -> tuple[int, int, int]:
        """Return how many digests there are, how many slots have two, and how many deliveries."""
        async with self.database.read() as connection:
            made = (await connection.execute(select(func.count()).select_from(digests))).scalar_one()
            slots = select(digests.c.chat_id, digests.c.slot).distinct().subquery()
            different = (await connection.execute(select(func.count()).select_from(slots))).scalar_one()
            queued = (await connection.execute(select(func.count()).select_from(deliveries))).scalar_one()
        return made, made - different, queued


def _chat(number: int, now: int) -> dict[str, object]:
    key = {"platform": "bench", "tenant": "", "external_id": str(number), "thread": ""}
    return {"id": number, **key, "language": "en", "zone": "Europe/Berlin", "created_at": now}


def _subscription(number: int, now: int) -> dict[str, object]:
    # Each query is another one, so that none shares its work with others; nobody is called so.
    query = f"t{number % _TOPICS:03} NOT nobody{number}"
    return {
        "chat_id": number,
        "number": 1,
        "source_text": query,
        "canonical": query,
        "grammar": GRAMMAR_VERSION,
        "state": "active",
        "created_at": now,
        "changed_at": now,
    }


def _schedule(number: int) -> dict[str, object]:
    return {"chat_id": number, "rule": "daily 08:30", "most": PAPERS_EACH, "versions": "line"}


def _entry(number: int) -> Entry:
    month = datetime.now(UTC)
    name = f"{month:%y%m}.{number + 1:05}v1"
    title = f"Work {number} on t{number % _TOPICS:03}"
    text = "We study how diffusion models edit video without training and compare them with others. " * 8
    return Entry(title=title, external_id=name, arxiv=parse_arxiv_id(name), abstract=text)


def _clock() -> datetime:
    return datetime.now(UTC)
