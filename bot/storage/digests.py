"""Digests and what each chat has seen: the store that keeps papers from coming twice."""

from __future__ import annotations

import json
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from bot.domain.card import Reason
from bot.storage.schema import digests, seen
from bot.storage.statements import batches, insert_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection


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
    reasons = tuple(
        Reason(query, tuple(words), subscription) for subscription, query, words in json.loads(row.reasons)
    )
    return row.at, reasons


async def last_compiled_at(connection: AsyncConnection, chat_id: int) -> int | None:
    """Return when a chat's last digest was compiled (epoch seconds), or None."""
    statement = select(func.max(digests.c.compiled_at)).where(digests.c.chat_id == chat_id)
    last: int | None = (await connection.execute(statement)).scalar_one()
    return last
