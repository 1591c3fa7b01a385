"""Connections, URLs and the mapping of errors."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import traceback
from typing import TYPE_CHECKING

import forked_process
import psycopg
import pytest
from sqlalchemy import exc, text

from bot.domain.papers.paper import Paper
from bot.errors import SettingsError, StorageBusyError, StorageError
from bot.storage.archive import papers
from bot.storage.engine.database import Database
from bot.storage.engine.error_mapping import translated
from bot.storage.operations.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytest_plugins = ("database_fixtures",)

NOW = 1_750_000_000
SECRET = "s3cr3t/pä:ss"


@pytest.fixture
async def sqlite_database(tmp_path: Path) -> AsyncIterator[Database]:
    """A migrated SQLite database that waits a fiftieth of a second for locks."""
    database = Database(f"sqlite:///{tmp_path}/test.sqlite3", busy_timeout=0.02)
    await migrate(database)
    yield database
    await database.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "paperwire.sqlite3",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///file:x?mode=memory&uri=true",
        "sqlite://folder/file.sqlite3",
        "sqlite:///~nosuchuser/x",
        "mysql://root@localhost/x",
        f"postgresql://me:{SECRET}@host:port/name",
        "://",
        "sqlite:///x?mode=ro",
        "\x00",
    ],
)
def test_a_url_that_can_not_be_used_is_one_line(url: str) -> None:
    """The message says what to write instead and holds nothing of the URL that may be secret."""
    with pytest.raises(SettingsError) as caught:
        Database(url)
    assert "DATABASE_URL" in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert "s3cr3t" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:s3cr3t@host/name",
        "postgres://me:s3cr3t@host/name",
        "postgresql://me@host/name?password=s3cr3t&sslpassword=s3cr3t",
    ],
)
async def test_the_password_is_not_shown(url: str) -> None:
    """Neither in the representation nor by the pool."""
    database = Database(url)
    assert "s3cr3t" not in f"{database!r} {database}"
    assert database.dialect == "postgresql"
    await database.close()


async def test_the_home_folder_may_be_written_as_a_tilde(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As people write it in `.env`."""
    monkeypatch.setenv("HOME", str(tmp_path))
    database = Database("sqlite:///~/data/new.sqlite3")
    await migrate(database)
    await database.close()
    assert (tmp_path / "data" / "new.sqlite3").is_file()


async def test_an_unreachable_server_is_our_error() -> None:
    """In one line, without the password, also in what caused it."""
    database = Database("postgresql://me:s3cr3t@127.0.0.1:1/name")
    with pytest.raises(StorageError) as caught:
        async with database.read():
            pass
    await database.close()
    assert len(str(caught.value).splitlines()) == 1
    assert "s3cr3t" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "content", [b"not a database, but a text that somebody left here" * 99, b"SQLite format 3\x00"]
)
async def test_a_file_that_is_no_database_is_our_error(tmp_path: Path, content: bytes) -> None:
    """The file is left as it is."""
    path = tmp_path / "test.sqlite3"
    path.write_bytes(content)
    database = Database(f"sqlite:///{path}")
    with pytest.raises(StorageError) as caught:
        await migrate(database)
    await database.close()
    assert len(str(caught.value).splitlines()) == 1
    assert path.read_bytes() == content


