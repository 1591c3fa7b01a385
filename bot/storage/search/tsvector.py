"""The index on PostgreSQL.

A tsvector of our own tokens, because PostgreSQL's parsers split words differently.

Title, abstract and summary have the weights A to C, so that a phrase can be asked of some of them; comments,
sources, names and marks are tokens with a sign before them. A vector holds 1 MB, 16,383 positions, 256 of
each token, and no token of 2 kB (postgresql.org/docs/current/textsearch-limitations.html); papers with more
have a mark, by which every query finds them, to be looked at again.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from bot.domain.text.analysis import GAP
from bot.storage.search.document import COLUMNS
from bot.storage.search.hit import hits_of, seen_since

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.storage.engine.database import Connection
    from bot.storage.search.document import SearchDocument
    from bot.storage.search.hit import SearchHit, Window
    from bot.storage.search.plan import Plan

_WEIGHT: Final = {"title": "A", "abstract": "B", "summary": "C"}
_SIGN: Final = {"comment": "+", "source": "=", "author": "@", "facet": ""}
_MOST_POSITIONS, _MOST_OF_A_LEXEME, _LONGEST_LEXEME = 16_383, 256, 2_046
_MOST_BYTES, _A_LEXEME, _A_POSITION = 1_000_000, 4, 2
_CUT: Final = "_cut"
# D, C, B, A as ts_rank_cd wants them: comments and the rest, summary, abstract, title.
_RANKS: Final = "'{0.1, 0.3, 0.3, 1.0}'"
# The planner does not know what it costs to unpack a document: for words in a tenth of all papers it would
# read the whole table, 3.5 s among a million, where the index takes 0.1 s. Ends with the transaction.
_BY_INDEX: Final = "SET LOCAL enable_seqscan = off"


class TsvectorSpelling:
    """Writes index queries as tsquery. Source: postgresql.org/docs/current/datatype-textsearch.html."""

    def phrase(self, columns: Sequence[str], tokens: Sequence[str], *, open_end: bool) -> str:
        """Return the piece for tokens side by side in one of the columns."""
        weights = "".join(_WEIGHT[column] for column in columns if column in _WEIGHT)
        # Where all weights are wanted none is named: else PostgreSQL looks into each document that it found.
        named = weights if len(weights) < len(_WEIGHT) else ""
        pieces = [self._phrase("", tokens, named, open_end=open_end)] if weights else []
        pieces += [
            self._phrase(_SIGN[column], tokens, "", open_end=open_end)
            for column in columns
            if column in _SIGN
        ]
        return self.some(pieces)

    def every(self, pieces: Sequence[str]) -> str:
        """Return the piece for what all pieces find."""
        return f"({' & '.join(pieces)})" if len(pieces) > 1 else pieces[0]

    def some(self, pieces: Sequence[str]) -> str:
        """Return the piece for what any of the pieces finds."""
        return f"({' | '.join(pieces)})" if len(pieces) > 1 else pieces[0]

    def without(self, base: str, piece: str) -> str:
        """Return the piece for what the base finds and the other does not."""
        return f"({base} & !{piece})"

    def _phrase(self, sign: str, tokens: Sequence[str], weights: str, *, open_end: bool) -> str:
        last = len(tokens) - 1
        parts = []
        for position, token in enumerate(tokens):
            flags = ("*" if open_end and position == last else "") + weights
            parts.append(_quoted(sign + token) + (f":{flags}" if flags else ""))
        return f"({' <-> '.join(parts)})"


SPELLING: Final = TsvectorSpelling()


def with_cut(plan: Plan) -> Plan:
    """Return a plan that also finds, as doubtful, the papers of which a vector does not hold all."""
    cut = _quoted(_CUT)
    return replace(
        plan,
        text=SPELLING.some([plan.text, cut]),
        doubtful=SPELLING.some([plan.doubtful, cut]) if plan.doubtful else cut,
    )


async def insert(
    connection: Connection, documents: Sequence[SearchDocument], *, table: str, over: bool = True
) -> None:
    """Put documents into an index.

    Args:
        connection: the transaction.
        documents: the papers.
        table: the index.
        over: whether over what it knows of them, which another transaction may just have stored.
    """
    if documents:
        known = "UPDATE SET document = EXCLUDED.document" if over else "NOTHING"
        statement = (
            f"INSERT INTO {table}(paper_id, document) VALUES (%s, %s::tsvector)"  # noqa: S608 (constants)
            f" ON CONFLICT (paper_id) DO {known}"
        )
        await connection.exec_driver_sql(statement, [(item.id, vector_of(item)) for item in documents])


async def find(connection: Connection, plan: Plan, window: Window) -> list[SearchHit]:
    """Return the matches, newest first."""
    await connection.execute(text(_BY_INDEX))
    conditions, values = _within(plan.text, window)
    score = (
        f"ts_rank_cd({_RANKS}, paper_search.document, CAST(:query AS tsquery))" if window.ranked else "0.0"
    )
    # MATERIALIZED: else the planner may walk the primary key backwards and test row by row. Ids alone: else
    # the documents of a broad word's 80,000 papers are copied to rank 2,000.
    statement = f"""
        WITH found AS MATERIALIZED ({_matching("paper_search.paper_id", conditions, window)})
        SELECT papers.id, {score} AS score, papers.sort_day
        FROM (SELECT paper_id FROM found ORDER BY paper_id DESC LIMIT :newest) AS newest
        JOIN papers ON papers.id = newest.paper_id
        JOIN paper_search ON paper_search.paper_id = newest.paper_id
        ORDER BY papers.id DESC
    """  # noqa: S608 (built from constants; values are bound)
    rows = (await connection.execute(text(statement), values | {"newest": window.newest})).all()
    doubtful = (
        await _select(connection, "paper_search.paper_id", plan.doubtful, window) if plan.doubtful else ()
    )
    return await asyncio.to_thread(hits_of, rows, set(doubtful))


async def count(connection: Connection, plan: Plan, window: Window) -> tuple[int, list[int]]:
    """Return how many matches there are for sure, and the rows that may be matches."""
    assert plan.doubtful is not None, "papers that were cut are always doubtful"  # noqa: S101 (invariant)
    [matches] = await _select(connection, "count(*)", SPELLING.without(plan.text, plan.doubtful), window)
    maybe = SPELLING.every([plan.text, plan.doubtful])
    return matches, await _select(connection, "paper_search.paper_id", maybe, window)


async def _select(connection: Connection, what: str, query: str, window: Window) -> list[int]:
    await connection.execute(text(_BY_INDEX))
    conditions, values = _within(query, window)
    statement = _matching(what, conditions, window)
    return list((await connection.execute(text(statement), values)).scalars())


def _matching(what: str, conditions: str, window: Window) -> str:
    join = "JOIN papers ON papers.id = paper_search.paper_id" if window.since else ""
    return f"SELECT {what} FROM paper_search {join} WHERE {conditions}"  # noqa: S608 (likewise)


def _within(query: str, window: Window) -> tuple[str, dict[str, Any]]:
    """Return the conditions that a query and a window make, and their values."""
    conditions = ["paper_search.document @@ CAST(:query AS tsquery)"]
    values: dict[str, Any] = {"query": query}
    if window.since:
        conditions.append("papers.sort_day >= :since")
        values["since"] = window.since.isoformat()
    if window.first_seen_since is not None:
        conditions.append(seen_since("paper_search.paper_id"))
        values["seen"] = window.first_seen_since
    return " AND ".join(conditions), values


def vector_of(document: SearchDocument) -> str:
    """Return a document as the text of a tsvector; where it is cut to fit, it has a mark that says so."""
    places: dict[str, list[str]] = {}
    cut = False
    position = size = 0
    for column, tokens in zip(COLUMNS, document.columns, strict=True):
        position += 1  # no phrase runs on from one column into the next
        sign, weight = _SIGN.get(column, ""), _WEIGHT.get(column, "")
        for token in tokens.split():
            position += 1
            if token == GAP:
                continue
            lexeme = sign + token
            seen = places.get(lexeme)
            if seen is None:
                size += len(lexeme.encode()) + _A_LEXEME
                if size > _MOST_BYTES or len(lexeme.encode()) > _LONGEST_LEXEME:
                    cut = True
                    continue
                seen = places[lexeme] = []
            if position > _MOST_POSITIONS or len(seen) == _MOST_OF_A_LEXEME:
                cut = True
            else:
                seen.append(f"{position}{weight}")
                size += _A_POSITION
    if cut:
        places[_CUT] = []
    return " ".join(_quoted(token) + (f":{','.join(seen)}" if seen else "") for token, seen in places.items())


def _quoted(token: str) -> str:
    escaped = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
