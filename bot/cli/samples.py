"""Offers the bundled sample papers to a user who has no source yet."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from bot.app import clock
from bot.domain.sources.source import SourceUri

if TYPE_CHECKING:
    from bot.app import Archive

SAMPLES = SourceUri(text="samples:", kind="folder", target="", label="samples")
"""The bundled sample digests as the source of their papers; never polled."""


async def read_samples(archive: Archive) -> int:
    """Store the bundled sample digests; return how many papers they brought."""
    from bot.domain.papers.parsed_entry import Document
    from bot.domain.sources.source import Reading
    from bot.services.reading.read_documents import DocumentStore
    from bot.services.reading.store_document import SourceRef
    from bot.sources import parse_document
    from bot.storage.archive import incomplete, sources

    folder = resources.files("bot") / "samples"
    documents = tuple(
        Document(item.name, item.read_bytes())
        for item in sorted(folder.iterdir(), key=lambda item: item.name)
        if item.name.endswith(".md")
    )
    async with archive.database.write() as connection:
        row = await sources.add(connection, SAMPLES, now=int(clock().timestamp()), active=False)
    store = DocumentStore(archive.database, parse_document, clock)
    reports = await store.take_in(Reading(documents=documents), source=SourceRef(row, SAMPLES.label))
    new = [row for report in reports for row in report.stored.new]
    async with archive.database.write() as connection:
        await incomplete.remove(connection, new)  # arXiv does not know them: they are invented
    return len(new)
