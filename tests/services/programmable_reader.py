"""A reader that gives what a test put into it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.domain.papers.parsed_entry import Document, ParsedDocument
from bot.domain.sources.source_uri import parse_source_uri
from bot.errors import MalformedDocumentError
from bot.services.reading.poll_sources import PollSources
from bot.services.reading.read_documents import DocumentStore
from bot.storage.archive import papers, sources

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable

    from bot.domain.papers.parsed_entry import Entry
    from bot.domain.sources.source import Cursor, Reading, SourceUri
    from bot.storage.engine.database import Database


@dataclass(slots=True)
class ProgrammableReader:
    """Gives each source's steps one after the other: readings or errors.

    Attributes:
        steps: what comes next, by the label of the source.
        asked: which sources were asked, with which cursor.
        meanwhile: what happens while a source is asked.
        hanging: by label, what a source waits for before it answers.
    """

    steps: dict[str, list[Reading | Exception]] = field(default_factory=dict)
    asked: list[tuple[str, Cursor]] = field(default_factory=list)
    meanwhile: Callable[[], Awaitable[None]] | None = None
    hanging: dict[str, asyncio.Event] = field(default_factory=dict)

    async def read(self, source: SourceUri, cursor: Cursor) -> Reading:
        """Return or raise the next step."""
        self.asked.append((source.label, cursor))
        if source.label in self.hanging:
            await self.hanging[source.label].wait()
        step = self.steps[source.label].pop(0)
        if self.meanwhile:
            await self.meanwhile()
        if isinstance(step, Exception):
            raise step
        return step


@dataclass(slots=True)
class Library:
    """Documents and what parsing them gives; the parser of these tests.

    Attributes:
        entries: by document name.
    """

    entries: dict[str, tuple[Entry, ...]] = field(default_factory=dict)

    def holds(self, name: str, *entries: Entry) -> Document:
        """Return a document that holds these entries."""
        self.entries[name] = entries
        return Document(name, b"invented")

    def __call__(self, document: Document) -> ParsedDocument:
        """Parse a document; one that nothing was put into is malformed."""
        if document.name not in self.entries:
            raise MalformedDocumentError(document.name, "it is cut off")
        return ParsedDocument("invented", None, (), self.entries[document.name])


class PollingBench:
    """An archive with a reader, documents and a clock that a test sets.

    Args:
        database: the archive.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = datetime(2025, 3, 14, 9, 0, tzinfo=UTC)
        self.reader = ProgrammableReader()
        self.library = Library()

    def clock(self) -> datetime:
        """Return the time that the test set."""
        return self.now

    async def watch(self, *uris: str) -> None:
        """Add sources."""
        async with self.database.write() as connection:
            for uri in uris:
                await sources.add(connection, parse_source_uri(uri), now=0)

    async def papers(self) -> int:
        """Return how many papers there are."""
        async with self.database.read() as connection:
            return await papers.count(connection)


def poller(
    database: Database,
    reader: ProgrammableReader,
    library: Library,
    clock: Callable[[], datetime],
    *,
    owner: str = "one",
) -> PollSources:
    """Return what polls, with an interval of ten minutes and no jitter."""
    return PollSources(
        database,
        reader,
        DocumentStore(database, library, clock),
        clock=clock,
        jitter=lambda: 0.0,
        interval=600,
        owner=owner,
        base="/base",
        holds_up=0.01,
    )
