"""Building blocks for statements: bounded batches, and INSERT ... ON CONFLICT in both dialects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import func, select
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Table
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")

_BATCH = 200
"""Rows a statement names; binding their parameters keeps the event loop busy for about 5 ms."""

as_json = json.JSONEncoder(ensure_ascii=False).encode
"""Writes a value as JSON; one encoder for all, since making it costs more than using it."""


def batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut a list into pieces that one statement takes."""
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))


def insert_for(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    return sqlite.insert(table)


async def reserve_ids(connection: AsyncConnection, table: Table, count: int) -> list[int]:
    """Return ids for rows that this transaction is about to insert, ascending.

    SQLite has one writer at a time and counts on from the highest id; PostgreSQL has a sequence.
    """
    if connection.dialect.name == "postgresql":
        taken = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
        statement = select(taken).select_from(func.generate_series(1, count))
        return sorted((await connection.execute(statement)).scalars())
    highest = (await connection.execute(select(func.coalesce(func.max(table.c.id), 0)))).scalar_one()
    return list(range(highest + 1, highest + count + 1))
