"""A chat on a real archive, with a clock that only tests move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from invented_digests import parsed

from bot.app import chat_services
from bot.data import bundled_categories, bundled_glossary, bundled_holidays
from bot.domain.cards.card import Card
from bot.domain.chat.command import ChatKey, Text
from bot.domain.sources.source import Cursor
from bot.domain.sources.source_uri import parse_source_uri
from bot.services.digests.compile_due import CompileDue
from bot.services.digests.digest_scheduler import DigestScheduler
from bot.services.matching.enqueue_matches import EnqueueMatches
from bot.services.matching.match_papers import MatchPapers
from bot.services.reading.store_document import SourceRef, store_document
from bot.services.subscriptions.queries import Queries
from bot.storage.archive import sources
from bot.storage.delivery import outbox
from bot.storage.delivery.outbox import Claim
from handlers import COMMANDS
from handlers.digests.digest_message import message_of
from handlers.dispatch import Dispatcher

if TYPE_CHECKING:
    from bot.domain.chat.command import Reply
    from bot.domain.papers.parsed_entry import Entry, ParsedDocument
    from bot.storage.engine.database import Database

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
        platform: the platform.
    """

    def __init__(self, database: Database, name: str = "one", platform: str = "console") -> None:
        self.now = START
        self._database = database
        self._key = ChatKey(platform, name)
        queries = Queries(bundled_glossary(), bundled_categories())
        services = chat_services(database, queries, self._clock, language="en", zone="UTC", quota=QUOTA)
        self._chats, self._reading = services.chats, services.reading
        self._dispatch = Dispatcher(COMMANDS, services, self._clock)
        queueing = EnqueueMatches(database, MatchPapers(database, queries), self._clock, owner="test")
        compiling = CompileDue(database, self._clock, catch_up=timedelta(hours=12))
        self._serving = DigestScheduler(database, queueing, compiling, self._clock, bundled_holidays())

    async def say(self, text: str) -> Told:
        """Return the answer to what is typed."""
        return Told(await self._dispatch(text, await self._chats.open(self._key)))

    async def tick(self) -> list[Told]:
        """Do what is due now; return the messages that the chat gets."""
        await self._serving.tick()
        chat = await self._chats.open(self._key)
        seconds = int(self.now.timestamp())
        claim = Claim("test", seconds, seconds + 60)
        async with self._database.write() as connection:
            claimed = await outbox.claim(connection, claim, {"console"}, limit=100)
            mine = [one for one in claimed if one.chat_id == chat.id]
            await outbox.begin(connection, "test", mine, now=seconds)
            await outbox.acknowledge(connection, "test", [(one, "m") for one in mine], now=seconds)
            await outbox.give_back(
                connection, "test", [one for one in claimed if one not in mine], now=seconds
            )
        told = []
        for one in mine:
            _, content = await self._reading.of_delivery(one.chat_id, one.digest_id)
            told.append(Told(message_of(content, chat.language)))
        return told

    async def bring(self, *entries: Entry, source: str = SOURCE, topic: str | None = None) -> None:
        """Store a document of a source, now."""
        await self.store(parsed(*entries, topic=topic), source)

    async def store(self, document: ParsedDocument, source: str) -> None:
        """Store a parsed document of a source, now."""
        seconds = int(self.now.timestamp())
        uri = parse_source_uri(source)
        async with self._database.write() as connection:
            row = await sources.add(connection, uri, now=seconds)
        stored = await store_document(
            self._database,
            document,
            source=SourceRef(row, uri.label),
            document=f"{source}/{seconds}",
            now=seconds,
        )
        async with self._database.write() as connection:
            await sources.save_reading(
                connection,
                row,
                before=Cursor(),
                after=Cursor(),
                now=seconds,
                next_poll_at=seconds,
                brought_new=bool(stored.new),
                error=None,
            )

    def later(self, **time: float) -> None:
        """Let time go by."""
        self.now += timedelta(**time)

    def _clock(self) -> datetime:
        return self.now
