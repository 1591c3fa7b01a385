"""The Protocols between services and adapters: sources, formats and platforms implement them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from contextlib import AbstractAsyncContextManager
    from datetime import date, datetime

    from bot.domain.chat.command import Chat, ChatKey, Reply
    from bot.domain.papers.parsed_entry import Document, ParsedDocument
    from bot.domain.sources.source import Cursor, Reading, SourceUri


class Clock(Protocol):
    """Tells the time."""

    def __call__(self) -> datetime:
        """Return the time now, timezone-aware UTC."""
        ...


class Reader(Protocol):
    """Fetches the new and changed documents of a source."""

    async def read(self, source: SourceUri, cursor: Cursor) -> Reading:
        """Return what is new since the cursor.

        Raises:
            FetchError: nothing of the source could be fetched.
            SourceError: the source can't be used as it is written.
        """
        ...


class ArxivApi(Protocol):
    """Asks arXiv's query API; waits for its turn, which is one request in 3 s."""

    async def search(self, query: str, *, start: int, size: int, name: str) -> tuple[Document, int | None]:
        """Return a page of what a query finds, the oldest first, and how many results there are in all.

        Args:
            query: as the API reads it.
            start: how many results to leave out.
            size: how many to return at most.
            name: what errors call the answer.

        Raises:
            FetchError: it could not be fetched.
        """
        ...

    async def by_ids(self, ids: Sequence[str], *, name: str) -> Document:
        """Return the newest versions of papers; ids that arXiv does not know are not in it.

        Args:
            ids: arXiv ids without versions.
            name: what errors call the answer.

        Raises:
            FetchError: it could not be fetched.
        """
        ...


class Histories(Protocol):
    """Fetches earlier versions of overwritten files."""

    async def history(self, source: SourceUri, *, since: date) -> Sequence[Document]:
        """Return earlier contents of a source's files, the oldest first, as far back as a day (UTC).

        Raises:
            FetchError: they could not be fetched.
        """
        ...


class Parse(Protocol):
    """Recognizes the format of a document and parses it. Blocking: call it outside the event loop."""

    def __call__(self, document: Document) -> ParsedDocument:
        """Return what the document holds.

        Raises:
            DocumentError: the document can't be read.
        """
        ...


class Dispatch(Protocol):
    """Answers a message in a chat; platforms get it from the composition root."""

    def __call__(
        self, text: str, chat: Chat, *, may_change: Callable[[], Awaitable[bool]] | None = None
    ) -> Awaitable[Reply]:
        """Return the answer; never raises for what a person typed.

        Args:
            text: as typed, or the command of a button.
            chat: where it was typed.
            may_change: whether who asks may change what the chat gets; asked only where that matters. None
                where everybody may.
        """
        ...


class OpenChat(Protocol):
    """Finds a chat, or stores it with the defaults of this installation."""

    def __call__(self, key: ChatKey) -> Awaitable[Chat]:
        """Return the chat."""
        ...


class Platform(Protocol):
    """Sends messages to the chats of one platform."""

    def turn(self, chat: Chat) -> AbstractAsyncContextManager[object]:
        """Wait until a message may be sent to a chat; the message is sent inside the block."""
        ...

    async def send(self, chat: Chat, message: Reply, *, delivery_id: int, plain: bool) -> str:
        """Send a message and return what the platform calls it.

        Args:
            chat: where it goes.
            message: what is sent.
            delivery_id: names the delivery; a platform that can, stores it with the message.
            plain: whether to leave the markup out, since the platform refused it.

        Raises:
            DeliveryError: it was not sent, or nobody knows; by its class.
        """
        ...


@runtime_checkable
class Finder(Protocol):
    """Searches for a message that may have been sent, on platforms that store the delivery with it."""

    async def find(self, chat: Chat, delivery_id: int, *, since: int) -> str | None:
        """Return what the platform calls the message of a delivery, or None where there is none yet.

        Args:
            chat: where it would be.
            delivery_id: of `Platform.send`.
            since: UTC epoch seconds; it can't be older.

        Raises:
            LookupError: this chat can't be looked at.
            DeliveryError: the platform did not answer.
        """
        ...
