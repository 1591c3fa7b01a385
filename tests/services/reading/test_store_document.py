"""Storing a document: one transaction, each paper once; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from invented_digests import entry, numbered, parsed
from sqlalchemy import select

from bot.data import bundled_categories, bundled_glossary
from bot.domain.papers.parsed_entry import Entry
from bot.domain.sources.source_uri import parse_source_uri
from bot.errors import StorageError
from bot.services.papers.search_papers import SearchPapers
from bot.services.reading.store_document import SourceRef, StoreReport, store_document
from bot.services.subscriptions.queries import Queries
from bot.storage.archive import papers, sources
from bot.storage.operations import meta
from bot.storage.schema import metadata

if TYPE_CHECKING:
    from bot.domain.papers.parsed_entry import ParsedDocument
    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

NOW = 1_750_000_000
RIVERS = entry("2503.00001v1", "Rivers of Noise", "Diffusion models of water.")


async def store(
    database: Database, document: ParsedDocument, *, source: str = "/digests/", now: int = NOW
) -> StoreReport:
    """Store a document of a source."""
    uri = parse_source_uri(source)
    async with database.write() as connection:
        row = await sources.add(connection, uri, now=NOW)
    return await store_document(
        database, document, source=SourceRef(row, uri.label), document="a.md", now=now
    )


async def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables."""
    async with database.read() as connection:
        return {
            table.name: sorted(map(tuple, (await connection.execute(select(table))).all()), key=repr)
            for table in metadata.sorted_tables
        }


async def found(database: Database, text: str) -> list[str]:
    """Return the ids of what a search finds."""
    query = Queries(bundled_glossary(), bundled_categories()).parse(text)
    page = await SearchPapers(database).search(query, today=date(2025, 3, 14), size=50)
    return sorted(one.paper.canonical_id for one in page.found)


async def test_stored_and_found(database: Database) -> None:
    """What was stored can be searched for at once; a document stored again changes no row."""
    document = parsed(*numbered(20, "rivers"), topic="Water")
    stored = await store(database, document)
    assert (len(stored.new), stored.merged, stored.unchanged) == (20, 0, 0)
    assert len(await found(database, "rivers")) == 20
    before = await contents(database)
    again = await store(database, document, now=NOW + 3600)
    assert again == StoreReport((), 0, 20)
    assert await contents(database) == before


async def test_an_item_that_stands_twice(database: Database) -> None:
    """The same paper twice in one document, in another version even, is one paper."""
    twice = parsed(RIVERS, replace(RIVERS), entry("2503.00001v2", "Rivers of Noise"))
    stored = await store(database, twice)
    assert len(stored.new) == 1
    async with database.read() as connection:
        (paper,) = (await papers.by_canonical_ids(connection, ["arxiv:2503.00001"])).values()
    assert paper.version == 2


async def test_an_empty_document(database: Database) -> None:
    """A document without entries changes nothing."""
    before = await contents(database)
    assert (
        await store_document(database, parsed(), source=SourceRef(1, "x"), document="a.md", now=NOW)
        == StoreReport()
    )
    assert await contents(database) == before


async def test_a_changed_paper_is_found_by_its_new_words(database: Database) -> None:
    """A newer version's title and abstract replace the old ones in the index."""
    await store(database, parsed(RIVERS))
    stored = await store(database, parsed(entry("2503.00001v2", "Lakes of Noise", "Still water.")))
    assert (len(stored.new), stored.merged) == (0, 1)
    assert await found(database, "lakes") == ["arxiv:2503.00001"]
    assert await found(database, "rivers") == []


async def test_a_second_source_merges(database: Database) -> None:
    """Another source's sighting of a known paper counts as merged and is kept with its own text."""
    await store(database, parsed(RIVERS))
    stored = await store(database, parsed(replace(RIVERS, summary="河流的扩散模型")), source="/other/")
    assert (len(stored.new), stored.merged, stored.unchanged) == (0, 1, 0)
    assert await found(database, "扩散") == ["arxiv:2503.00001"]


async def test_papers_without_ids_meet_by_title(database: Database) -> None:
    """A paper of a blog and the same paper of arXiv are one, whichever comes first."""
    title = "A long and telling title about the noise of many rivers in spring"
    post = Entry(
        title=title, external_id="post-1", url="https://blog.example.org/1", authors=("Ada Example",)
    )
    paper = entry("2503.00001v1", title, authors=("Ada Example",))
    await store(database, parsed(post))
    assert (await store(database, parsed(paper), source="/other/")).new == ()
    assert (await store(database, parsed(post), source="/third/")).new == ()


@pytest.mark.parametrize(
    "step", ["papers.insert", "search.index", "sightings.record", "sightings.record_events"]
)
async def test_all_or_nothing(database: Database, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Wherever storing breaks off, nothing of the document is there, in no table and in no index."""
    await store(database, parsed(RIVERS))
    before = await contents(database)

    async def full(*_: object, **__: object) -> None:
        raise StorageError("the disk is full")

    changed = parsed(entry("2503.00001v2", "Lakes of Noise"), *numbered(5, "mountains", first=10))
    with monkeypatch.context() as broken:
        broken.setattr(f"bot.services.reading.store_document.{step}", full)
        with pytest.raises(StorageError):
            await store(database, changed)
    after = await contents(database)
    assert after == before
    assert await found(database, "mountains OR lakes") == []
    assert len((await store(database, changed)).new) == 5


async def test_days_and_times_are_kept(database: Database) -> None:
    """The first sighting's time stays, whatever comes later."""
    await store(database, parsed(RIVERS), now=NOW)
    await store(database, parsed(entry("2503.00001v2", "Rivers of Noise")), now=NOW + 86_400)
    async with database.read() as connection:
        (paper,) = (await papers.by_canonical_ids(connection, ["arxiv:2503.00001"])).values()
        assert await meta.get(connection, "nosuch") is None
    assert datetime.fromtimestamp(paper.first_seen_at, UTC) == datetime.fromtimestamp(NOW, UTC)
