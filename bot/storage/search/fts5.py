"""The index on SQLite: a contentless FTS5 table over our own tokens.

The `ascii` tokenizer takes every character beyond ASCII as part of a token and so splits at our blanks
only. Contentless tables need the old values to delete a row, since the system's SQLite 3.40 lacks
`contentless_delete`; they are made anew from the paper as it was.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from bot.storage.search.document import COLUMNS
from bot.storage.search.hit import Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.storage.database import Connection
    from bot.storage.search.document import SearchDocument
    from bot.storage.search.hit import Window

_NAMES: Final = ", ".join(COLUMNS)
_VALUES: Final = ", ".join("?" for _ in COLUMNS)
_INSERT: Final = f"INSERT INTO paper_search(rowid, {_NAMES}) VALUES (?, {_VALUES})"  # noqa: S608 (constants)
_DELETE: Final = f"INSERT INTO paper_search(paper_search, rowid, {_NAMES}) VALUES ('delete', ?, {_VALUES})"  # noqa: S608 (constants)
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


async def insert(connection: Connection, documents: Sequence[SearchDocument]) -> None:
    """Put documents into the index."""
    if documents:
        await connection.exec_driver_sql(_INSERT, [(item.id, *item.columns) for item in documents])


async def delete(connection: Connection, documents: Sequence[SearchDocument]) -> None:
    """Take documents, exactly as they were put in, out of the index."""
    if documents:
        await connection.exec_driver_sql(_DELETE, [(item.id, *item.columns) for item in documents])


async def clear(connection: Connection) -> None:
    """Take everything out of the index."""
    await connection.exec_driver_sql("INSERT INTO paper_search(paper_search) VALUES ('delete-all')")


async def find(connection: Connection, query: str, window: Window) -> list[Hit]:
    """Return the matches, newest first."""
    score = f"-bm25(paper_search, {_WEIGHTS})" if window.ranked else "0.0"
    conditions = ["paper_search MATCH :query"]
    values: dict[str, Any] = {"query": query, "newest": -1 if window.newest is None else window.newest}
    if window.since:
        conditions.append("papers.sort_day >= :since")
        values["since"] = window.since.isoformat()
    if window.first_seen_since is not None:
        # Rows ascend with the time of first sight, so this bounds the index scan itself.
        conditions.append(
            "paper_search.rowid >= (SELECT coalesce(min(id), 9e18) FROM papers WHERE first_seen_at >= :seen)"
        )
        values["seen"] = window.first_seen_since
    statement = f"""
        SELECT papers.id, {score} AS score, papers.sort_day
        FROM paper_search CROSS JOIN papers ON papers.id = paper_search.rowid
        WHERE {" AND ".join(conditions)}
        ORDER BY paper_search.rowid DESC LIMIT :newest
    """  # noqa: S608 (built from constants; values are bound)
    rows = await connection.execute(text(statement), values)
    return [Hit(row.id, row.score, date.fromisoformat(row.sort_day)) for row in rows]
