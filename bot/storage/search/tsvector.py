"""The index on PostgreSQL: a tsvector written by us, since its parsers split words in their own ways.

The four texts have the weights A to D, so that a phrase can be asked of some of them; sources, names and
marks are tokens with a sign before them. A vector holds 16,383 positions and 256 of each token
(postgresql.org/docs/current/textsearch-limitations.html); longer texts are found by their beginning.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from bot.domain.tokens import GAP
from bot.storage.search.document import COLUMNS
from bot.storage.search.hit import Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.storage.database import Connection
    from bot.storage.search.document import SearchDocument
    from bot.storage.search.hit import Window

_WEIGHT: Final = {"title": "A", "abstract": "B", "summary": "C", "comment": "D"}
_SIGN: Final = {"source": "=", "author": "@", "facet": ""}
_MOST_POSITIONS: Final = 16_383
_MOST_OF_A_TOKEN: Final = 256
# D, C, B, A as ts_rank_cd wants them: comment, summary, abstract, title.
_RANKS: Final = "'{0.1, 0.3, 0.3, 1.0}'"
_INSERT: Final = (
    "INSERT INTO paper_search(paper_id, document) VALUES (%s, %s::tsvector)"
    " ON CONFLICT (paper_id) DO UPDATE SET document = EXCLUDED.document"
)


class TsvectorSpelling:
    """Writes index queries as tsquery. Source: postgresql.org/docs/current/datatype-textsearch.html."""

    def phrase(self, columns: Sequence[str], tokens: Sequence[str], *, open_end: bool) -> str:
        """Return the piece for tokens side by side in one of the columns."""
        weights = "".join(_WEIGHT[column] for column in columns if column in _WEIGHT)
        pieces = [self._phrase("", tokens, weights, open_end=open_end)] if weights else []
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


async def insert(connection: Connection, documents: Sequence[SearchDocument]) -> None:
    """Put documents into the index, over what it knew of them."""
    if documents:
        rows = [(item.id, vector_of(item)) for item in documents]
        await connection.exec_driver_sql(_INSERT, rows)


async def clear(connection: Connection) -> None:
    """Take everything out of the index."""
    await connection.exec_driver_sql("DELETE FROM paper_search")


async def find(connection: Connection, query: str, window: Window) -> list[Hit]:
    """Return the matches, newest first."""
    conditions = ["paper_search.document @@ CAST(:query AS tsquery)"]
    values: dict[str, Any] = {"query": query, "newest": window.newest}
    if window.since:
        conditions.append("papers.sort_day >= :since")
        values["since"] = window.since.isoformat()
    if window.first_seen_since is not None:
        conditions.append(
            "paper_search.paper_id >="
            " (SELECT coalesce(min(id), 9223372036854775807) FROM papers WHERE first_seen_at >= :seen)"
        )
        values["seen"] = window.first_seen_since
    score = f"ts_rank_cd({_RANKS}, found.document, CAST(:query AS tsquery))" if window.ranked else "0.0"
    # MATERIALIZED: else the planner may walk the primary key backwards and test row by row.
    statement = f"""
        WITH found AS MATERIALIZED (
            SELECT papers.id, papers.sort_day, paper_search.document
            FROM paper_search JOIN papers ON papers.id = paper_search.paper_id
            WHERE {" AND ".join(conditions)}
        )
        SELECT found.id, {score} AS score, found.sort_day
        FROM (SELECT * FROM found ORDER BY id DESC LIMIT :newest) AS found
        ORDER BY found.id DESC
    """  # noqa: S608 (built from constants; values are bound)
    rows = await connection.execute(text(statement), values)
    return [Hit(row.id, float(row.score), date.fromisoformat(row.sort_day)) for row in rows]


def vector_of(document: SearchDocument) -> str:
    """Return a document as the text of a tsvector."""
    places: dict[str, list[str]] = {}
    position = 0
    for column, tokens in zip(COLUMNS, document.columns, strict=True):
        position += 1  # no phrase runs on from one column into the next
        for token in tokens.split(" "):
            position += 1
            if token and token != GAP:
                weight = _WEIGHT.get(column, "")
                seen = places.setdefault(_SIGN.get(column, "") + token, [])
                if position <= _MOST_POSITIONS and len(seen) < _MOST_OF_A_TOKEN:
                    seen.append(f"{position}{weight}")
    return " ".join(_quoted(token) + (f":{','.join(seen)}" if seen else "") for token, seen in places.items())


def _quoted(token: str) -> str:
    escaped = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
