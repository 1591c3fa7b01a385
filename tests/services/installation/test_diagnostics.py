"""Examining an installation: the facts of real databases, and nothing is written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, text

from bot.domain.chat.command import ChatKey
from bot.domain.papers.paper import Paper
from bot.domain.sources.source_uri import parse_source_uri
from bot.services.installation.diagnostics import examine
from bot.services.installation.rebuild_index import rebuild_index
from bot.storage.archive import papers, sources
from bot.storage.chats import chats
from bot.storage.delivery import digests
from bot.storage.engine.database import Database
from bot.storage.migrations import HEAD
from bot.storage.operations import leases
from bot.storage.operations.migrate import migrate
from bot.storage.schema import deliveries, schedules, unmatched

if TYPE_CHECKING:
    from pathlib import Path

    from bot.domain.operations.health_facts import ArchiveFacts, Facts

pytest_plugins = ("database_fixtures",)

NOW = datetime(2026, 2, 11, 12, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
LATE = SECONDS - 600


def names_in(folder: Path) -> list[str]:
    """Return the names of a folder's files."""
    return [file.name for file in folder.iterdir()]


async def look(database: Database, *, folder: Path | None = None) -> Facts:
    """Examine on the test's day."""
    return await examine(
        database,
        now=NOW,
        settings=["X=1"],
        poll_interval=60,
        backup_folder=folder,
        is_dead=lambda owners: {owner for owner in owners if owner.startswith("dead")},
    )


async def archive_of(database: Database) -> ArchiveFacts:
    """Return what is in a database that can be read."""
    facts = await look(database)
    assert facts.archive is not None
    return facts.archive


async def test_an_empty_database(database: Database) -> None:
    """It is at the newest revision, sound, and nothing is in it."""
    facts = await look(database)
    state = facts.database
    assert (state.revision, state.head, state.error, state.unsound) == (HEAD, HEAD, None, None)
    assert state.there
    assert state.size is not None
    assert state.size > 100_000
    assert state.version.startswith("SQLite 3" if database.path else "PostgreSQL 1")
    assert (state.free is None) == (database.path is None)
    assert facts.archive is not None
    assert not any([facts.archive.sources, facts.archive.leases, facts.archive.outbox])
    assert (facts.backups, facts.newest_backup) == (
        str(database.path.parent) if database.path else None,
        None,
    )


async def test_the_index_is_complete_once_it_was_made(database: Database) -> None:
    """A database that was only migrated has none yet."""
    assert not (await archive_of(database)).indexed
    await rebuild_index(database, owner="a", clock=lambda: NOW)
    assert (await archive_of(database)).indexed


async def test_sources_with_how_they_do(database: Database) -> None:
    """Those that are polled, in their order, without what their URI keeps secret."""
    async with database.write() as connection:
        for uri in ("arxiv:cs.CV", "https://ada:hush@example.org/feed"):
            await sources.add(connection, parse_source_uri(uri), now=0)
        await sources.add(connection, parse_source_uri("hf-daily:"), now=0, active=False)
        second = (await sources.active(connection))[1]
        await sources.save_failure(
            connection, second.id, error="HTTP 500", failures=3, now=SECONDS, next_poll_at=SECONDS
        )
    first, second_facts = (await archive_of(database)).sources
    assert (first.kind, first.last_success_at, first.failures) == ("arxiv", None, 0)
    assert (second_facts.failures, second_facts.last_error) == (3, "HTTP 500")
    assert "hush" not in second_facts.label


async def test_leases_and_whose_holder_is_gone(database: Database) -> None:
    """Whoever holds one is named."""
    async with database.write() as connection:
        for name, owner in (("poll", "alive:1"), ("deliver", "dead:2")):
            assert await leases.take(connection, name, owner, now=SECONDS, seconds=60)
    found = (await archive_of(database)).leases
    assert [(one.name, one.owner, one.dead) for one in found] == [
        ("deliver", "dead:2", True),
        ("poll", "alive:1", False),
    ]
    assert {one.expires_at for one in found} == {SECONDS + 60}


