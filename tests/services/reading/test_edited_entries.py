"""Entries that a feed edits, and pages of other sites; on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.domain.sources.source_uri import parse_source_uri
from bot.services.reading.store_document import SourceRef, StoreReport, store_document
from bot.sources.formats import feed
from bot.storage.archive import sources
from bot.storage.schema import papers

if TYPE_CHECKING:
    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

_SOURCE = "https://lab.example.org/feed"


async def publish(database: Database, *items: str) -> StoreReport:
    """Store an RSS feed of some items."""
    body = "".join(f"<item>{item}</item>" for item in items)
    text = f"<rss version='2.0'><channel><title>t</title>{body}</channel></rss>"
    uri = parse_source_uri(_SOURCE)
    async with database.write() as connection:
        row = await sources.add(connection, uri, now=0)
    parsed = feed.parse(text, _SOURCE)
    return await store_document(database, parsed, source=SourceRef(row, uri.label), document=_SOURCE, now=9)


async def titles(database: Database) -> list[tuple[str, str]]:
    """Return the canonical ids and titles of all papers, by row."""
    async with database.read() as connection:
        rows = await connection.execute(select(papers.c.canonical_id, papers.c.title).order_by(papers.c.id))
        return [(row.canonical_id.partition(":")[0], row.title) for row in rows]


def item(title: str, link: str, guid: str = "") -> str:
    """Return an RSS item."""
    own = f"<guid isPermaLink='false'>{guid}</guid>" if guid else ""
    return (
        f"<title>{title}</title><link>https://lab.example.org/{link}</link>{own}<description>d</description>"
    )


async def test_an_edited_entry_is_the_same_paper(database: Database) -> None:
    """An entry with the same id gets its new title and link, and is no new paper."""
    first = await publish(database, item("Rivers of the north", "rivers", "n-1"))
    second = await publish(database, item("On northern rivers and lakes", "northern-rivers", "n-1"))
    assert (len(first.new), len(second.new)) == (1, 0)
    assert [title for _, title in await titles(database)] == ["On northern rivers and lakes"]


async def test_without_an_id_the_own_link_tells(database: Database) -> None:
    """An entry without an id is known by its link."""
    await publish(database, item("Sand in deserts", "sand"))
    second = await publish(database, item("What sand does in dry places", "sand"))
    assert not second.new
    assert len(await titles(database)) == 1


async def test_an_id_of_several_items_is_none(database: Database) -> None:
    """Items that share an id are papers of their own."""
    stored = await publish(
        database,
        item("Clouds over hills", "clouds", "same"),
        item("Fish in ponds", "fish", "same"),
        item("Birds of the coast", "birds", "same"),
    )
    assert len(stored.new) == 3


async def test_the_forum_and_the_pdf_of_a_paper_are_one(database: Database) -> None:
    """Pages of a site in the table name the paper, whatever the titles say."""
    stored = await publish(
        database,
        "<title>The forum of skating</title><link>https://openreview.net/forum?id=QwErTy789</link>",
        "<title>The PDF on skating</title><link>https://openreview.net/pdf?id=QwErTy789</link>",
    )
    assert len(stored.new) == 1
    assert [kind for kind, _ in await titles(database)] == ["openreview"]
