"""Housekeeping: once a day, by one process, with a backup on SQLite."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert

from bot.domain.chat.command import ChatKey
from bot.errors import StorageError
from bot.services.installation.housekeeping import Housekeeping
from bot.services.installation.make_backup import make_backup
from bot.storage.chats import chats
from bot.storage.delivery import digests
from bot.storage.operations import leases, meta
from bot.storage.schema import deliveries

if TYPE_CHECKING:
    from pathlib import Path

    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

START = datetime(2026, 1, 31, 4, 5, 6, tzinfo=UTC)
DAY = timedelta(days=1)


class House:
    """A house to keep, and a clock that only the test moves."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.now = START

    def clock(self) -> datetime:
        """Return the test's time."""
        return self.now

    def keeper(self, owner: str = "a") -> Housekeeping:
        """Return what keeps it in one process."""
        return Housekeeping(self.database, self.clock, owner, 100, self.folder)

    def backups(self) -> list[str]:
        """Return the names of all files in the folder of backups."""
        return sorted(file.name for file in self.folder.iterdir()) if self.folder.is_dir() else []

    async def put(self, *ages: timedelta) -> None:
        """Store a digest and its sent message for each of these ages."""
        async with self.database.write() as connection:
            chat = await chats.add(connection, ChatKey("telegram", "1"), language="en", zone="UTC", now=0)
            for age in ages:
                at = int((self.now - age).timestamp())
                digest = await digests.add(connection, chat.id, now=at)
                values: dict[str, Any] = {"chat_id": chat.id, "digest_id": digest, "state": "sent"}
                values |= {"key": str(digest), "due_at": at, "created_at": at, "changed_at": at}
                await connection.execute(insert(deliveries).values(**values))


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    """A house on either database."""
    return House(database, tmp_path / "backups")


async def test_what_is_older_than_wanted_goes(house: House) -> None:
    """To the second, and the report counts it."""
    second = timedelta(seconds=1)
    await house.put(200 * DAY, 100 * DAY + second, 100 * DAY, DAY)
    kept = await house.keeper().run()
    assert kept is not None
    assert (kept.forgotten["deliveries"], kept.forgotten["digests"]) == (2, 2)


async def test_once_in_24_hours(house: House) -> None:
    """Whichever process asks; then again."""
    assert await house.keeper("a").run() is not None
    assert await house.keeper("b").run() is None
    house.now += DAY - timedelta(seconds=1)
    assert await house.keeper("a").run() is None
    house.now += timedelta(seconds=1)
    assert await house.keeper("b").run() is not None
    assert await house.keeper("a").run() is None


async def test_a_clock_that_was_wrong_is_no_obstacle(house: House) -> None:
    """A mark in the future does not stop it for years."""
    house.now += 3650 * DAY
    assert await house.keeper().run() is not None
    house.now = START
    assert await house.keeper().run() is not None


async def test_of_several_at_once_one_keeps_house(house: House) -> None:
    """The others do nothing."""
    await house.put(200 * DAY, 200 * DAY, DAY)
    done = await asyncio.gather(*(house.keeper(owner).run() for owner in "abcd"))
    kept = [one for one in done if one]
    assert len(kept) == 1
    assert kept[0].forgotten["digests"] == 2


async def test_another_process_is_at_it(house: House) -> None:
    """While its lease holds nobody else begins."""
    async with house.database.write() as connection:
        now = int(START.timestamp())
        assert await leases.take(connection, "housekeeping", "other", now=now, seconds=60)
    assert await house.keeper().run() is None
    assert house.backups() == []
    house.now += timedelta(seconds=60)
    assert await house.keeper().run() is not None


