"""The index in use, and the next one that is built beside it when the text analysis changes.

The facts `search_index` and `search_index_next` say which analysis made each. The index in use answers until
the next one holds all papers; then that takes its name, in one transaction. What is stored meanwhile goes
into both, but for what SQLite can't take out of an index of another analysis: its contentless table wants the
very tokens that were put in.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from bot.storage.operations import meta

if TYPE_CHECKING:
    from bot.storage.engine.database import Connection

INDEX_VERSION = "4"
"""Rises when a text would be indexed differently; then the next index is made, beside the one in use."""

TABLE: Final = "paper_search"
NEXT: Final = "paper_search_next"

_IN_USE: Final = "search_index"
_BEING_MADE: Final = "search_index_next"
# As migration 0003 says, which made the index in use.
_FTS5: Final = (
    "title, abstract, summary, comment, source, author, facet, "
    "content='', tokenize=\"ascii tokenchars '_'\", prefix='3 4 5'"
)
_FTS5_SETTINGS: Final = (("hashsize", 8 << 20), ("automerge", 16), ("crisismerge", 64))


@dataclass(frozen=True, slots=True)
class Generations:
    """The existing indexes.

    Attributes:
        in_use: the analysis that made the index in use, or None where none says it is whole.
        next_holds: the last row that the next index holds, or None where none is made by this analysis.
    """

    in_use: str | None
    next_holds: int | None

    @property
    def is_ours(self) -> bool:
        """Whether the index in use is made by this analysis, whole or not."""
        return self.in_use in (None, INDEX_VERSION)


async def generations(connection: Connection) -> Generations:
    """Return which indexes there are."""
    facts = await meta.of_names(connection, (_IN_USE, _BEING_MADE))
    made = json.loads(facts.get(_BEING_MADE, "{}"))
    return Generations(facts.get(_IN_USE), made["last"] if made.get("version") == INDEX_VERSION else None)


async def begin_next(connection: Connection) -> int:
    """Make the next index, empty, or continue with it; return the last row that it holds."""
    known = await generations(connection)
    if known.next_holds is not None:
        return known.next_holds
    await connection.execute(text(f"DROP TABLE IF EXISTS {NEXT}"))
    if connection.dialect.name == "sqlite":
        await connection.execute(text(f"CREATE VIRTUAL TABLE {NEXT} USING fts5({_FTS5})"))
        for setting, value in _FTS5_SETTINGS:
            statement = f"INSERT INTO {NEXT}({NEXT}, rank) VALUES ('{setting}', {value})"  # noqa: S608 (constants)
            await connection.execute(text(statement))
    else:
        await _hurry(connection)
        await connection.execute(text(f"CREATE TABLE {NEXT} (LIKE {TABLE} INCLUDING ALL)"))
        # The foreign key waits for transactions that have written papers and don't know of this index yet.
        await connection.execute(
            text(
                f"ALTER TABLE {NEXT} ADD CONSTRAINT fk_{NEXT} "
                "FOREIGN KEY (paper_id) REFERENCES papers (id) ON DELETE CASCADE"
            )
        )
    await note_progress(connection, 0)
    return 0


async def note_progress(connection: Connection, last: int) -> None:
    """Store up to which row the next index holds all papers."""
    await meta.put(connection, _BEING_MADE, json.dumps({"version": INDEX_VERSION, "last": last}))


async def take_next_into_use(connection: Connection) -> None:
    """Let the next index, which holds all papers, answer from now on."""
    if connection.dialect.name == "sqlite":
        await connection.execute(text(f"DROP TABLE {TABLE}"))
        await connection.execute(text(f"ALTER TABLE {NEXT} RENAME TO {TABLE}"))
    else:
        await _hurry(connection)
        await connection.execute(text(f"DROP TABLE {TABLE}"))
        await connection.execute(text(f"ALTER TABLE {NEXT} RENAME TO {TABLE}"))
        for kind, old, new in (
            ("CONSTRAINT", f"fk_{NEXT}", f"fk_{TABLE}_paper_id"),
            ("CONSTRAINT", f"{NEXT}_pkey", f"pk_{TABLE}"),
        ):
            await connection.execute(text(f"ALTER TABLE {TABLE} RENAME {kind} {old} TO {new}"))
        await connection.execute(text(f"ALTER INDEX {NEXT}_document_idx RENAME TO ix_{TABLE}_document"))
    await meta.put(connection, _IN_USE, INDEX_VERSION)
    await meta.remove(connection, _BEING_MADE)


async def _hurry(connection: Connection) -> None:
    """Give up where a table can't be locked soon: others queue behind who waits for a lock."""
    await connection.execute(text("SET LOCAL lock_timeout = '10s'"))
