"""What chats ask for at the same time: digests, subscriptions, quotas; on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from invented_digests import numbered, parsed

from bot.data import bundled_categories, bundled_glossary
from bot.domain.chat.command import ChatKey
from bot.domain.sources.source_uri import parse_source_uri
from bot.errors import SourceError
from bot.services.chats.chat_settings import Chats
from bot.services.digests.compile_digests import CompileDigests
from bot.services.papers.search_papers import SearchPapers
from bot.services.reading.manage_sources import ManageSources
from bot.services.reading.store_document import SourceRef, store_document
from bot.services.subscriptions.manage_subscriptions import ManageSubscriptions
from bot.services.subscriptions.preview_query import PreviewQuery
from bot.services.subscriptions.queries import Queries
from bot.storage.archive import sources

if TYPE_CHECKING:
    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

NOW = datetime(2025, 3, 14, 9, 0, tzinfo=UTC)
QUOTA = 3


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases on one archive, and a chat there.

    Attributes:
        database: the archive.
        subscriptions: what chats subscribe to, with a quota of 3.
        digests: compiles digests.
        searching: finds papers.
        previews: tells what a query would bring.
        queries: reads queries.
        chat: the row of a chat.
    """

    database: Database
    subscriptions: ManageSubscriptions
    digests: CompileDigests
    searching: SearchPapers
    previews: PreviewQuery
    queries: Queries
    chat: int

    async def bring(self, count: int, *, first: int = 1, at: datetime = NOW) -> None:
        """Store so many papers on rivers."""
        seconds = int(at.timestamp())
        async with self.database.write() as connection:
            row = await sources.add(connection, parse_source_uri("/digests/"), now=seconds)
        document = parsed(*numbered(count, "rivers", first=first))
        ref = SourceRef(row, "/digests/")
        await store_document(self.database, document, source=ref, document="a.md", now=seconds)


@pytest.fixture
async def services(database: Database) -> Services:
    """The use cases on an empty archive."""
    queries = Queries(bundled_glossary(), bundled_categories())
    searching = SearchPapers(database)
    previews = PreviewQuery(database, searching)
    chat = await Chats(database, lambda: NOW, "en", "UTC").open(ChatKey("console", "one"))
    return Services(
        database,
        ManageSubscriptions(database, queries, previews, quota=QUOTA),
        CompileDigests(database, queries, searching),
        searching,
        previews,
        queries,
        chat.id,
    )


async def test_digests_at_once_share_the_papers(services: Services) -> None:
    """However many digests one chat asks for at the same time, each paper is in one of them, none is lost."""
    await services.bring(25)
    await services.subscriptions.subscribe(services.chat, "rivers", now=NOW)
    compiled = await asyncio.gather(*(services.digests.compile_now(services.chat, now=NOW) for _ in range(4)))
    shown = [paper.id for digest in compiled for paper, _ in digest.items]
    assert len(shown) == len(set(shown))
    for _ in range(3):
        digest = await services.digests.compile_now(services.chat, now=NOW)
        shown += [paper.id for paper, _ in digest.items]
    assert len(shown) == len(set(shown)) == 25


async def test_subscribing_at_once(services: Services) -> None:
    """Of the same query sent twice one is a duplicate; numbers differ; the quota holds."""
    texts = ["rivers", "rivers", "lakes", "stones", "clouds", "winds"]
    outcomes = await asyncio.gather(
        *(services.subscriptions.subscribe(services.chat, text, now=NOW) for text in texts)
    )
    mine = await services.subscriptions.of_chat(services.chat)
    assert len(mine) == QUOTA
    assert [one.number for one in mine] == [1, 2, 3]
    assert len({one.canonical for one in mine}) == QUOTA
    assert sum(1 for outcome in outcomes if outcome.refusal is None) == QUOTA


async def test_a_chat_opened_at_once_is_one(database: Database) -> None:
    """Two first messages of a chat make one chat."""
    chats = Chats(database, lambda: NOW, "en", "UTC")
    opened = await asyncio.gather(*(chats.open(ChatKey("console", "new")) for _ in range(4)))
    assert len({chat.id for chat in opened}) == 1


async def test_what_a_digest_says_of_itself(services: Services) -> None:
    """Counts tell why a digest is as it is: considered, matched, waiting, subscriptions, the last one."""
    await services.bring(5, at=NOW - timedelta(days=40))
    await services.bring(12, first=6)
    await services.subscriptions.subscribe(services.chat, "rivers", now=NOW)
    first = await services.digests.compile_now(services.chat, now=NOW)
    assert (len(first.items), first.waiting, first.matched, first.considered) == (10, 2, 12, 12)
    assert (first.subscriptions, first.last_at) == (1, None)
    second = await services.digests.compile_now(services.chat, now=NOW + timedelta(hours=1))
    assert (len(second.items), second.waiting) == (2, 0)
    assert second.last_at == int(NOW.timestamp())


async def test_previews_count_days(services: Services) -> None:
    """A preview says papers a day only where the archive is older than a day, and what is older than 30."""
    query = services.queries.parse("rivers")
    await services.bring(5, at=NOW - timedelta(days=40))
    old = await services.previews.preview(query, now=NOW)
    assert (old.matched, old.considered, old.ever) == (0, 0, 5)
    await services.bring(60, first=6)
    new = await services.previews.preview(query, now=NOW)
    assert (new.matched, new.considered, new.days, new.per_day, new.ever) == (60, 60, 30, 2.0, 0)
    assert len(new.samples) == 3


async def test_pages_cover_everything_once(services: Services) -> None:
    """Pages of any size together are the whole result, in one order."""
    await services.bring(23)
    query = services.queries.parse("rivers")
    whole = await services.searching.search(query, today=NOW.date(), size=50)
    rows = [found.paper.id for found in whole.found]
    assert len(set(rows)) == whole.total == 23
    for size in (1, 7, 22):
        pages = [
            await services.searching.search(query, today=NOW.date(), start=start, size=size)
            for start in range(0, 23, size)
        ]
        assert [found.paper.id for page in pages for found in page.found] == rows
        assert [page.more for page in pages] == [True] * (len(pages) - 1) + [False]


async def test_sources_are_added_all_or_none(database: Database) -> None:
    """Where one source can't be used none is added; one added twice is there once; removed is not polled."""
    managing = ManageSources(database, lambda: NOW, base="/base")
    with pytest.raises(SourceError, match="nosuch"):
        await managing.add(["arxiv:cs.CV", "nosuch:x"])
    assert await managing.polled() == []
    await managing.add(["digests", "arxiv:cs.CV", "./digests"])
    assert [source.label for source in await managing.polled()] == ["/base/digests", "arxiv:cs.CV"]
    assert await managing.remove("digests") == "/base/digests"
    assert [source.label for source in await managing.polled()] == ["arxiv:cs.CV"]
