"""Copies of a SQLite file: whole, sound, for the same eyes, or not there."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bot.domain.papers.paper import Paper
from bot.errors import StorageError
from bot.storage.archive import papers
from bot.storage.engine.database import Database
from bot.storage.operations import backup, meta
from bot.storage.operations.backup import back_up
from bot.storage.operations.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

NOW = 1_750_000_000


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated SQLite database with some papers."""
    database = Database(f"sqlite:///{tmp_path}/100% a?b#c.sqlite3", busy_timeout=0.5)
    await migrate(database)
    async with database.write() as connection:
        made = [Paper(canonical_id=f"title:{n}", title=str(n), first_seen_at=NOW) for n in range(2_000)]
        await papers.insert(connection, made, now=NOW)
    yield database
    await database.close()


def path_of(database: Database) -> Path:
    """Return the database's file."""
    assert database.path is not None
    return database.path


def names_in(folder: Path) -> set[str]:
    """Return the names of a folder's files."""
    return {file.name for file in folder.iterdir()} if folder.is_dir() else set()


def tear(path: Path) -> None:
    """Overwrite pages of a file, as a bad disk does."""
    with path.open("r+b") as file:
        file.seek(8_192)
        file.write(b"\xff" * 200_000)


def rows(path: Path, statement: str) -> list[tuple[object, ...]]:
    """Return what a statement reads from a file."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


async def test_a_copy_is_a_whole_database(database: Database, tmp_path: Path) -> None:
    """It has all rows, needs no other file, and paperwire opens it."""
    target = tmp_path / "folder" / "deep" / "it's a copy.sqlite3"
    await back_up(path_of(database), target)
    assert names_in(target.parent) == {target.name}
    assert rows(target, "SELECT count(*) FROM papers") == [(2_000,)]
    copy = Database(f"sqlite:///{target}")
    async with copy.read() as connection:
        assert await papers.count(connection) == 2_000
    await copy.close()


async def test_a_copy_is_for_the_same_eyes(database: Database, tmp_path: Path) -> None:
    """A database that only its owner may read has copies that only the owner may read."""
    path_of(database).chmod(0o600)
    await back_up(path_of(database), tmp_path / "copy")
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600


async def test_writers_do_not_wait_for_a_copy(database: Database, tmp_path: Path) -> None:
    """While a copy is under way others write; it shows one state, the one from its beginning."""
    reached, go_on = threading.Event(), threading.Event()
    steps = 0

    class Slow(threading.Event):
        def is_set(self) -> bool:
            nonlocal steps
            steps += 1
            if steps == 3:  # the copy is amid its work
                reached.set()
                go_on.wait(60)
            return False

    copying = asyncio.create_task(
        asyncio.to_thread(backup._copy, path_of(database), tmp_path / "copy", Slow())
    )
    await asyncio.to_thread(reached.wait, 60)
    assert reached.is_set()
    for number in range(5):
        async with database.write() as connection:
            await meta.put(connection, f"written {number}", "meanwhile")
    go_on.set()
    await copying
    assert rows(tmp_path / "copy", "SELECT count(*) FROM meta WHERE value = 'meanwhile'") == [(0,)]
    assert rows(path_of(database), "SELECT count(*) FROM meta WHERE value = 'meanwhile'") == [(5,)]


async def test_a_copy_beside_an_open_unit_of_work(database: Database, tmp_path: Path) -> None:
    """What is not committed is not in it, and the copy does not wait for it."""
    async with database.write() as connection:
        await meta.put(connection, "half", "done")
        await back_up(path_of(database), tmp_path / "copy")
    assert rows(tmp_path / "copy", "SELECT count(*) FROM meta WHERE name = 'half'") == [(0,)]


async def test_a_copy_that_is_cancelled_leaves_nothing(database: Database, tmp_path: Path) -> None:
    """It ends before its caller does, and there is no half file."""
    target = tmp_path / "backups" / "copy"
    copying = asyncio.create_task(back_up(path_of(database), target))
    await asyncio.sleep(0)  # it has begun
    copying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await copying
    assert names_in(target.parent) <= {"copy"}


async def test_a_copy_that_is_cancelled_is_told_to_end(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it would continue, its thread ends with its caller."""
    told: list[bool] = []

    def endless(_path: Path, _target: Path, stop: threading.Event) -> None:
        told.append(stop.wait(60))
        raise StorageError("interrupted")

    monkeypatch.setattr(backup, "_copy", endless)
    copying = asyncio.create_task(back_up(path_of(database), tmp_path / "copy"))
    await asyncio.sleep(0)  # it has begun
    copying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await copying
    assert told == [True]


@pytest.mark.parametrize("told_at", [1, 2, 3, None])
def test_a_copy_breaks_off_when_told(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told_at: int | None
) -> None:
    """Amid its work or just before the end: the copy from before stays, and nothing half is left."""
    target = tmp_path / "backups" / "copy"
    target.parent.mkdir()
    target.write_bytes(b"from before")
    asked = 0

    class Told(threading.Event):
        def is_set(self) -> bool:
            nonlocal asked
            asked += 1
            return told_at is None or asked == told_at

    if told_at is None:  # so late that SQLite asks no more
        monkeypatch.setattr(backup, "_STEPS", 10**9)
    with pytest.raises(StorageError, match="the backup copy"):
        backup._copy(path_of(database), target, Told())
    assert names_in(target.parent) == {"copy"}
    assert target.read_bytes() == b"from before"


async def test_what_a_killed_process_left_is_replaced(database: Database, tmp_path: Path) -> None:
    """Half a copy of the same name is no obstacle."""
    (tmp_path / "copy.part").write_bytes(b"half a file" * 999)
    await back_up(path_of(database), tmp_path / "copy")
    assert rows(tmp_path / "copy", "PRAGMA integrity_check") == [("ok",)]
    assert not (tmp_path / "copy.part").exists()


async def test_a_copy_that_is_not_sound_is_refused(database: Database, tmp_path: Path) -> None:
    """Where the database's own rows break its rules the copy of before stays, and the error is one line."""
    target = tmp_path / "copy"
    target.write_bytes(b"from before")
    with closing(sqlite3.connect(path_of(database))) as connection, connection:
        connection.execute("CREATE TABLE broken(a)")
        connection.execute("INSERT INTO broken VALUES (NULL)")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = 'CREATE TABLE broken(a NOT NULL)' WHERE name = 'broken'"
        )
    with pytest.raises(StorageError, match="copy is not sound: NULL value in broken") as caught:
        await back_up(path_of(database), target)
    assert len(str(caught.value).splitlines()) == 1
    assert target.read_bytes() == b"from before"
    assert not (tmp_path / "copy.part").exists()


async def test_a_database_that_is_torn_is_not_copied(database: Database, tmp_path: Path) -> None:
    """The error says which backup was not written, and nothing is left of it."""
    await database.close()
    tear(path_of(database))
    with pytest.raises(StorageError, match="the backup copy can't be written"):
        await back_up(path_of(database), tmp_path / "backups" / "copy")
    assert names_in(tmp_path / "backups") == set()


async def test_a_folder_that_can_not_be_made(database: Database, tmp_path: Path) -> None:
    """The error names the folder and the reason."""
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"backup copy can't be written to .*/file/x: Not a directory"):
        await back_up(path_of(database), tmp_path / "file" / "x" / "copy")


async def test_no_database_is_made_for_a_copy(tmp_path: Path) -> None:
    """Where there is no file there is nothing to copy."""
    with pytest.raises(StorageError, match="can't be written"):
        await back_up(tmp_path / "nosuch", tmp_path / "copy")
    assert names_in(tmp_path) == set()
