"""The search index.

FTS5 on SQLite, tsvector on PostgreSQL, both over the tokens of `bot.domain.text.analysis`.

An index finds what `bot.domain.query.evaluate` finds. Where it can't tell for sure (names of three words or
more, texts longer than PostgreSQL's index takes) it marks the hit, and the caller looks at it again.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.storage.engine.statements import batches
from bot.storage.search import fts5, tsvector
from bot.storage.search.document import document_of, indexed_texts
from bot.storage.search.generations import (
    INDEX_VERSION,
    NEXT,
    TABLE,
    begin_next,
    generations,
    note_progress,
    take_next_into_use,
)
from bot.storage.search.hit import SearchHit, Window
from bot.storage.search.plan import plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.papers.paper import Paper
    from bot.domain.query.nodes import Node
    from bot.storage.engine.database import Connection
    from bot.storage.search.document import SearchDocument

__all__ = [
    "INDEX_VERSION",
    "SearchHit",
    "Window",
    "begin_next",
    "count",
    "extend_next",
    "find",
    "generations",
    "index",
    "remove",
    "take_next_into_use",
]


async def index(
    connection: Connection, *, new: Sequence[Paper], changed: Sequence[tuple[Paper, Paper]]
) -> None:
    """Make papers findable.

    Args:
        connection: the transaction that also stores the papers.
        new: papers that are not in the index, with their rows.
        changed: papers in the index, as they were and as they are now.
    """
    moved = [pair for pair in changed if _is_indexed_otherwise(*pair)]
    if not (new or moved):
        return
    known = await generations(connection)
    after = [one for _, one in moved]
    if connection.dialect.name != "sqlite":
        await _insert(connection, [*new, *after], TABLE)
        if known.next_holds is not None:
            await _insert(connection, [*new, *after], NEXT)
        return
    if known.is_ours:
        await _delete(connection, [before for before, _ in moved], TABLE)
        await _insert(connection, [*new, *after], TABLE)
    else:
        await _insert(connection, new, TABLE)
    if known.next_holds is not None:
        # The rest of the papers, and all new ones, come to it as they are then.
        there = [pair for pair in moved if pair[0].id <= known.next_holds]
        await _delete(connection, [before for before, _ in there], NEXT)
        await _insert(connection, [one for _, one in there], NEXT)


async def remove(connection: Connection, papers: Sequence[Paper]) -> None:
    """Take papers out of the index, as they were indexed; on PostgreSQL it goes with their rows."""
    if connection.dialect.name != "sqlite":
        return
    known = await generations(connection)
    if known.is_ours:
        await _delete(connection, papers, TABLE)
    if known.next_holds is not None:
        await _delete(connection, [one for one in papers if one.id <= known.next_holds], NEXT)


async def extend_next(connection: Connection, papers: Sequence[Paper]) -> None:
    """Put papers, the first ones that it does not hold, into the next index, in the order of their rows."""
    documents = await _documents(papers)
    if connection.dialect.name == "sqlite":
        await fts5.insert(connection, documents, table=NEXT)
    else:
        await tsvector.insert(connection, documents, table=NEXT, over=False)
    await note_progress(connection, papers[-1].id)


async def find(connection: Connection, root: Node, window: Window) -> list[SearchHit]:
    """Return the matches of a query, newest first; hits that are not sure may be none.

    Args:
        connection: an open view.
        root: the query's tree.
        window: which matches are wanted.
    """
    if connection.dialect.name == "sqlite":
        return await fts5.find(connection, plan(root, fts5.SPELLING), window)
    return await tsvector.find(connection, tsvector.with_cut(plan(root, tsvector.SPELLING)), window)


async def count(connection: Connection, root: Node, window: Window) -> tuple[int, list[int]]:
    """Return how many matches a query has for sure, and the rows that are to be looked at again.

    Args:
        connection: an open view.
        root: the query's tree.
        window: which matches are wanted; `newest` and `ranked` mean nothing here.
    """
    if connection.dialect.name == "sqlite":
        return await fts5.count(connection, plan(root, fts5.SPELLING), window)
    return await tsvector.count(connection, tsvector.with_cut(plan(root, tsvector.SPELLING)), window)


def _is_indexed_otherwise(before: Paper, after: Paper) -> bool:
    return (indexed_texts(before), before.sort_day) != (indexed_texts(after), after.sort_day)


async def _documents(papers: Sequence[Paper]) -> list[SearchDocument]:
    """Analyse papers off the event loop: 500 of them take some 100 ms."""
    return await asyncio.to_thread(lambda: [document_of(paper) for paper in papers])


async def _insert(connection: Connection, papers: Sequence[Paper], table: str) -> None:
    insert = fts5.insert if connection.dialect.name == "sqlite" else tsvector.insert
    for some in batches(papers):
        await insert(connection, await _documents(some), table=table)


async def _delete(connection: Connection, papers: Sequence[Paper], table: str) -> None:
    for some in batches(papers):
        await fts5.delete(connection, await _documents(some), table=table)