async def test_what_is_late(database: Database) -> None:
    """More than ten minutes, to the second; not what a gone chat would have got, nor what is done."""
    async with database.write() as connection:
        for number, due in enumerate([LATE - 1, LATE - 999, LATE, SECONDS + 60, None, LATE - 1]):
            key = ChatKey("telegram", str(number))
            chat = await chats.add(connection, key, language="en", zone="UTC", now=0)
            values: dict[str, Any] = {"chat_id": chat.id, "next_due_at": due}
            values |= {"rule": "daily 08:30", "most": 10, "versions": "line"}
            await connection.execute(insert(schedules).values(**values))
        await chats.set_gone(connection, chat.id, now=SECONDS)
        states = ["pending", "retry", "pending", "sent", "uncertain", "leased", "failed"]
        for number, state in enumerate(states):
            digest = await digests.add(connection, chat.id, now=0)
            values = {"key": str(number), "chat_id": chat.id, "digest_id": digest, "state": state}
            values |= {"due_at": LATE if number == 2 else LATE - 1, "created_at": 0, "changed_at": 0}
            await connection.execute(insert(deliveries).values(**values))
    found = await archive_of(database)
    assert (found.schedules_late, found.deliveries_late) == (2, 2)
    assert found.outbox == {"pending": 2, "retry": 1, "sent": 1, "uncertain": 1, "leased": 1, "failed": 1}


async def test_papers_that_wait_to_be_matched(database: Database) -> None:
    """They are counted."""
    async with database.write() as connection:
        made = [Paper(canonical_id=f"title:{n}", title=str(n), first_seen_at=0) for n in range(3)]
        for row in await papers.insert(connection, made, now=0):
            await connection.execute(insert(unmatched).values(paper_id=row))
    assert (await archive_of(database)).unmatched == 3


@pytest.mark.parametrize("revision", ["0004", "9999"])
async def test_a_database_of_another_revision(database: Database, revision: str) -> None:
    """It is only told which; its tables may be other ones, and it is not migrated."""
    async with database.write() as connection:
        statement = text("UPDATE alembic_version SET version_num = :revision")
        await connection.execute(statement, {"revision": revision})
    for _ in range(2):
        facts = await look(database)
        assert (facts.database.revision, facts.archive) == (revision, None)
        assert facts.database.error is None


async def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    """Looking does not make it."""
    database = Database(f"sqlite:///{tmp_path}/nosuch/file.sqlite3")
    facts = await look(database)
    await database.close()
    assert (facts.database.there, facts.archive) == (False, None)
    assert names_in(tmp_path) == []


async def test_a_server_that_does_not_answer() -> None:
    """The error is a fact, without the password."""
    database = Database("postgresql://ada:hush-hush@127.0.0.1:9/papers")
    facts = await look(database)
    await database.close()
    assert facts.database.error
    assert "hush" not in repr(facts)
    assert facts.database.url == "postgresql://ada:***@127.0.0.1:9/papers"


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """The error is a fact, and the file stays as it is."""
    path = tmp_path / "notes.txt"
    path.write_text("not a database\n" * 999, encoding="utf-8")
    database = Database(f"sqlite:///{path}")
    facts = await look(database)
    await database.close()
    assert facts.database.error
    assert path.read_text(encoding="utf-8") == "not a database\n" * 999


async def test_a_torn_database(tmp_path: Path) -> None:
    """What SQLite's own check found is a fact, or the error is; either way it is one line."""
    path = tmp_path / "torn.sqlite3"
    database = Database(f"sqlite:///{path}")
    await migrate(database)
    await database.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:-40_960] + b"\xff" * 40_960)
    database = Database(f"sqlite:///{path}")
    facts = await look(database)
    await database.close()
    told = facts.database.unsound or facts.database.error or ""
    assert len(told.splitlines()) == 1
    assert "*" not in told


async def test_the_newest_backup(tmp_path: Path) -> None:
    """It is known by its name, in the folder of the settings."""
    database = Database(f"sqlite:///{tmp_path}/p.sqlite3")
    folder = tmp_path / "backups"
    folder.mkdir()
    for name in ("p-20260210-040506.sqlite3", "p-20260211-040506.sqlite3", "q-20260211-110000.sqlite3"):
        (folder / name).touch()
    facts = await look(database, folder=folder)
    await database.close()
    assert facts.newest_backup == datetime(2026, 2, 11, 4, 5, 6, tzinfo=UTC)
    assert facts.backups == str(folder)
