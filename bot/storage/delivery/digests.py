"""Digests and the papers that each chat has seen; this is what prevents repeats."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select, update

from bot.domain.cards.card import Reason
from bot.domain.papers.paper import PaperEvent
from bot.storage.engine.statements import as_json, batches, insert_for, reserve_ids
from bot.storage.schema import digests, paper_events, seen, updates

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class CompiledDigest:
    """A scheduled digest as it is stored.

    Attributes:
        chat_id: the chat.
        slot: what it is for; a chat has each slot once.
        skipped: whether it is too late for it; then it is empty.
        papers: rows of papers in order, each with the subscriptions (number, canonical query) that match it.
        held_back: how many more wait for the next one.
        events: rows of what happened to papers that the chat was shown.
    """

    chat_id: int
    slot: str
    skipped: bool
    papers: tuple[tuple[int, tuple[tuple[int, str], ...]], ...]
    held_back: int
    events: tuple[int, ...]

    @property
    def is_sent(self) -> bool:
        """Whether there is something to send."""
        return bool(self.papers or self.events)


async def add_compiled(
    connection: AsyncConnection, compiled: Sequence[CompiledDigest], *, now: int
) -> list[tuple[int, CompiledDigest]]:
    """Store digests with their papers and events; return those of new slots with their rows."""
    if not compiled:
        return []
    ids = await reserve_ids(connection, digests, len(compiled))
    rows = [
        {
            "id": row,
            "chat_id": one.chat_id,
            "compiled_at": now,
            "slot": one.slot,
            "skipped": one.skipped,
            "held_back": one.held_back,
        }
        for row, one in zip(ids, compiled, strict=True)
    ]
    await connection.execute(insert_for(connection, digests).on_conflict_do_nothing(), rows)
    there = set((await connection.execute(select(digests.c.id).where(digests.c.id.in_(ids)))).scalars())
    stored = [(row, one) for row, one in zip(ids, compiled, strict=True) if row in there]
    shown: list[dict[str, Any]] = [
        {
            "chat_id": one.chat_id,
            "paper_id": paper_id,
            "digest_id": row,
            "position": position,
            "reasons": _reasons(numbers),
            "at": now,
        }
        for row, one in stored
        for position, (paper_id, numbers) in enumerate(one.papers, start=1)
    ]
    if shown:
        await connection.execute(insert_for(connection, seen), shown)
    told = [
        {"chat": one.chat_id, "event": event_id, "row": row} for row, one in stored for event_id in one.events
    ]
    if told:
        which = (updates.c.chat_id == bindparam("chat")) & (updates.c.event_id == bindparam("event"))
        await connection.execute(update(updates).where(which).values(digest_id=bindparam("row")), told)
    return stored


@lru_cache(maxsize=4_096)  # a chat's papers are mostly there for the same reasons
def _reasons(numbers: tuple[tuple[int, str], ...]) -> str:
    return as_json([[number, query, []] for number, query in numbers])


async def seen_among(connection: AsyncConnection, chat_id: int, paper_ids: Iterable[int]) -> set[int]:
    """Return which of these papers a chat has already been shown in a digest."""
    known: set[int] = set()
    for chunk in batches(sorted(set(paper_ids))):
        statement = select(seen.c.paper_id).where((seen.c.chat_id == chat_id) & seen.c.paper_id.in_(chunk))
        known.update((await connection.execute(statement)).scalars())
    return known


async def add(connection: AsyncConnection, chat_id: int, *, now: int) -> int:
    """Store a digest, still empty; return its row."""
    statement = insert_for(connection, digests).values(chat_id=chat_id, compiled_at=now)
    row: int = (await connection.execute(statement.returning(digests.c.id))).scalar_one()
    return row


async def record(
    connection: AsyncConnection,
    chat_id: int,
    items: Sequence[tuple[int, tuple[Reason, ...]]],
    *,
    now: int,
) -> list[int]:
    """Store a digest and that its papers were shown; return those not shown before, in the same order.

    Two compilations at the same time never both get a paper: the table's key decides.
    """
    digest_id = await add(connection, chat_id, now=now)
    statement = insert_for(connection, seen).on_conflict_do_nothing().returning(seen.c.paper_id)
    rows: list[dict[str, Any]] = [
        {
            "chat_id": chat_id,
            "paper_id": paper_id,
            "digest_id": digest_id,
            "position": position,
            "reasons": json.dumps(
                [[reason.subscription, reason.query, reason.words] for reason in reasons], ensure_ascii=False
            ),
            "at": now,
        }
        for position, (paper_id, reasons) in enumerate(items, start=1)
    ]
    # In the order of the key, so that two compilations never wait for each other's rows.
    rows.sort(key=itemgetter("paper_id"))
    first_time = {
        paper_id
        for chunk in batches(rows)
        for paper_id in (await connection.execute(statement, list(chunk))).scalars()
    }
    return [
        paper_id for paper_id in dict.fromkeys(paper_id for paper_id, _ in items) if paper_id in first_time
    ]


async def shown(
    connection: AsyncConnection, chat_id: int, paper_id: int
) -> tuple[int, tuple[Reason, ...]] | None:
    """Return when a chat was shown a paper (epoch seconds) and why, or None."""
    statement = select(seen.c.at, seen.c.reasons).where(
        (seen.c.chat_id == chat_id) & (seen.c.paper_id == paper_id)
    )
    row = (await connection.execute(statement)).first()
    if not row:
        return None
    return row.at, _reasons_in(row.reasons)


@dataclass(frozen=True, slots=True)
class StoredDigest:
    """A digest as it was compiled.

    Attributes:
        id: its row.
        chat_id: the chat.
        slot: what it was for, or None where somebody asked for it.
        compiled_at: UTC epoch seconds.
        skipped: whether it was too late for its slot.
        held_back: how many papers were over the limit.
        papers: how many it brought.
    """

    id: int
    chat_id: int
    slot: str | None
    compiled_at: int
    skipped: bool
    held_back: int
    papers: int


async def by_id(connection: AsyncConnection, digest_id: int) -> StoredDigest | None:
    """Return the digest of this row."""
    found = await _select(connection, digests.c.id == digest_id, limit=1)
    return found[0] if found else None


async def scheduled(connection: AsyncConnection, chat_id: int, *, limit: int) -> list[StoredDigest]:
    """Return a chat's digests that its schedule made, also those without papers, the newest first."""
    return await _select(
        connection, (digests.c.chat_id == chat_id) & digests.c.slot.is_not(None), limit=limit
    )


