"""Statements that only `paperwire doctor` needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text

from bot.storage.schema import chats, deliveries, schedules, unmatched

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class Condition:
    """The database itself.

    Attributes:
        version: such as `SQLite 3.40.1`.
        size: bytes.
        unsound: what `PRAGMA quick_check` found first, or None; PostgreSQL has no such check.
    """

    version: str
    size: int
    unsound: str | None


async def condition(connection: AsyncConnection) -> Condition:
    """Look at the database itself; on SQLite this reads all of it."""
    if connection.dialect.name == "postgresql":
        statement = "SELECT current_setting('server_version'), pg_database_size(current_database())"
        version, size = (await connection.execute(text(statement))).one()
        return Condition(f"PostgreSQL {version}", size, None)
    statement = "SELECT sqlite_version(), page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    version, size = (await connection.execute(text(statement))).one()
    found = (await connection.exec_driver_sql("PRAGMA quick_check(1)")).scalar_one()
    # The line before says in which database it is.
    return Condition(f"SQLite {version}", size, None if found == "ok" else found.splitlines()[-1])


async def schedules_due(connection: AsyncConnection, *, before: int) -> int:
    """Count the schedules that were due before a time (UTC epoch seconds), of chats that can be reached."""
    late = select(func.count()).select_from(schedules).join(chats, chats.c.id == schedules.c.chat_id)
    statement = late.where((schedules.c.next_due_at < before) & chats.c.gone_at.is_(None))
    count: int = (await connection.execute(statement)).scalar_one()
    return count


async def deliveries_due(connection: AsyncConnection, *, before: int) -> int:
    """Count the deliveries that wait and were due before a time (UTC epoch seconds)."""
    waits = deliveries.c.state.in_(("pending", "retry")) & (deliveries.c.due_at < before)
    count: int = (
        await connection.execute(select(func.count()).select_from(deliveries).where(waits))
    ).scalar_one()
    return count


async def count_unmatched(connection: AsyncConnection) -> int:
    """Count the papers and events that were not yet matched against the subscriptions."""
    count: int = (await connection.execute(select(func.count()).select_from(unmatched))).scalar_one()
    return count
