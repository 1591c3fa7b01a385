"""The index on SQLite: a contentless FTS5 table over our own tokens.

The `ascii` tokenizer takes every character beyond ASCII as part of a token and so splits at our blanks
only. Contentless tables need the old values to delete a row, since the system's SQLite 3.40 lacks
`contentless_delete`; they are made anew from the paper as it was.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from bot.storage.search.document import COLUMNS, last_marked_year
from bot.storage.search.hit import hits_of
from bot.storage.search.plan import since_piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.storage.database import Connection
    from bot.storage.search.document import SearchDocument
    from bot.storage.search.hit import Hit, Window
    from bot.storage.search.plan import Plan

_NAMES: Final = ", ".join(COLUMNS)
_VALUES: Final = ", ".join("?" for _ in COLUMNS)
_INSERT: Final = f"INSERT INTO paper_search(rowid, {_NAMES}) VALUES (?, {_VALUES})"  # noqa: S608 (constants)
_DELETE: Final = f"INSERT INTO paper_search(paper_search, rowid, {_NAMES}) VALUES ('delete', ?, {_VALUES})"  # noqa: S608 (constants)
# What a unit of work collects before it is sorted into the index; the table remembers it. With 1 MB, the
# default, the many small pieces are merged again and again: indexing takes a third longer.
_HASH_SIZE: Final = "INSERT INTO paper_search(paper_search, rank) VALUES ('hashsize', 8388608)"
# How much a match in each column says: title, abstract, summary, comment, source, author, facet.
_WEIGHTS: Final = "8.0, 2.0, 2.0, 1.0, 0.5, 4.0, 0.0"


class Fts5Spelling:
    """Writes index queries for FTS5. Source: sqlite.org/fts5.html, "Full-text Query Syntax"."""

    def phrase(self, columns: Sequence[str], tokens: Sequence[str], *, open_end: bool) -> str:
        """Return the piece for tokens side by side in one of the columns."""
        return f'{{{" ".join(columns)}}}:"{" ".join(tokens)}"{"*" if open_end else ""}'

    def every(self, pieces: Sequence[str]) -> str:
        """Return the piece for what all pieces find."""
        return f"({' AND '.join(pieces)})" if len(pieces) > 1 else pieces[0]

    def some(self, pieces: Sequence[str]) -> str:
        """Return the piece for what any of the pieces finds."""
        return f"({' OR '.join(pieces)})" if len(pieces) > 1 else pieces[0]

    def without(self, base: str, piece: str) -> str:
        """Return the piece for what the base finds and the other does not."""
        return f"({base} NOT {piece})"


SPELLING: Final = Fts5Spelling()


async def insert(connection: Connection, documents: Sequence[SearchDocument]) -> None:
    """Put documents into the index."""
    if documents:
        await connection.exec_driver_sql(_INSERT, [(item.id, *item.columns) for item in documents])


async def delete(connection: Connection, documents: Sequence[SearchDocument]) -> None:
    """Take documents, exactly as they were put in, out of the index."""
    if documents:
        await connection.exec_driver_sql(_DELETE, [(item.id, *item.columns) for item in documents])


async def clear(connection: Connection) -> None:
    """Take everything out of the index, and set it up."""
    await connection.exec_driver_sql("INSERT INTO paper_search(paper_search) VALUES ('delete-all')")
    await connection.exec_driver_sql(_HASH_SIZE)


async def find(connection: Connection, plan: Plan, window: Window) -> list[Hit]:
    """Return the matches, newest first."""
    conditions, values = await _within(connection, plan.text, window)
    score = f"-bm25(paper_search, {_WEIGHTS})" if window.ranked else "0.0"
    statement = f"""
        SELECT papers.id, {score} AS score, papers.sort_day
        FROM paper_search CROSS JOIN papers ON papers.id = paper_search.rowid
        WHERE {conditions}
        ORDER BY paper_search.rowid DESC LIMIT :newest
    """  # noqa: S608 (built from constants; values are bound)
    newest = -1 if window.newest is None else window.newest
    rows = (await connection.execute(text(statement), values | {"newest": newest})).all()
    doubtful = await _rows(connection, plan.doubtful, after=rows[-1].id) if rows and plan.doubtful else set()
    return await asyncio.to_thread(hits_of, rows, doubtful)


async def count(connection: Connection, plan: Plan, window: Window) -> tuple[int, list[int]]:
    """Return how many matches there are for sure, and the rows that may be matches."""
    sure = SPELLING.without(plan.text, plan.doubtful) if plan.doubtful else plan.text
    maybe = SPELLING.every([plan.text, plan.doubtful]) if plan.doubtful else None
    [matches] = await _select(connection, "count(*)", sure, window)
    return matches, await _select(connection, "paper_search.rowid", maybe, window) if maybe else []


async def _select(connection: Connection, what: str, query: str, window: Window) -> list[int]:
    conditions, values = await _within(connection, query, window)
    join = "CROSS JOIN papers ON papers.id = paper_search.rowid" if window.since else ""
    statement = f"SELECT {what} FROM paper_search {join} WHERE {conditions}"  # noqa: S608 (likewise)
    return list((await connection.execute(text(statement), values)).scalars())


async def _within(connection: Connection, query: str, window: Window) -> tuple[str, dict[str, Any]]:
    """Return the conditions that a query and a window make, and their values."""
    conditions = ["paper_search MATCH :query"]
    values: dict[str, Any] = {}
    if window.since:
        conditions.append("papers.sort_day >= :since")
        values["since"] = window.since.isoformat()
        # The index passes over older papers: else all matches of a broad word would be joined to find a few.
        piece = since_piece(window.since, await _newest_year(connection), SPELLING)
        query = SPELLING.every([query, piece]) if piece else query
    if window.first_seen_since is not None:
        # Rows ascend with the time of first sight, so this bounds the index scan itself.
        conditions.append(
            "paper_search.rowid >= (SELECT coalesce(min(id), 9e18) FROM papers WHERE first_seen_at >= :seen)"
        )
        values["seen"] = window.first_seen_since
    return " AND ".join(conditions), values | {"query": query}


async def _rows(connection: Connection, query: str, *, after: int) -> set[int]:
    statement = "SELECT rowid FROM paper_search WHERE paper_search MATCH :query AND rowid >= :after"
    return set((await connection.execute(text(statement), {"query": query, "after": after})).scalars())


async def _newest_year(connection: Connection) -> int:
    """Return the last year that a paper can be marked with."""
    newest = (await connection.execute(text("SELECT max(first_seen_at) FROM papers"))).scalar_one()
    return last_marked_year(newest or 0)
