"""Backfills: ranges of past days that are read from arXiv's query API, and their progress."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from bot.domain.sources.backfill import Backfill
from bot.storage.engine.statements import insert_for
from bot.storage.schema import backfills, sources

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Row
    from sqlalchemy.ext.asyncio import AsyncConnection


async def begin(
    connection: AsyncConnection,
    source_id: int,
    query: str,
    *,
    first_day: date,
    last_day: date,
    news: bool,
    now: int,
) -> bool:
    """Let days be read, and return True; where the same ones were begun already, they stay as they are."""
    statement = insert_for(connection, backfills).values(
        source_id=source_id,
        query=query,
        news=news,
        first_day=first_day.isoformat(),
        last_day=last_day.isoformat(),
        next_day=first_day.isoformat(),
        due_at=now,
        created_at=now,
    )
    statement = statement.on_conflict_do_nothing()
    return (await connection.execute(statement.returning(backfills.c.id))).first() is not None


async def due(connection: AsyncConnection, kinds: Collection[str], *, now: int) -> Backfill | None:
    """Return what is to be read next of the polled sources of some kinds.

    News first, then what did not fail, so that a query that fails forever holds up no other one.
    """
    is_open = backfills.c.done_at.is_(None) & (backfills.c.due_at <= now)
    is_due = is_open & sources.c.active & sources.c.kind.in_(kinds)
    order = (backfills.c.news.desc(), backfills.c.tries, backfills.c.id)
    found = (await connection.execute(_SELECT.where(is_due).order_by(*order).limit(1))).first()
    return _backfill(found) if found else None


async def of_active_sources(connection: AsyncConnection) -> list[Backfill]:
    """Return what was begun for the sources that are polled, in the order in which it was begun."""
    rows = await connection.execute(_SELECT.where(sources.c.active).order_by(backfills.c.id))
    return [_backfill(row) for row in rows]


async def save_days(connection: AsyncConnection, read: Backfill) -> None:
    """Store how far one is (`Backfill.after`), when the last of the papers of these days were stored."""
    statement = update(backfills).where(backfills.c.id == read.id)
    await connection.execute(
        statement.values(
            next_day=read.next_day.isoformat(),
            papers=read.papers,
            tries=read.tries,
            error=read.error,
            done_at=read.done_at,
        )
    )


async def save_failure(connection: AsyncConnection, backfill_id: int, *, error: str, due_at: int) -> None:
    """Store why a reading rests, and until when (UTC epoch seconds)."""
    statement = update(backfills).where(backfills.c.id == backfill_id)
    await connection.execute(statement.values(error=error, due_at=due_at, tries=backfills.c.tries + 1))


async def begin_again(connection: AsyncConnection, backfill_id: int, *, due_at: int) -> None:
    """Let days that brought nothing be read once more at a time (UTC epoch seconds)."""
    statement = update(backfills).where(backfills.c.id == backfill_id)
    again = {"next_day": backfills.c.first_day, "due_at": due_at}
    await connection.execute(statement.values(**again))


_SELECT = select(backfills, sources.c.label).join(sources, sources.c.id == backfills.c.source_id)


def _backfill(row: Row[Any]) -> Backfill:
    values: dict[str, Any] = row._asdict()
    for name in ("first_day", "last_day", "next_day"):
        values[name] = date.fromisoformat(values[name])
    return Backfill(**values)
