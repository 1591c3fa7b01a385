"""What each source wrote about a paper, and the events of papers."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from bot.domain.papers.paper import PaperEvent
from bot.domain.text.normalize import bounded_key
from bot.storage.engine.clean_text import clean
from bot.storage.engine.statements import as_json, batches, insert_for, reserve_ids
from bot.storage.schema import paper_events, paper_sources, papers

_MONTH = 30 * 86_400

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.domain.papers.parsed_entry import Entry

    _Key = tuple[int, str]


async def record(
    connection: AsyncConnection,
    sightings: Sequence[tuple[int, Entry]],
    *,
    source_id: int,
    document: str,
    topic: str | None,
    now: int,
) -> set[int]:
    """Keep what a document wrote about papers; return the papers about which it says something new.

    Each document's text is kept beside the others': one paper is in several topics of a day with
    another summary in each (172 ids of the corpus counted in digest-formats).
    """
    latest = {(paper_id, clean(bounded_key(entry.external_id))): entry for paper_id, entry in sightings}
    name = clean(bounded_key(document))
    touched: set[int] = set()
    # In the order of the key, so that two processes never wait for each other's rows.
    for chunk in batches(sorted(latest.items(), key=lambda item: item[0])):
        known = await _texts(connection, [key[0] for key, _ in chunk], source_id, name)
        said = await asyncio.to_thread(_said, chunk)
        rows: list[dict[str, Any]] = [
            {
                "paper_id": paper_id,
                "source_id": source_id,
                "document": name,
                "external_id": external_id,
                "topic": topic,
                "text": text,
                "seen_at": now,
            }
            for (paper_id, external_id), text in said
            if known.get((paper_id, external_id)) != text
        ]
        touched.update(row["paper_id"] for row in rows)
        if rows:
            statement = insert_for(connection, paper_sources)
            await connection.execute(
                statement.on_conflict_do_update(
                    index_elements=list(paper_sources.primary_key.columns),
                    set_={"text": statement.excluded.text, "topic": statement.excluded.topic},
                ),
                rows,
            )
    return touched


def _said(chunk: Sequence[tuple[_Key, Entry]]) -> list[tuple[_Key, str]]:
    return [(key, _entry_text(entry)) for key, entry in chunk]


async def by_entry_names(
    connection: AsyncConnection, source_id: int, names: Iterable[str]
) -> dict[str, list[int]]:
    """Return the papers that a source's items of these names were found to be, the latest first."""
    wanted = {clean(bounded_key(name)): name for name in names}
    found: dict[str, list[int]] = {}
    for chunk in batches(sorted(wanted)):
        statement = (
            select(paper_sources.c.external_id, paper_sources.c.paper_id)
            .where((paper_sources.c.source_id == source_id) & paper_sources.c.external_id.in_(chunk))
            .order_by(paper_sources.c.seen_at.desc(), paper_sources.c.paper_id.desc())
        )
        for row in await connection.execute(statement):
            papers = found.setdefault(wanted[row.external_id], [])
            if row.paper_id not in papers:
                papers.append(row.paper_id)
    return found


async def _texts(
    connection: AsyncConnection, paper_ids: Sequence[int], source_id: int, document: str
) -> dict[tuple[int, str], str]:
    """Return what a document is known to say, by paper and external id."""
    statement = select(paper_sources.c.paper_id, paper_sources.c.external_id, paper_sources.c.text).where(
        paper_sources.c.paper_id.in_(paper_ids)
        & (paper_sources.c.source_id == source_id)
        & (paper_sources.c.document == document)
    )
    return {(row.paper_id, row.external_id): row.text for row in await connection.execute(statement)}


async def categories_seen(
    connection: AsyncConnection, source_ids: Sequence[int], *, since: int
) -> list[tuple[str, int]]:
    """Return the primary category of each paper that these sources listed, and when they did first.

    Args:
        connection: an open view.
        source_ids: rows of sources.
        since: UTC epoch seconds; what they listed before is left out, and what was known long before then.
    """
    # The key begins with the paper: the rows of papers that were not known a month ago are read.
    month_ago = since - _MONTH
    first = select(func.min(papers.c.id + 0)).where(papers.c.first_seen_at >= month_ago).scalar_subquery()
    at = func.min(paper_sources.c.seen_at)
    statement = (
        select(papers.c.categories, at)
        .join(papers, papers.c.id == paper_sources.c.paper_id)
        .where(paper_sources.c.paper_id >= first, paper_sources.c.source_id.in_(source_ids))
        .group_by(papers.c.id, papers.c.categories)
        .having(at >= since)
    )
    rows = (await connection.execute(statement)).all()
    return [(json.loads(row[0])[0], row[1]) for row in rows if row[0] != "[]"]


async def record_events(
    connection: AsyncConnection, events: Sequence[tuple[int, PaperEvent]], *, source_id: int, now: int
) -> list[int]:
    """Keep what happened to papers; return the rows, in the same order."""
    if not events:
        return []
    ids = await reserve_ids(connection, paper_events, len(events))
    await connection.execute(
        insert_for(connection, paper_events),
        [
            {
                "id": row,
                "paper_id": paper_id,
                "kind": event.kind,
                "version": event.version,
                "source_id": source_id,
                "at": now,
            }
            for row, (paper_id, event) in zip(ids, events, strict=True)
        ],
    )
    return ids


async def events_of(connection: AsyncConnection, paper_id: int) -> list[tuple[PaperEvent, int]]:
    """Return what happened to a paper with the time (epoch seconds), oldest first."""
    statement = (
        select(paper_events.c.kind, paper_events.c.version, paper_events.c.at)
        .where(paper_events.c.paper_id == paper_id)
        .order_by(paper_events.c.id)
    )
    rows = await connection.execute(statement)
    return [(PaperEvent(row.kind, row.version), row.at) for row in rows]


def _entry_text(entry: Entry) -> str:
    """Return what only this source says; the facts all sources share stand on the paper."""
    review = entry.review
    text = {
        "title": entry.title,
        "comment": entry.comment,
        "announcement": entry.announcement,
        "summary": entry.summary,
        "takeaways": entry.takeaways,
        "review": review.raw if review else None,
        "images": entry.images,
        "votes": entry.votes,
        "url": entry.url,
    }
    return clean(as_json({name: value for name, value in text.items() if value}))
