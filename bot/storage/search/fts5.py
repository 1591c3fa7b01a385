"""The index on SQLite: a contentless FTS5 table of our own tokens.

The `ascii` tokenizer takes every character beyond ASCII as part of a token and so splits at our blanks
only. Contentless tables need the old values to delete a row, since the system's SQLite 3.40 lacks
`contentless_delete`; they are rebuilt from the paper as it was.
"""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, text

from bot.domain.query import is_in_text
from bot.storage.schema import papers
from bot.storage.search.document import COLUMNS, last_marked_year
from bot.storage.search.hit import hits_of, seen_since
from bot.storage.search.plan import since_piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.query import Term
    from bot.storage.engine.database import Connection
    from bot.storage.search.document import SearchDocument
    from bot.storage.search.hit import SearchHit, Window
    from bot.storage.search.plan import Plan

_NAMES: Final = ", ".join(COLUMNS)
_VALUES: Final = ", ".join("?" for _ in COLUMNS)
# How much a match in each column says: title, abstract, summary, comment, source, author, facet.
_WEIGHTS: Final = "8.0, 2.0, 2.0, 1.0, 0.5, 4.0, 0.0"
_IN_TITLE, _MOST_PIECES = 2.0, 12
# Titles are read, not asked of the index, where hits are few, or where they lie so far apart (in rows) that
# the index would go through all rows of each word once more: then those of the newest hits.
_FEW, _FAR, _READ = 100, 100_000, 200


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


async def insert(connection: Connection, documents: Sequence[SearchDocument], *, table: str) -> None:
    """Put documents into an index."""
    if documents:
        statement = f"INSERT INTO {table}(rowid, {_NAMES}) VALUES (?, {_VALUES})"  # noqa: S608 (constants)
        await connection.exec_driver_sql(statement, [(item.id, *item.columns) for item in documents])


async def delete(connection: Connection, documents: Sequence[SearchDocument], *, table: str) -> None:
    """Take documents, exactly as they were put in, out of an index."""
    if documents:
        statement = f"INSERT INTO {table}({table}, rowid, {_NAMES}) VALUES ('delete', ?, {_VALUES})"  # noqa: S608 (constants)
        await connection.exec_driver_sql(statement, [(item.id, *item.columns) for item in documents])


async def find(connection: Connection, plan: Plan, window: Window) -> list[SearchHit]:
    """Return the matches, newest first."""
    conditions, values = await _within(connection, plan.text, window)
    by_bm25 = window.ranked and window.newest is None
    score = f"-bm25(paper_search, {_WEIGHTS})" if by_bm25 else "0.0"
    statement = f"""
        SELECT papers.id, {score} AS score, papers.sort_day
        FROM paper_search CROSS JOIN papers INDEXED BY ix_papers_id_sort_day ON papers.id = paper_search.rowid
        WHERE {conditions}
        ORDER BY paper_search.rowid DESC LIMIT :newest
    """  # noqa: S608 (built from constants; values are bound)
    newest = -1 if window.newest is None else window.newest
    rows = (await connection.execute(text(statement), values | {"newest": newest})).all()
    if not rows:
        return []
    oldest = rows[-1].id
    doubtful = await _rows(connection, plan.doubtful, after=oldest) if plan.doubtful else set()
    hits = await asyncio.to_thread(hits_of, rows, doubtful)
    return await _with_fit(connection, plan, window, hits) if window.ranked and not by_bm25 else hits


async def _with_fit(
    connection: Connection, plan: Plan, window: Window, hits: list[SearchHit]
) -> list[SearchHit]:
    """Return hits with how well they fit, from what is true of few of them: each term in the title says most.

    Not bm25: to know how rare a word is that reads its rows in the whole archive, so that its p99 among a
    million papers was 50 to 170 ms. How rare a term is among the hits is known at no cost.
    """
    ids = {hit.id for hit in hits}
    all_found = len(hits) != window.newest
    far = hits[0].id - hits[-1].id > _FAR and _is_of_several_words(plan, all_found=all_found)
    if (len(hits) <= _FEW or far) and not plan.some_of:
        found = await _in_read_titles(connection, plan.wanted, {hit.id for hit in hits[:_READ]})
    else:
        # Among the newest of a broad query few rows have a term and are no match. Else, and back to the
        # first paper, it is the rest of the query that keeps them few.
        bound = plan.bound and all_found
        found = await _in_index(connection, plan, ids, bound=bound)
    fit = dict.fromkeys(ids, 1.0)
    for weight, rows in found:
        rarity = math.log2(2 + len(hits) / (1 + len(rows)))
        for row in rows:
            fit[row] += weight * rarity
    return [hit._replace(score=fit[hit.id]) for hit in hits]


def _is_of_several_words(plan: Plan, *, all_found: bool) -> bool:
    """Whether a hit needs several words, so that the index goes through more rows than it finds."""
    return (plan.bound and all_found) or any(len(term.tokens) > 1 for term in plan.wanted)


async def _in_index(
    connection: Connection, plan: Plan, ids: set[int], *, bound: bool
) -> list[tuple[float, set[int]]]:
    """Return which hits have each term in the title and, where not all need have it, anywhere."""
    pieces = [(_IN_TITLE, piece) for piece in plan.titles] + [(1.0, piece) for piece in plan.some_of]
    oldest = min(ids)
    found = []
    for weight, piece in pieces[:_MOST_PIECES]:
        query = SPELLING.every([plan.text, piece]) if bound else piece
        found.append((weight, await _rows(connection, query, after=oldest) & ids))
    return found


async def _in_read_titles(
    connection: Connection, wanted: Sequence[Term], ids: set[int]
) -> list[tuple[float, set[int]]]:
    """Return which papers have each term in the title, by reading the titles."""
    statement = select(papers.c.id, papers.c.title).where(papers.c.id.in_(sorted(ids)))
    titles = (await connection.execute(statement)).all()
    terms = [term for term in wanted if "title" in term.fields][:_MOST_PIECES]
    return [(_IN_TITLE, {row for row, title in titles if is_in_text(term, title)}) for term in terms]


async def count(connection: Connection, plan: Plan, window: Window) -> tuple[int, list[int]]:
    """Return how many matches there are for sure, and the rows that may be matches."""
    sure = SPELLING.without(plan.text, plan.doubtful) if plan.doubtful else plan.text
    maybe = SPELLING.every([plan.text, plan.doubtful]) if plan.doubtful else None
    [matches] = await _select(connection, "count(*)", sure, window)
    return matches, await _select(connection, "paper_search.rowid", maybe, window) if maybe else []


async def _select(connection: Connection, what: str, query: str, window: Window) -> list[int]:
    conditions, values = await _within(connection, query, window)
    join = (
        "CROSS JOIN papers INDEXED BY ix_papers_id_sort_day ON papers.id = paper_search.rowid"
        if window.since
        else ""
    )
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
        conditions.append(seen_since("paper_search.rowid"))
        values["seen"] = window.first_seen_since
    return " AND ".join(conditions), values | {"query": query}


async def _rows(connection: Connection, query: str, *, after: int) -> set[int]:
    statement = "SELECT rowid FROM paper_search WHERE paper_search MATCH :query AND rowid >= :after"
    return set((await connection.execute(text(statement), {"query": query, "after": after})).scalars())


async def _newest_year(connection: Connection) -> int:
    """Return the last year that a paper can be marked with."""
    newest = (await connection.execute(text("SELECT max(first_seen_at) FROM papers"))).scalar_one()
    return last_marked_year(newest or 0)
