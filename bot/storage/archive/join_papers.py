"""Joins two stored papers into one, with everything that refers to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, select, update

from bot.storage import search
from bot.storage.archive import unannounced
from bot.storage.schema import metadata, papers, seen, unmatched, waiting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column, Table

    from bot.domain.papers.paper import Paper
    from bot.storage.engine.database import Connection


async def join(connection: Connection, paper: Paper, into: int) -> None:
    """Join a stored paper to another one: what chats saved and were shown is kept, its own row goes.

    Args:
        connection: the transaction.
        paper: the paper that goes, as it is stored and indexed.
        into: the row of the one that stays.
    """
    # The paper that stays is or was matched by itself.
    await connection.execute(
        delete(unmatched).where(unmatched.c.paper_id == paper.id, unmatched.c.event_id.is_(None))
    )
    if len(await unannounced.among(connection, [paper.id, into])) == 1:
        await unannounced.take(connection, [paper.id, into])  # one of them was announced, so both were
    for column in _references():
        table = column.table
        key = [other for other in table.primary_key.columns if other is not column]
        if column.primary_key:
            # Where the paper that stays has the same row already, that one counts.
            same = table.alias()
            twice = exists(
                select(1).where(same.c[column.name] == into, *(same.c[one.name] == one for one in key))
            )
            await connection.execute(delete(table).where(column == paper.id, twice))
        await connection.execute(update(table).where(column == paper.id).values({column.name: into}))
    shown = exists(select(1).where(seen.c.chat_id == waiting.c.chat_id, seen.c.paper_id == into))
    await connection.execute(delete(waiting).where(waiting.c.paper_id == into, shown))
    await search.remove(connection, [paper])
    await connection.execute(delete(papers).where(papers.c.id == paper.id))


def _references() -> Iterator[Column[int]]:
    """Yield the columns that refer to papers."""
    for table in metadata.sorted_tables:
        yield from _references_of(table)


def _references_of(table: Table) -> Iterator[Column[int]]:
    for key in table.foreign_keys:
        if key.column is papers.c.id:
            yield key.parent