async def last_was_skipped(connection: AsyncConnection, chat_ids: Sequence[int]) -> list[int]:
    """Return those of these chats whose last scheduled digest was skipped."""
    found: list[int] = []
    for chunk in batches(chat_ids):
        scheduled = digests.c.chat_id.in_(chunk) & digests.c.slot.is_not(None)
        last = select(func.max(digests.c.id)).where(scheduled).group_by(digests.c.chat_id)
        statement = select(digests.c.chat_id).where(digests.c.id.in_(last) & digests.c.skipped)
        found.extend((await connection.execute(statement)).scalars())
    return found


async def papers_of(connection: AsyncConnection, digest_id: int) -> list[tuple[int, tuple[Reason, ...]]]:
    """Return the papers of a digest in its order, each with why it is in it."""
    statement = select(seen.c.paper_id, seen.c.reasons).where(seen.c.digest_id == digest_id)
    rows = await connection.execute(statement.order_by(seen.c.position))
    return [(row.paper_id, _reasons_in(row.reasons)) for row in rows]


async def events_of(connection: AsyncConnection, digest_id: int) -> list[tuple[int, PaperEvent]]:
    """Return what a digest tells of papers that were shown before: paper and event."""
    statement = (
        select(paper_events.c.paper_id, paper_events.c.kind, paper_events.c.version)
        .join(updates, updates.c.event_id == paper_events.c.id)
        .where(updates.c.digest_id == digest_id)
        .order_by(paper_events.c.id)
    )
    rows = await connection.execute(statement)
    return [(row.paper_id, PaperEvent(row.kind, row.version)) for row in rows]


async def _select(
    connection: AsyncConnection, condition: ColumnElement[bool], *, limit: int
) -> list[StoredDigest]:
    brought = select(func.count()).where(seen.c.digest_id == digests.c.id).scalar_subquery()
    statement = select(*digests.c, brought.label("papers")).where(condition)
    rows = await connection.execute(statement.order_by(digests.c.id.desc()).limit(limit))
    return [StoredDigest(**row._asdict()) for row in rows]


def _reasons_in(stored: str) -> tuple[Reason, ...]:
    return tuple(
        Reason(query, tuple(words), subscription) for subscription, query, words in json.loads(stored)
    )


async def last_id(connection: AsyncConnection, chat_id: int) -> int:
    """Return the row of a chat's last digest, or 0 where it has none."""
    newest = select(func.coalesce(func.max(digests.c.id), 0)).where(digests.c.chat_id == chat_id)
    last: int = (await connection.execute(newest)).scalar_one()
    return last


async def last_compiled_at(connection: AsyncConnection, chat_id: int) -> int | None:
    """Return when a chat's last digest was compiled (epoch seconds), or None."""
    statement = select(func.max(digests.c.compiled_at)).where(digests.c.chat_id == chat_id)
    last: int | None = (await connection.execute(statement)).scalar_one()
    return last
