"""A chat on a real archive, with a clock that only tests move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from invented_digests import parsed

from bot.data import bundled_categories, bundled_glossary
from bot.domain.card import Card
from bot.domain.command import ChatKey, Text
from bot.domain.source_uri import parse_source_uri
from bot.services.chat_services import ChatServices
from bot.services.chats import Chats
from bot.services.compile_digests import CompileDigests
from bot.services.explain_paper import ExplainPaper
from bot.services.manage_subscriptions import ManageSubscriptions
from bot.services.preview_query import PreviewQuery
from bot.services.queries import Queries
from bot.services.search_papers import SearchPapers
from bot.services.store_document import SourceRef, store_document
from bot.storage import sources
from handlers import COMMANDS
from handlers.dispatch import Dispatcher

if TYPE_CHECKING:
    from bot.domain.command import Reply
    from bot.domain.entry import Entry, Parsed
    from bot.storage.database import Database

START = datetime(2025, 3, 14, 9, 0, tzinfo=UTC)
QUOTA = 5
SOURCE = "https://one.example.org/feed"


class Told:
    """An answer, in the pieces that tests ask about.

    Args:
        reply: the answer.
    """

    def __init__(self, reply: Reply) -> None:
        self.parts = reply.parts
        self.text = "\n".join(part.text for part in reply.parts if isinstance(part, Text))
        self.tones = [part.tone for part in reply.parts if isinstance(part, Text)]
        self.cards = [part for part in reply.parts if isinstance(part, Card)]
        self.ids = [card.paper_id for card in self.cards]
        self.commands = [button.command for button in reply.buttons]


class Conversation:
    """One chat with paperwire.

    Args:
        database: a migrated archive.
        name: the chat's name on its platform.
    """

    def __init__(self, database: Database, name: str = "one") -> None:
        self.now = START
        self._database = database
        self._key = ChatKey("console", name)
        queries = Queries(bundled_glossary(), bundled_categories())
        searching = SearchPapers(database)
        previews = PreviewQuery(database, searching)
        self._chats = Chats(database, self._clock, "en", "UTC")
        self._dispatch = Dispatcher(
            COMMANDS,
            ChatServices(
                chats=self._chats,
                queries=queries,
                searching=searching,
                previews=previews,
                subscriptions=ManageSubscriptions(database, queries, previews, quota=QUOTA),
                digests=CompileDigests(database, queries, searching),
                explaining=ExplainPaper(database, queries),
            ),
            self._clock,
        )

    async def say(self, text: str) -> Told:
        """Return the answer to what is typed."""
        return Told(await self._dispatch(text, await self._chats.open(self._key)))

    async def bring(self, *entries: Entry, source: str = SOURCE, topic: str | None = None) -> None:
        """Store a document of a source, now."""
        await self.store(parsed(*entries, topic=topic), source)

    async def store(self, document: Parsed, source: str) -> None:
        """Store a parsed document of a source, now."""
        seconds = int(self.now.timestamp())
        uri = parse_source_uri(source)
        async with self._database.write() as connection:
            row = await sources.add(connection, uri, now=seconds)
        await store_document(
            self._database,
            document,
            source=SourceRef(row, uri.label),
            document=f"{source}/{seconds}",
            now=seconds,
        )

    def later(self, **time: float) -> None:
        """Let time go by."""
        self.now += timedelta(**time)

    def _clock(self) -> datetime:
        return self.now
