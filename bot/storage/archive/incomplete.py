"""arXiv papers without authors or categories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, func, select, update

from bot.storage.engine.statements import batches, insert_for
from bot.storage.schema import incomplete

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection


async def add(connection: AsyncConnection, paper_ids: Sequence[int], *, now: int) -> None:
    """Let arXiv be asked for papers; one that waits already, or is rested, stays as it is."""
    for chunk in batches(paper_ids):
        rows = [{"paper_id": row, "due_at": now} for row in chunk]
        await connection.execute(insert_for(connection, incomplete).on_conflict_do_nothing(), rows)


async def due(connection: AsyncConnection, *, now: int, limit: int) -> dict[int, int]:
    """Return papers that are to be asked for, the newest first, with how often they were not found."""
    statement = (
        select(incomplete.c.paper_id, incomplete.c.tries)
        .where(incomplete.c.due_at <= now)
        .order_by(incomplete.c.paper_id.desc())
        .limit(limit)
    )
    return {row.paper_id: row.tries for row in await connection.execute(statement)}


async def remove(connection: AsyncConnection, paper_ids: Iterable[int]) -> None:
    """Ask no more for papers."""
    for chunk in batches(sorted(set(paper_ids))):
        await connection.execute(delete(incomplete).where(incomplete.c.paper_id.in_(chunk)))


async def rest(connection: AsyncConnection, until: Mapping[int, int]) -> None:
    """Ask for papers that arXiv did not know again later.

    Args:
        connection: an open transaction.
        until: by paper, when (UTC epoch seconds).
    """
    statement = (
        update(incomplete)
        .where(incomplete.c.paper_id == bindparam("row"))
        .values(tries=incomplete.c.tries + 1, due_at=bindparam("until"))
    )
    for chunk in batches(sorted(until.items())):
        await connection.execute(statement, [{"row": row, "until": when} for row, when in chunk])


async def count(connection: AsyncConnection) -> int:
    """Return how many papers wait to be asked for, those that rest included."""
    return (await connection.execute(select(func.count()).select_from(incomplete))).scalar_one()
