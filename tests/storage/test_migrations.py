"""Migrations: from every revision, with data, at once, and when they fail."""

from __future__ import annotations

import asyncio
import importlib
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import forked_process
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, inspect, select, text
from sqlalchemy.types import Boolean, Float, Integer

from bot.errors import SchemaError, StorageError
from bot.storage.engine.database import Database
from bot.storage.migrations import HEAD
from bot.storage.operations import migrate as migrations
from bot.storage.operations.migrate import SCRIPTS, migrate
from bot.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from sqlalchemy import Column, Connection

pytest_plugins = ("database_fixtures",)

REVISIONS = sorted(path.name.partition("_")[0] for path in (SCRIPTS / "versions").glob("[0-9]*.py"))

_FAILING = '''"""A revision that fails half-way."""
from alembic import op
import sqlalchemy as sa

revision, down_revision, branch_labels, depends_on = "9998", "{head}", None, None


def upgrade() -> None:
    """Change something, then fail."""
    op.create_table("half_way", sa.Column("a", sa.Integer()))
    op.execute("UPDATE papers SET title = 'lost'")
    {failure}
'''

_REBUILDING = '''"""A revision that rebuilds the table that others refer to."""
from alembic import op
import sqlalchemy as sa

revision, down_revision, branch_labels, depends_on = "9998", "{head}", None, None


def upgrade() -> None:
    """Make a column narrower."""
    with op.batch_alter_table("papers") as papers:
        papers.alter_column("title", existing_type=sa.Text(), type_=sa.String(500), existing_nullable=False)
    with op.batch_alter_table("chats") as chats:
        chats.add_column(sa.Column("extra", sa.Text(), server_default=""))
'''


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/folder/test.sqlite3")
    else:
        database = Database(request.getfixturevalue("new_postgres"))
    yield database
    await database.close()


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the revisions, to which a test may add."""
    folder = tmp_path / "100% migrations"
    shutil.copytree(SCRIPTS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migrations, "SCRIPTS", folder)
    return folder


def test_the_known_head_is_the_newest_file() -> None:
    """A start compares with a constant; the files are the truth, each following the one before."""
    assert REVISIONS[-1] == HEAD
    names = sorted(path.stem for path in (SCRIPTS / "versions").glob("[0-9]*.py"))
    modules = [importlib.import_module(f"bot.storage.migrations.versions.{name}") for name in names]
    assert [module.revision for module in modules] == REVISIONS
    assert [module.down_revision for module in modules] == [None, *REVISIONS[:-1]]


@pytest.mark.parametrize("start", [None, *REVISIONS])
async def test_every_revision_comes_up_with_its_data(empty_database: Database, start: str | None) -> None:
    """From nothing and from each revision: the schema is the code's and each row is still there."""
    if start:
        assert await migrate(empty_database, target=start) is None
        before = await fill(empty_database)
    assert await migrate(empty_database) == start
    assert await differences(empty_database) == []
    if start:
        after = await contents(empty_database)
        assert {name: len(rows) for name, rows in before.items()} == {
            name: len(after[name]) for name in before
        }
        for name, rows in before.items():
            assert all(row.items() <= after[name][index].items() for index, row in enumerate(rows)), name
    assert await migrate(empty_database) == HEAD


async def test_a_database_at_the_newest_revision_is_left_alone(tmp_path: Path) -> None:
    """No backup, no writing: a second start may even run while another process writes."""
    database = Database(f"sqlite:///{tmp_path}/test.sqlite3", busy_timeout=0.02)
    await migrate(database)
    async with database.write():
        assert await migrate(database) == HEAD
    await database.close()
    assert not backups(tmp_path)


async def test_a_backup_is_made_before_an_upgrade(tmp_path: Path, scripts: Path) -> None:
    """It holds the data and the revision from before, and is a whole database."""
    database = Database(f"sqlite:///{tmp_path}/test.sqlite3")
    await migrate(database)
    await fill(database)
    add_revision(scripts, _REBUILDING)
    assert await migrate(database, target="9998") == HEAD
    await database.close()
    [backup] = backups(tmp_path)
    assert backup.name.endswith(f"from-{HEAD}")
    with closing(sqlite3.connect(backup)) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
        assert copy.execute("SELECT count(*) FROM papers").fetchone() == (1,)
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_rebuilding_a_table_keeps_what_refers_to_it(empty_database: Database, scripts: Path) -> None:
    """SQLite copies and drops the table; foreign keys must not delete what refers to it."""
    await migrate(empty_database)
    before = await fill(empty_database)
    add_revision(scripts, _REBUILDING)
    await migrate(empty_database, target="9998")
    after = await contents(empty_database)
    assert {name: len(rows) for name, rows in after.items()} == {
        name: len(rows) for name, rows in before.items()
    }
    if empty_database.path:
        async with empty_database.write() as connection:
            assert (await connection.exec_driver_sql("PRAGMA foreign_keys")).scalar() == 1


