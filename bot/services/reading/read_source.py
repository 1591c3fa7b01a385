"""Reads a source to its end, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.domain.sources.source import Cursor, Reading, SourceUri
    from bot.ports import Reader


async def readings(reader: Reader, source: SourceUri, cursor: Cursor) -> AsyncIterator[Reading]:
    """Yield what a source gives since a cursor, as many readings as it takes.

    A reading whose `next_poll_in` is 0 says that more waits than one reading holds.

    Raises:
        FetchError: the source could not be fetched.
        SourceError: the source can't be used as it is written.
    """
    while True:
        reading = await reader.read(source, cursor)
        yield reading
        if reading.next_poll_in != 0 or not (reading.documents or reading.failures):
            return
        cursor = reading.cursor