async def test_backups_are_sqlite_s(house: House) -> None:
    """On SQLite each night brings one, after the pruning; on PostgreSQL there is none."""
    await house.put(200 * DAY, DAY)
    kept = await house.keeper().run()
    assert kept is not None
    if house.database.dialect == "postgresql":
        assert kept.backup is None
        assert house.backups() == []
        return
    assert kept.backup == house.folder / "test-20260131-040506.sqlite3"
    with closing(sqlite3.connect(kept.backup)) as copy:
        assert copy.execute("SELECT count(*) FROM digests").fetchone() == (1,)
        assert copy.execute("PRAGMA foreign_key_check").fetchall() == []


async def test_night_after_night(house: House) -> None:
    """What a night did is no obstacle to the next."""
    for _ in range(3):
        assert await house.keeper().run() is not None
        house.now += DAY


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_sqlite
async def test_seven_nights_are_kept(house: House) -> None:
    """The older ones go, and nothing that is named otherwise."""
    house.folder.mkdir()
    others = ["mine.sqlite3", "test-2026.sqlite3", "other-20200101-000000.sqlite3", "test.sqlite3"]
    for name in others:
        (house.folder / name).touch()
    for _ in range(9):
        assert await house.keeper().run() is not None
        house.now += DAY
    ours = [f"test-202602{day:02}-040506.sqlite3" for day in range(2, 9)]
    assert house.backups() == sorted(others + ours)


@on_sqlite
async def test_a_new_backup_stays_whatever_the_clock_says(house: House) -> None:
    """Seven backups from a future that a wrong clock made do not push the new one out."""
    house.folder.mkdir()
    for day in range(1, 9):
        (house.folder / f"test-2099010{day}-000000.sqlite3").touch()
    kept = await house.keeper().run()
    assert kept is not None
    assert kept.backup is not None
    assert kept.backup.is_file()
    assert len(house.backups()) == 8


@on_sqlite
async def test_a_backup_that_fails(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """It is logged, the old ones stay, nothing half is left; the pruning is done, and it waits for a day."""
    await house.put(200 * DAY, 99.5 * DAY, DAY)
    assert (await house.keeper().run()) is not None
    house.now += DAY
    assert house.database.path is not None
    with closing(sqlite3.connect(house.database.path)) as connection, connection:
        connection.execute("CREATE TABLE broken(a)")
        connection.execute("INSERT INTO broken VALUES (NULL)")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = 'CREATE TABLE broken(a NOT NULL)' WHERE name = 'broken'"
        )
    with caplog.at_level(logging.ERROR):
        kept = await house.keeper().run()
    assert kept is not None
    assert (kept.backup, kept.forgotten["digests"]) == (None, 1)
    assert "no backup today" in caplog.text
    assert house.backups() == ["test-20260131-040506.sqlite3"]
    assert await house.keeper().run() is None


@on_sqlite
async def test_what_was_broken_off_is_begun_again(house: House) -> None:
    """A process that ends amid its backup leaves no lease, no mark and no half file."""
    task = asyncio.create_task(house.keeper().run())
    while not house.backups():  # noqa: ASYNC110 (the file is the event)
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not [name for name in house.backups() if name.endswith(".part")]
    async with house.database.read() as connection:
        assert await leases.current(connection) == []
        assert await meta.get(connection, "housekeeping") is None
    assert await house.keeper("b").run() is not None


@on_sqlite
async def test_a_backup_beside_the_database(house: House) -> None:
    """Without a folder of its own it is there, and the database itself is never among what goes."""
    for _ in range(9):
        made = await make_backup(house.database, None, owner="a", clock=house.clock)
        house.now += DAY
    assert house.database.path is not None
    assert made.parent == house.database.path.parent
    assert house.database.path.is_file()
    assert len(list(made.parent.glob("test-*.sqlite3"))) == 7


@on_sqlite
async def test_two_backups_at_once(house: House) -> None:
    """The second is refused in one line, and one file is made."""
    done = await asyncio.gather(
        *(make_backup(house.database, house.folder, owner=owner, clock=house.clock) for owner in "ab"),
        return_exceptions=True,
    )
    [refused] = [one for one in done if isinstance(one, StorageError)]
    assert str(refused).startswith("another paperwire makes a backup now")
    assert len(house.backups()) == 1