async def test_a_folder_that_can_not_be_made_is_our_error(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("x")
    database = Database(f"sqlite:///{tmp_path}/file/sub/test.sqlite3")
    with pytest.raises(StorageError, match="can't be made"):
        await migrate(database)
    await database.close()


def _all_subclasses(kind: type[BaseException]) -> set[type[BaseException]]:
    return {kind}.union(*(_all_subclasses(below) for below in kind.__subclasses__()))


_DRIVERS = (*_all_subclasses(sqlite3.Error), *_all_subclasses(psycopg.Error))


@pytest.mark.parametrize(
    "kind", sorted(_all_subclasses(exc.DBAPIError), key=str), ids=lambda kind: kind.__name__
)
@pytest.mark.parametrize("cause", [sqlite3.OperationalError("secret\nlines"), psycopg.DataError(""), None])
def test_every_error_of_the_driver_is_ours(kind: type[exc.DBAPIError], cause: BaseException | None) -> None:
    """SQLAlchemy wraps them in a fixed set of classes; each becomes a StorageError of one line."""
    error = kind("SELECT ?", {"password": "s3cr3t"}, cause)  # type: ignore[arg-type] # None: no driver's error
    with pytest.raises(StorageError) as caught, translated():
        raise error
    assert len(str(caught.value).splitlines()) == 1
    assert "s3cr3t" not in str(caught.value)


def test_every_other_error_of_sqlalchemy_is_ours() -> None:
    """Whatever its version adds: the root of its tree is translated."""
    for error in (exc.SQLAlchemyError("a\nb"), exc.InvalidRequestError("x"), exc.TimeoutError("pool")):
        with pytest.raises(StorageError), translated():
            raise error


def test_which_errors_of_a_driver_mean_busy() -> None:
    """Locks, deadlocks and lost races mean "try again"; nothing else does, whatever its text says."""
    busy = set()
    for kind in _DRIVERS:
        with pytest.raises(StorageError) as caught, translated():
            raise exc.OperationalError("SELECT 1", {}, kind("column locked is busy"))
        if isinstance(caught.value, StorageBusyError):
            busy.add(kind.__name__)
    assert busy == {"LockNotAvailable", "DeadlockDetected", "SerializationFailure"}


@pytest.mark.parametrize(
    "error", [RuntimeError("x"), TimeoutError("x"), StorageBusyError("x"), SettingsError("x")]
)
def test_other_errors_pass(error: Exception) -> None:
    """Nobody's own error is mistaken for the database's."""
    with pytest.raises(type(error)) as caught, translated():
        raise error
    assert caught.value is error


async def test_a_lock_held_for_too_long_is_busy(sqlite_database: Database) -> None:
    """Another connection that writes and does not end: try again; afterwards it works."""
    assert sqlite_database.path
    other = sqlite3.connect(sqlite_database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageBusyError):
        async with sqlite_database.write():
            pass
    async with sqlite_database.read() as view:
        assert await papers.count(view) == 0
    other.execute("ROLLBACK")
    other.close()
    async with sqlite_database.write() as connection:
        await papers.insert(connection, [paper("a")], now=NOW)


@pytest.mark.postgres
async def test_a_row_locked_for_too_long_is_busy_on_postgresql(new_postgres: str) -> None:
    """`lock_timeout` ends the wait for another process's lock."""
    database = Database(new_postgres, busy_timeout=0.02)
    async with database.write() as connection:
        await connection.execute(text("CREATE TABLE t (a int)"))

    async def wait_for_each_other() -> None:
        async with database.write() as holder, database.write() as waiter:
            await holder.execute(text("LOCK TABLE t"))
            await waiter.execute(text("LOCK TABLE t"))

    with pytest.raises(StorageBusyError):
        await wait_for_each_other()
    await database.close()


@pytest.mark.postgres
async def test_a_connection_that_the_server_ended_is_our_error(new_postgres: str) -> None:
    """The transaction fails as ours; the next one gets a new connection."""
    database = Database(new_postgres)
    with pytest.raises(StorageError):
        async with database.write() as connection:
            await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar() == 1
    await database.close()


def paper(name: str) -> Paper:
    """Return an invented paper."""
    return Paper(canonical_id=f"title:{name}", title=name, first_seen_at=NOW)


def write_in_a_process(url: str, name: str) -> None:
    """Migrate a database and write papers, two a transaction; called in a process of its own."""

    async def run() -> None:
        database = Database(url)
        await migrate(database)
        for number in range(15):
            async with database.write() as connection:
                before = await papers.count(connection)
                made = [paper(f"{name}{number}-{n}") for n in (1, 2)]
                await papers.insert(connection, made, now=NOW)
                assert await papers.count(connection) == before + 2
        await database.close()

    asyncio.run(run())


async def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    """Two processes migrate one new file and write to it: no error, every row is there."""
    url = f"sqlite:///{tmp_path}/test.sqlite3"
    writers = [forked_process.start(write_in_a_process, url, name) for name in "ab"]
    for writer in writers:
        await asyncio.to_thread(writer.join)
    assert [writer.exitcode for writer in writers] == [0, 0]
    database = Database(url)
    async with database.read() as view:
        assert await papers.count(view) == 2 * 15 * 2
    await database.close()


async def test_units_of_work_in_one_process_take_turns(sqlite_database: Database) -> None:
    """A hundred tasks write at once, although nothing waits long for a lock."""

    async def write(number: int) -> None:
        async with sqlite_database.write() as connection:
            await papers.insert(connection, [paper(str(number))], now=NOW)

    await asyncio.gather(*(write(number) for number in range(100)))
    async with sqlite_database.read() as view:
        assert await papers.count(view) == 100


async def test_a_cancelled_unit_of_work_frees_the_lock_at_once(sqlite_database: Database) -> None:
    """A transaction cancelled within any of its statements lets the next one write at once."""
    async with sqlite_database.write() as connection:
        await connection.execute(text("CREATE TABLE notes (n INTEGER)"))

    async def write() -> None:
        async with sqlite_database.write() as connection:
            await connection.execute(text("INSERT INTO notes VALUES (1)"))
            await connection.execute(text("SELECT n FROM notes"))

    gc.disable()  # the next collection would free the lock, whenever that comes
    try:
        for turns in range(60):
            cancelled = [asyncio.create_task(write()) for _ in range(2)]
            for _ in range(turns):
                await asyncio.sleep(0)
            for task in cancelled:
                task.cancel()
            await asyncio.gather(*cancelled, return_exceptions=True)
            await write()
    finally:
        gc.enable()


async def test_a_cancelled_first_connection_keeps_nobody_waiting(tmp_path: Path) -> None:
    """Who waits while the first connection is made gets one although the task that made it is cancelled."""

    async def count(database: Database) -> None:
        async with database.write() as connection:
            await connection.execute(text("SELECT 1"))

    for turns in range(12):
        database = Database(f"sqlite:///{tmp_path}/{turns}.sqlite3")
        first, waiting = (asyncio.create_task(count(database)) for _ in range(2))
        for _ in range(turns):
            await asyncio.sleep(0)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        await waiting
        await database.close()


async def test_closing_ends_all_connections(sqlite_database: Database) -> None:
    """After closing, the file can be removed; a later use opens it again."""
    async with sqlite_database.read(), sqlite_database.read(), sqlite_database.write():
        pass
    await sqlite_database.close()
    await sqlite_database.close()
    async with sqlite_database.read() as view:
        assert await papers.count(view) == 0
