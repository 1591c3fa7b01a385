"""What every aggregate's statements need: bounded batches, and INSERT ... ON CONFLICT of both dialects."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Table
    from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")

_BATCH = 500
"""Rows a statement names; the event loop is free between two batches while parameters are bound."""


def batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut a list into pieces that one statement takes."""
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))


def insert_for(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
