"""Parses sources without storing anything: for `parse`, `match` and `sources check`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.sources.source import Cursor
from bot.domain.sources.source_uri import parse_source_uri
from bot.errors import DocumentError, SourceError
from bot.services.reading.read_source import readings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.domain.papers.parsed_entry import ParsedDocument
    from bot.ports import Parse, Reader


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for one document, or for a source that could not be read.

    Attributes:
        name: the document, without credentials; the source as written where it could not be read.
        parsed: what the document holds, or None.
        error: why there is nothing, or None.
    """

    name: str
    parsed: ParsedDocument | None = None
    error: DocumentError | SourceError | None = None


async def parse_source(text: str, reader: Reader, parse: Parse, *, base: str = "") -> AsyncIterator[Outcome]:
    """Yield what each document of a source holds; what can't be read is yielded as its error.

    Args:
        text: the source URI.
        reader: fetches documents.
        parse: recognises and reads a document.
        base: the folder that relative paths start from; empty leaves documents named as written.
    """
    try:
        async for reading in readings(reader, parse_source_uri(text, base=base), Cursor()):
            for document in reading.documents:
                try:
                    yield Outcome(document.name, await asyncio.to_thread(parse, document))
                except DocumentError as error:
                    yield Outcome(document.name, error=error)
            for failure in reading.failures:
                yield Outcome(failure.document, error=failure)
    except (DocumentError, SourceError) as error:
        yield Outcome(text, error=error)
