"""What every database promises about sources and how far they were read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.domain.sources.source import Cursor, SourceUri
from bot.storage.archive import sources

if TYPE_CHECKING:
    from bot.storage.archive.sources import StoredSource
    from bot.storage.engine.database import Connection, Database

pytest_plugins = ("database_fixtures",)

NOW = 1_750_000_000


def uri(name: str) -> SourceUri:
    """Return an invented source with credentials."""
    return SourceUri(f"https://user:secret@x.test/{name}", "url", name, label=f"https://x.test/{name}")


async def stored(connection: Connection, name: str) -> StoredSource:
    """Return a source that must be there."""
    found = await sources.by_uri(connection, uri(name).text)
    assert found is not None
    return found


async def save(
    connection: Connection, source: StoredSource, before: Cursor, after: Cursor, **changes: Any
) -> None:
    """Save a reading with values that a test does not care about."""
    values: dict[str, Any] = {"now": NOW, "next_poll_at": NOW, "brought_new": False, "error": None} | changes
    await sources.save_reading(connection, source.id, before=before, after=after, **values)


async def test_a_new_source_is_active_due_and_unread(database: Database) -> None:
    """Everything starts empty; credentials stay out of the record's representation."""
    async with database.write() as connection:
        row = await sources.add(connection, uri("a"), now=NOW)
        source = await stored(connection, "a")
        assert await sources.cursor(connection, source) == Cursor()
        assert await sources.due(connection, now=0) == [source]
    assert (source.id, source.label, source.kind, source.active) == (row, "https://x.test/a", "url", True)
    assert (source.failures, source.next_poll_at, source.last_error) == (0, 0, None)
    assert (source.last_polled_at, source.last_success_at, source.last_new_at) == (None, None, None)
    assert "secret" not in repr(source)


async def test_a_source_is_known_by_its_uri(database: Database) -> None:
    """Adding it again gives the same row; other case is another source."""
    async with database.write() as connection:
        row = await sources.add(connection, uri("a"), now=NOW)
        assert await sources.add(connection, replace(uri("a"), label="new label"), now=NOW + 1) == row
        assert await sources.add(connection, uri("A"), now=NOW) != row
        assert (await stored(connection, "a")).label == "new label"
        assert await sources.by_uri(connection, "unknown") is None


async def test_an_inactive_source_becomes_active_where_asked_and_never_the_other_way(
    database: Database,
) -> None:
    """A document read once by hand does not stop a subscription to its source."""
    async with database.write() as connection:
        await sources.add(connection, uri("a"), now=NOW, active=False)
        assert await sources.active(connection) == []
        await sources.add(connection, uri("a"), now=NOW, active=True)
        await sources.add(connection, uri("a"), now=NOW, active=False)
        assert [source.label for source in await sources.active(connection)] == ["https://x.test/a"]


async def test_active_sources_come_in_the_order_of_adding_and_due_ones_by_waiting(database: Database) -> None:
    """Who waits longest is served first; who is not due or not active is not served."""
    async with database.write() as connection:
        for name, next_poll_at in (("a", 30), ("b", 10), ("c", 20), ("d", 99), ("e", 10)):
            await sources.add(connection, uri(name), now=NOW)
            source = await stored(connection, name)
            await save(connection, source, Cursor(), Cursor(), next_poll_at=next_poll_at)
        await sources.add(connection, uri("f"), now=NOW, active=False)
        assert [source.label[-1] for source in await sources.active(connection)] == list("abcde")
        assert [source.label[-1] for source in await sources.due(connection, now=30)] == list("beca")


async def test_a_cursor_of_5000_files_comes_back(database: Database) -> None:
    """Files are added, changed and removed; names are any text that a file system allows."""
    files = {f"dir/{n}'\"%_图.md": f"sha{n}" for n in range(5_000)}
    first = Cursor("etag", "Tue, 01 Jul 2025", "a" * 40, files)
    changed = {name: value for name, value in files.items() if not value.endswith("7")}
    changed |= dict.fromkeys(list(changed)[:700], "changed") | {"new": "file"}
    second = Cursor(None, None, "b" * 40, changed)
    async with database.write() as connection:
        await sources.add(connection, uri("a"), now=NOW)
        await sources.add(connection, uri("b"), now=NOW)
        other = await stored(connection, "b")
        await save(connection, other, Cursor(), first)
        await save(connection, await stored(connection, "a"), Cursor(), first)
        assert await sources.cursor(connection, await stored(connection, "a")) == first
        await save(connection, await stored(connection, "a"), first, second)
        assert await sources.cursor(connection, await stored(connection, "a")) == second
        assert await sources.cursor(connection, await stored(connection, "b")) == first


async def test_a_cursor_saved_from_an_outdated_state_is_still_saved(database: Database) -> None:
    """A file that another process stored meanwhile is overwritten, not refused."""
    async with database.write() as connection:
        await sources.add(connection, uri("a"), now=NOW)
        source = await stored(connection, "a")
        await save(connection, source, Cursor(), Cursor(files={"a": "1"}))
        await save(connection, source, Cursor(), Cursor(files={"a": "2"}))
        assert (await sources.cursor(connection, source)).files == {"a": "2"}


async def test_a_reading_ends_a_row_of_failures(database: Database) -> None:
    """Failures leave the cursor and the last success; a reading clears the error."""
    async with database.write() as connection:
        await sources.add(connection, uri("a"), now=NOW)
        source = await stored(connection, "a")
        cursor = Cursor("e", files={"a": "1"})
        await save(connection, source, Cursor(), cursor, now=NOW, next_poll_at=NOW + 60, brought_new=True)
        await sources.save_failure(
            connection, source.id, error="'down'\x00", failures=4, now=NOW + 5, next_poll_at=NOW + 900
        )
        failed = await stored(connection, "a")
        assert await sources.cursor(connection, failed) == cursor
        assert (failed.failures, failed.last_error, failed.next_poll_at) == (4, "'down'", NOW + 900)
        assert (failed.last_polled_at, failed.last_success_at, failed.last_new_at) == (NOW + 5, NOW, NOW)
        await save(connection, failed, cursor, cursor, now=NOW + 9, next_poll_at=NOW + 99)
        mended = await stored(connection, "a")
    assert (mended.failures, mended.last_error, mended.next_poll_at) == (0, None, NOW + 99)
    assert (mended.last_polled_at, mended.last_success_at, mended.last_new_at) == (NOW + 9, NOW + 9, NOW)


async def test_a_source_that_is_added_again_is_read_from_the_beginning(database: Database) -> None:
    """Stopping forgets how far it was read and keeps the source."""
    async with database.write() as connection:
        row = await sources.add(connection, uri("a"), now=NOW)
        source = await stored(connection, "a")
        await save(
            connection, source, Cursor(), Cursor("e", "l", "c" * 40, {"a": "1"}), next_poll_at=NOW + 60
        )
        await sources.deactivate(connection, row)
        assert await sources.active(connection) == await sources.due(connection, now=NOW + 99) == []
        assert await sources.add(connection, uri("a"), now=NOW) == row
        again = await stored(connection, "a")
        assert await sources.cursor(connection, again) == Cursor()
        assert await sources.due(connection, now=0) == [again]
