"""What every database promises about what sources wrote and what happened to papers."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.domain.papers.paper import Paper, PaperEvent
from bot.domain.papers.parsed_entry import Entry, Review
from bot.domain.sources.source import SourceUri
from bot.storage.archive import papers, sightings, sources
from bot.storage.schema import paper_sources

if TYPE_CHECKING:
    from bot.storage.engine.database import Connection, Database

pytest_plugins = ("database_fixtures",)

NOW = 1_750_000_000
ENTRY = Entry(title="A title", external_id="2401.00001v1", summary="机器写的摘要", takeaways=("a", "b"))


async def prepare(connection: Connection, count: int) -> tuple[int, list[int]]:
    """Store a source and some papers; return their rows."""
    source = await sources.add(connection, SourceUri("file:///x", "file", "/x", label="/x"), now=NOW)
    made = [Paper(canonical_id=f"title:{n}", title=str(n), first_seen_at=NOW) for n in range(count)]
    return source, await papers.insert(connection, made, now=NOW)


async def record(
    connection: Connection, seen: list[tuple[int, Entry]], source: int, **changes: Any
) -> set[int]:
    """Record sightings with values that a test does not care about."""
    values: dict[str, Any] = {"document": "a.md", "topic": "T", "now": NOW} | changes
    return await sightings.record(connection, seen, source_id=source, **values)


async def rows_of(connection: Connection) -> list[dict[str, Any]]:
    """Return all that is recorded, in the order of the key."""
    rows = await connection.execute(
        select(paper_sources).order_by(
            paper_sources.c.paper_id, paper_sources.c.document, paper_sources.c.external_id
        )
    )
    return [row._asdict() for row in rows]


async def test_the_same_sighting_again_changes_nothing(database: Database) -> None:
    """The second time no paper is reported and the stored row, with its time, stays."""
    async with database.write() as connection:
        source, [row] = await prepare(connection, 1)
        assert await record(connection, [(row, ENTRY)], source) == {row}
        before = await rows_of(connection)
        assert await record(connection, [(row, ENTRY)], source, now=NOW + 9) == set()
        assert await rows_of(connection) == before


async def test_a_new_text_at_the_same_place_replaces_the_old(database: Database) -> None:
    """A regenerated document is reported once and leaves one row."""
    async with database.write() as connection:
        source, [row] = await prepare(connection, 1)
        await record(connection, [(row, ENTRY)], source)
        changed = replace(ENTRY, summary="a better summary")
        assert await record(connection, [(row, changed)], source, now=NOW + 9) == {row}
        assert await record(connection, [(row, changed)], source, now=NOW + 9) == set()
        [kept] = await rows_of(connection)
    assert json.loads(kept["text"])["summary"] == "a better summary"
    assert kept["seen_at"] == NOW


async def test_each_document_and_each_item_keeps_its_own_text(database: Database) -> None:
    """One paper in two documents and twice in one document under two names: four rows in all."""
    other = replace(ENTRY, external_id="2401.00001v2", review=Review(raw="评论"))
    async with database.write() as connection:
        source, [row] = await prepare(connection, 1)
        assert await record(connection, [(row, ENTRY), (row, other)], source) == {row}
        assert await record(connection, [(row, other), (row, ENTRY)], source, document="b.md") == {row}
        assert len(await rows_of(connection)) == 4


async def test_an_item_twice_in_a_document_counts_as_the_last_one(database: Database) -> None:
    """One statement never touches a row twice, which PostgreSQL would refuse."""
    last = replace(ENTRY, summary="last")
    async with database.write() as connection:
        source, [row] = await prepare(connection, 1)
        assert await record(connection, [(row, ENTRY), (row, last)], source) == {row}
        [kept] = await rows_of(connection)
    assert json.loads(kept["text"])["summary"] == "last"


async def test_a_large_batch_of_sightings(database: Database) -> None:
    """Of 2,000 sightings exactly those with another text are reported the second time."""
    async with database.write() as connection:
        source, rows = await prepare(connection, 2_000)
        seen = [(row, replace(ENTRY, external_id=str(row))) for row in rows]
        assert await record(connection, seen, source) == set(rows)
        again = [(row, replace(entry, votes=7) if row % 2 else entry) for row, entry in reversed(seen)]
        assert await record(connection, again, source) == {row for row in rows if row % 2}
        assert await record(connection, [], source) == set()


async def test_long_and_hostile_names_are_kept_apart(database: Database) -> None:
    """Guids and paths longer than an index takes, with quotes, NUL and lone surrogates."""
    first, second = ("图" * 5_000 + end for end in "ab")
    async with database.write() as connection:
        source, [row] = await prepare(connection, 1)
        seen = [(row, replace(ENTRY, external_id=name)) for name in (first, second, "o'\"\x00\udce9")]
        assert await record(connection, seen, source, document=first, topic="t\x00") == {row}
        assert await record(connection, seen, source, document=first) == set()
        assert len(await rows_of(connection)) == 3


async def test_events_come_back_oldest_first(database: Database) -> None:
    """Events keep their order, also those of one moment."""
    happened = [PaperEvent("version", 2), PaperEvent("withdrawn", 2), PaperEvent("code", None)]
    async with database.write() as connection:
        source, [row, other] = await prepare(connection, 2)
        await sightings.record_events(connection, [], source_id=source, now=NOW)
        pairs = [(row, event) for event in happened]
        await sightings.record_events(connection, [*pairs, (other, happened[0])], source_id=source, now=NOW)
        await sightings.record_events(connection, pairs[:1], source_id=source, now=NOW + 1)
        found = await sightings.events_of(connection, row)
    assert found == [*((event, NOW) for event in happened), (happened[0], NOW + 1)]
