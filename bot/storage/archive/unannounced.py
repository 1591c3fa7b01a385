"""Papers that only a backfill brought, so that no chat was notified of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from bot.storage.engine.statements import batches
from bot.storage.operations import meta
from bot.storage.schema import unannounced
from bot.storage.search.hit import LAST_READ_BACK

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection


async def add(connection: AsyncConnection, paper_ids: Sequence[int], *, now: int) -> None:
    """Store that new papers came by reading back; in the transaction that stores them."""
    for chunk in batches(paper_ids):
        await connection.execute(insert(unannounced), [{"paper_id": row, "at": now} for row in chunk])
    if paper_ids:
        await meta.put(connection, LAST_READ_BACK, str(max(paper_ids)))


async def among(connection: AsyncConnection, paper_ids: Iterable[int]) -> set[int]:
    """Return which papers came by reading back only."""
    found: set[int] = set()
    for chunk in batches(sorted(set(paper_ids))):
        statement = select(unannounced.c.paper_id).where(unannounced.c.paper_id.in_(chunk))
        found.update((await connection.execute(statement)).scalars())
    return found


async def take(connection: AsyncConnection, paper_ids: Iterable[int], *, since: int = 0) -> set[int]:
    """Return which of these papers came by reading back only; from now on a source announced them.

    Args:
        connection: an open transaction.
        paper_ids: the papers.
        since: only those that were read back at this time (UTC epoch seconds) or later.
    """
    taken: set[int] = set()
    for chunk in batches(sorted(set(paper_ids))):
        statement = delete(unannounced).where(unannounced.c.paper_id.in_(chunk), unannounced.c.at >= since)
        taken.update((await connection.execute(statement.returning(unannounced.c.paper_id))).scalars())
    return taken