@pytest.mark.parametrize(
    "failure",
    ["raise ValueError('no')", "op.execute('SELECT nothing FROM nowhere')", "op.drop_table('absent')"],
)
async def test_a_failing_migration_leaves_the_database_as_it_was(
    empty_database: Database, scripts: Path, failure: str
) -> None:
    """Tables, rows and revision, whatever failed; the error is ours."""
    await migrate(empty_database)
    before = await fill(empty_database)
    add_revision(scripts, _FAILING, failure=failure)
    with pytest.raises(StorageError) as caught:
        await migrate(empty_database, target="9998")
    assert len(str(caught.value).splitlines()) == 1
    assert await contents(empty_database) == before
    assert await differences(empty_database) == []
    assert await migrate(empty_database) == HEAD


async def test_a_newer_database_is_refused_in_one_line(empty_database: Database) -> None:
    """The message says what to do; nothing is written, not even a backup."""
    await migrate(empty_database)
    async with empty_database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaError, match="upgrade paperwire") as caught:
        await migrate(empty_database)
    assert len(str(caught.value).splitlines()) == 1
    if empty_database.path:
        assert not backups(empty_database.path.parent)


def migrate_in_a_process(url: str) -> None:
    """Bring a database to the newest revision; called in a process of its own."""

    async def run() -> None:
        database = Database(url)
        await migrate(database)
        await database.close()

    asyncio.run(run())


@pytest.mark.parametrize("start", [None, *REVISIONS[:-1][-1:]])
async def test_two_processes_migrate_at_once(empty_database: Database, start: str | None) -> None:
    """One does it, the other waits and finds it done; a backup is of the state before."""
    if start:
        await migrate(empty_database, target=start)
    await empty_database.close()
    url = empty_database._url.render_as_string(hide_password=False)
    processes = [forked_process.start(migrate_in_a_process, url) for _ in range(2)]
    for process in processes:
        await asyncio.to_thread(process.join)
    assert [process.exitcode for process in processes] == [0, 0]
    assert await differences(empty_database) == []
    if start and empty_database.path:
        [backup] = backups(empty_database.path.parent)
        with closing(sqlite3.connect(backup)) as copy:
            assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [(start,)]


def backups(folder: Path) -> list[Path]:
    """Return the backups in a folder, unfinished ones too."""
    return list(folder.glob("*before*"))


def add_revision(scripts: Path, template: str, **values: str) -> None:
    """Write a revision after the newest one."""
    (scripts / "versions" / "9998_test.py").write_text(template.format(head=HEAD, **values))


async def differences(database: Database) -> list[Any]:
    """Return how the database differs from the code's schema; the search index is not part of it."""

    def compare(connection: Connection) -> list[Any]:
        options = {"compare_type": True, "compare_server_default": True, "include_name": _is_ours}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, metadata))

    async with database.read() as connection:
        return await connection.run_sync(compare)


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or not str(name).startswith("paper_search")


async def fill(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Put a row into every table there is, whatever its revision; return the contents."""

    def insert(connection: Connection) -> None:
        for table in _reflect(connection).sorted_tables:
            values = {column.name: _invented(column) for column in table.columns}
            connection.execute(table.insert().values(values))

    async with database.write() as connection:
        await connection.run_sync(insert)
    return await contents(database)


async def contents(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of all tables but the search index."""

    def read(connection: Connection) -> dict[str, list[dict[str, Any]]]:
        return {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in _reflect(connection).sorted_tables
        }

    async with database.read() as connection:
        return await connection.run_sync(read)


def _reflect(connection: Connection) -> MetaData:
    names = [
        name
        for name in inspect(connection).get_table_names()
        if not name.startswith("paper_search") and name != "alembic_version"
    ]
    reflected = MetaData()
    reflected.reflect(connection, only=names)
    return reflected


def _invented(column: Column[Any]) -> object:
    """Return a value for any column: references are to the one row that each table has, of number 1."""
    if isinstance(column.type, Boolean):
        return True
    if isinstance(column.type, (Integer, Float)):
        return 1
    return "[]"
