"""Stores one parsed document in one transaction.

Identifies and merges papers, keeps each source's text, updates the index.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from bot.domain.delivery.digest import is_news
from bot.domain.papers.identification import DocumentChanges, KnownPapers, identify_all, needs_titles
from bot.domain.papers.paper import ids_of, names
from bot.domain.text.normalize import title_key
from bot.storage import search
from bot.storage.archive import incomplete, papers, sightings, unannounced
from bot.storage.archive.join_papers import join
from bot.storage.delivery import waiting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.domain.papers.paper import Paper
    from bot.domain.papers.parsed_entry import Entry, ParsedDocument
    from bot.storage.engine.database import Connection, Database

_TITLE_CANDIDATES = 50
"""Papers compared for one title; more share a beginning only where it says nothing."""


@dataclass(frozen=True, slots=True)
class SourceRef:
    """A stored source.

    Attributes:
        id: its row.
        label: its URI without credentials.
    """

    id: int
    label: str


@dataclass(frozen=True, slots=True)
class StoreReport:
    """What storing a document changed, in papers.

    Attributes:
        new: rows of papers that no source had announced before.
        merged: how many known papers got something: a source, a version, a text.
        unchanged: how many papers were known as they are.
    """

    new: tuple[int, ...] = ()
    merged: int = 0
    unchanged: int = 0


async def store_document(
    database: Database,
    parsed: ParsedDocument,
    *,
    source: SourceRef,
    document: str,
    now: int,
    news: bool = True,
    read_back_since: int = 0,
) -> StoreReport:
    """Store what a document holds, in one transaction.

    What is no news changes nothing of what chats get: a paper that only reading back brought is news when
    the first source announces it.

    Args:
        database: where.
        parsed: what the document holds.
        source: what brought it.
        document: the document's name, without credentials.
        now: UTC epoch seconds.
        news: False for papers of the past: no digest brings them for that alone.
        read_back_since: of papers that were read back, those are news that came at this time (UTC epoch
            seconds) or later.

    Raises:
        StorageError: nothing was stored.
    """
    if not parsed.entries:
        return StoreReport()
    async with database.write() as connection:
        known = await _look_up(connection, parsed.entries, source.id)
        decided = await asyncio.to_thread(
            identify_all,
            parsed.entries,
            known,
            topic=parsed.topic,
            source=source.label,
            now=now,
            past=not news,
        )
        if not news:
            decided = replace(decided, new=tuple(_of_its_day(paper, now) for paper in decided.new))
        new = await _write_papers(connection, decided, now=now)
        await papers.add_other_ids(connection, _other_ids(decided, new))
        touched = await sightings.record(
            connection,
            [(_row(paper, new), entry) for paper, entry in decided.sightings],
            source_id=source.id,
            document=document,
            topic=parsed.topic,
            now=now,
        )
        events = await sightings.record_events(
            connection,
            [(_row(paper, new), event) for paper, event in decided.events],
            source_id=source.id,
            now=now,
        )
        old = {paper.id: paper for paper, _ in decided.sightings if paper.id}
        first = await unannounced.take(connection, old, since=read_back_since) if news else set()
        announced = [*((new[paper.canonical_id], paper) for paper in decided.new), *_rows_of(first, old)]
        today = datetime.fromtimestamp(now, UTC).date()
        await waiting.add_arrivals(
            connection,
            [row for row, paper in announced if news and is_news(paper.latest_day, today)],
            [row for row, (_, event) in zip(events, decided.events, strict=True) if event.kind != "code"],
        )
        if not news:
            await unannounced.add(connection, list(new.values()), now=now)
        lacking = [new[paper.canonical_id] for paper in decided.new if paper.lacks_facts]
        await incomplete.add(connection, lacking, now=now)
    touched |= {after.id for _, after in decided.changed}
    before = old.keys() - first
    return StoreReport((*new.values(), *sorted(first)), len(touched & before), len(before - touched))


async def _look_up(connection: Connection, entries: tuple[Entry, ...], source_id: int) -> KnownPapers:
    canonical_ids = [name for entry in entries for name in names(entry)]
    dois = [entry.doi for entry in entries if entry.doi]
    known = KnownPapers(
        by_canonical_id=await papers.by_canonical_ids(connection, canonical_ids),
        by_doi=await papers.by_dois(connection, dois) if dois else {},
        by_entry_name=await _by_entry_names(connection, entries, source_id),
    )
    nameless = any(not entry.arxiv for entry in entries) or await papers.without_arxiv_id_exist(connection)
    undecided = needs_titles(entries, known, nameless_exist=nameless)
    if not undecided:
        return known
    keys = [title_key(entry.title) for entry in undecided]
    near = await papers.by_title_beginnings(connection, keys, limit=_TITLE_CANDIDATES)
    return replace(known, by_title=near)


async def _by_entry_names(
    connection: Connection, entries: tuple[Entry, ...], source_id: int
) -> dict[str, list[Paper]]:
    lasting = [entry.external_id for entry in entries if entry.lasting]
    if not lasting:
        return {}
    rows = await sightings.by_entry_names(connection, source_id, lasting)
    stored = await papers.by_ids(connection, [row for found in rows.values() for row in found])
    return {name: [stored[row] for row in found] for name, found in rows.items()}


def _rows_of(rows: set[int], stored: Mapping[int, Paper]) -> list[tuple[int, Paper]]:
    return [(row, stored[row]) for row in sorted(rows)]


def _of_its_day(paper: Paper, now: int) -> Paper:
    """Return a paper of the past as if it had been seen when it came out, so that it is no recent one."""
    if paper.published is None:
        return paper
    noon = datetime.combine(paper.published, time(12), UTC)
    return replace(paper, first_seen_at=min(int(noon.timestamp()), now))


def _other_ids(decided: DocumentChanges, new: dict[str, int]) -> Iterator[tuple[str, int]]:
    """Yield the ids by which papers are to be found beside their canonical ids and DOIs."""
    for before, after in (*decided.changed, *decided.joined):
        if before.canonical_id != after.canonical_id:
            yield before.canonical_id, _row(after, new)
    for paper, entry in decided.sightings:
        for name in ids_of(entry):
            if name not in (paper.canonical_id, f"doi:{paper.doi}"):
                yield name, _row(paper, new)


async def _write_papers(connection: Connection, decided: DocumentChanges, *, now: int) -> dict[str, int]:
    """Store new and changed papers with their search rows; return the new rows by canonical id."""
    for paper, into in decided.joined:
        await join(connection, paper, into.id)
    ids = await papers.insert(connection, decided.new, now=now)
    await papers.replace(connection, [after for _, after in decided.changed], now=now)
    new = [replace(paper, id=row) for paper, row in zip(decided.new, ids, strict=True)]
    await search.index(connection, new=new, changed=decided.changed)
    return {paper.canonical_id: paper.id for paper in new}


def _row(paper: Paper, new: dict[str, int]) -> int:
    return paper.id or new[paper.canonical_id]
