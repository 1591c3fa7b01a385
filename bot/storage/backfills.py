"""Days of arXiv that are read by its query API, oldest first, and how far each reading is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from bot.storage.schema import backfills, sources
from bot.storage.statements import insert_for

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.ext.asyncio import AsyncConnection


_TOLD = 86_400
_CATEGORY = re.compile(r"cat:([\w.-]*\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """A range of days that is read, or was. Times are UTC epoch seconds, days UTC.

    Attributes:
        id: its row.
        source_id: the row of the source for which it is read.
        label: that source's label.
        query: what the papers match, as arXiv's query API reads it, without the days.
        news: whether its papers are news, as those that a feed should have brought.
        first_day: the first day of submission, included.
        last_day: the last one, included.
        next_day: the first day that was not read yet; after `last_day` where all were.
        papers: how many papers it brought that were not known.
        tries: how often arXiv failed or gave nothing since the last day that was read.
        error: why it rests, or None.
        due_at: when it goes on.
        created_at: when it was begun.
        done_at: when it ended, or None.
    """

    id: int
    source_id: int
    label: str
    query: str
    news: bool
    first_day: date
    last_day: date
    next_day: date
    papers: int
    tries: int
    error: str | None
    due_at: int
    created_at: int
    done_at: int | None

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last_day - self.first_day).days + 1

    def is_told(self, now: int) -> bool:
        """Whether people are told of it: while days are left; of news that a feed left out, for a day.

        Args:
            now: UTC epoch seconds.
        """
        return self.papers > 0 and self.created_at >= now - _TOLD if self.news else self.done_at is None

    @property
    def categories(self) -> str:
        """The categories of its query, for people."""
        return ", ".join(dict.fromkeys(_CATEGORY.findall(self.query))) or self.query

    @property
    def days_read(self) -> int:
        """How many of them were read."""
        return (self.next_day - self.first_day).days


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

    News first, then what did not fail, so that a query that fails for ever holds up no other one.
    """
    is_open = backfills.c.done_at.is_(None) & (backfills.c.due_at <= now)
    is_due = is_open & sources.c.active & sources.c.kind.in_(kinds)
    order = (backfills.c.news.desc(), backfills.c.tries, backfills.c.id)
    found = (await connection.execute(_SELECT.where(is_due).order_by(*order).limit(1))).first()
    return _backfill(found) if found else None


async def by_id(connection: AsyncConnection, backfill_id: int) -> Backfill | None:
    """Return one by its row; None where its source was removed meanwhile."""
    found = await _all(connection, backfills.c.id == backfill_id)
    return found[0] if found else None


async def of_active_sources(connection: AsyncConnection) -> list[Backfill]:
    """Return what was begun for the sources that are polled, in the order in which it was begun."""
    return await _all(connection, sources.c.active)


async def save_days(
    connection: AsyncConnection, backfill_id: int, *, next_day: date, papers: int, done_at: int | None
) -> None:
    """Store that days were read, in the unit of work that stores the last of their papers or after it.

    Args:
        connection: an open unit of work.
        backfill_id: its row.
        next_day: the first day that was not read yet.
        papers: how many papers these days brought that were not known.
        done_at: when all was read (UTC epoch seconds), or None while days are left.
    """
    values = {"next_day": next_day.isoformat(), "tries": 0, "error": None, "done_at": done_at}
    statement = update(backfills).where(backfills.c.id == backfill_id)
    await connection.execute(statement.values(**values, papers=backfills.c.papers + papers))


async def save_failure(connection: AsyncConnection, backfill_id: int, *, error: str, due_at: int) -> None:
    """Store why a reading rests, and until when (UTC epoch seconds)."""
    statement = update(backfills).where(backfills.c.id == backfill_id)
    await connection.execute(statement.values(error=error, due_at=due_at, tries=backfills.c.tries + 1))


async def begin_again(connection: AsyncConnection, backfill_id: int, *, due_at: int) -> None:
    """Let days that brought nothing be read once more at a time (UTC epoch seconds)."""
    statement = update(backfills).where(backfills.c.id == backfill_id)
    again = {"next_day": backfills.c.first_day, "due_at": due_at}
    await connection.execute(statement.values(**again))


async def _all(connection: AsyncConnection, condition: ColumnElement[bool]) -> list[Backfill]:
    rows = await connection.execute(_SELECT.where(condition).order_by(backfills.c.id))
    return [_backfill(row) for row in rows]


_SELECT = select(backfills, sources.c.label).join(sources, sources.c.id == backfills.c.source_id)


def _backfill(row: Row[Any]) -> Backfill:
    values: dict[str, Any] = row._asdict()
    for name in ("first_day", "last_day", "next_day"):
        values[name] = date.fromisoformat(values[name])
    return Backfill(**values)
