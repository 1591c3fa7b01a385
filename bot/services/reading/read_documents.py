"""Parses and stores the documents of one poll, one at a time.

An invalid document does not stop the others.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.errors import DocumentError
from bot.services.reading.store_document import SourceRef, StoreReport, store_document

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.domain.papers.parsed_entry import Document, ParsedDocument
    from bot.domain.sources.source import Reading
    from bot.ports import Clock, Parse
    from bot.storage.engine.database import Database


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """The result for one document.

    Attributes:
        name: the document, without credentials.
        format: the format that read it, or None where none could.
        stored: what it changed.
        warnings: what was odd but harmless.
        error: why it was refused, or None; then nothing of it was stored.
    """

    name: str
    format: str | None = None
    stored: StoreReport = field(default_factory=StoreReport)
    warnings: tuple[str, ...] = ()
    error: DocumentError | None = None


class DocumentStore:
    """Parses and stores documents.

    Args:
        database: where papers are kept.
        parse: recognises and reads a document.
        clock: tells the time.
    """

    def __init__(self, database: Database, parse: Parse, clock: Clock) -> None:
        self._database = database
        self._parse = parse
        self._clock = clock

    async def take_in(
        self,
        reading: Reading,
        *,
        source: SourceRef,
        news: bool = True,
        on_document: Callable[[DocumentReport], None] | None = None,
    ) -> list[DocumentReport]:
        """Store the documents of a reading.

        Args:
            reading: what a source gave.
            source: the source.
            news: as `store_document` takes it.
            on_document: is told of each document as it is done.

        Raises:
            StorageError: a document could not be stored; it and the ones after it were not.
        """
        reports: list[DocumentReport] = []
        for document in reading.documents:
            reports.append(await self._one(document, source, news=news))
            if on_document:
                on_document(reports[-1])
        for error in reading.failures:
            reports.append(DocumentReport(error.document, error=error))
            if on_document:
                on_document(reports[-1])
        return reports

    async def _one(self, document: Document, source: SourceRef, *, news: bool) -> DocumentReport:
        try:
            parsed: ParsedDocument = await asyncio.to_thread(self._parse, document)
        except DocumentError as error:
            return DocumentReport(document.name, error=error)
        now = int(self._clock().timestamp())
        stored = await store_document(
            self._database, parsed, source=source, document=document.name, now=now, news=news
        )
        return DocumentReport(document.name, parsed.format, stored, parsed.warnings)
