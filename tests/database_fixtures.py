"""Both databases, as fixtures: each test gets its own, migrated and empty.

A test module asks for them by `pytest_plugins = ("database_fixtures",)`.
"""

from __future__ import annotations

import gc
import os
import shutil
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy.engine import make_url
from sqlalchemy.pool import QueuePool

from bot.storage.engine.database import Database
from bot.storage.migrations import HEAD
from bot.storage.operations.migrate import migrate
from bot.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

SERVER = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


_SECONDS_TO_CLOSE = 5.0
_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
_OURS = {*metadata.tables, "paper_search", "alembic_version"}
_SEQUENCES_BEGIN_ANEW = "SELECT setval(seqrelid, seqstart, false) FROM pg_sequence"


def sibling(name: str) -> str:
    """Return the URL of another database on the test server."""
    return make_url(SERVER).set(database=name).render_as_string(hide_password=False)


def execute_on_server(statement: str) -> None:
    """Run one statement outside any transaction."""
    with psycopg.connect(SERVER, autocommit=True, connect_timeout=5) as server:
        server.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The PostgreSQL server's URL; tests that ask for it are skipped where none answers."""
    try:
        execute_on_server("SELECT 1")
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL server answers at TEST_POSTGRES_URL or 127.0.0.1:5432")
    return SERVER


@pytest.fixture
def new_postgres(postgres_server: str) -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database."""
    del postgres_server
    name = f"pw_{uuid.uuid4().hex}"
    execute_on_server(f'CREATE DATABASE "{name}"')
    yield sibling(name)
    execute_on_server(f'DROP DATABASE "{name}"')


@dataclass
class _Made:
    """What tests leave for the next ones.

    Attributes:
        sqlite: a migrated database to copy, once one was made.
        postgres: migrated databases that are empty again, ready for the next test.
    """

    sqlite: Path | None = None
    postgres: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def _made() -> Iterator[_Made]:
    """What tests leave for the next ones."""
    made = _Made()
    yield made
    for name in made.postgres:
        execute_on_server(f'DROP DATABASE "{name}"')


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, _made: _Made
) -> AsyncIterator[str]:
    """The URL of a migrated, empty database."""
    if request.param == "sqlite":
        if _made.sqlite is None:
            made = tmp_path_factory.mktemp("template") / "template.sqlite3"
            await _migrate(f"sqlite:///{made}")
            _made.sqlite = made
        shutil.copy(_made.sqlite, tmp_path / "test.sqlite3")
        yield f"sqlite:///{tmp_path}/test.sqlite3"
        return
    request.getfixturevalue("postgres_server")
    if _made.postgres:
        name = _made.postgres.pop()
    else:
        name = f"pw_{uuid.uuid4().hex}"
        execute_on_server(f'CREATE DATABASE "{name}"')
        await _migrate(sibling(name))
    yield sibling(name)
    try:
        is_whole = _is_emptied(name)
    except BaseException:
        execute_on_server(f'DROP DATABASE "{name}" WITH (FORCE)')
        raise
    if is_whole:
        _made.postgres.append(name)
    else:
        execute_on_server(f'DROP DATABASE "{name}"')


def _is_emptied(name: str) -> bool:
    """Take all rows out of a database, in a tenth of the time that a new one takes.

    Returns:
        False where a test changed its tables, so that the next test can't have it.

    Raises:
        AssertionError: a test left a connection open.
    """
    with psycopg.connect(sibling(name), autocommit=True, connect_timeout=5) as connection:
        until = time.monotonic() + _SECONDS_TO_CLOSE
        while connection.execute(_OTHERS).fetchone() != (0,):  # the server may be slower to close than we
            gc.collect()  # psycopg leaves a connection that was cancelled while it connected to the collector
            assert time.monotonic() < until, "a test left a connection open"
        if {one for (one,) in connection.execute(_TABLES)} != _OURS or connection.execute(
            "SELECT version_num FROM alembic_version"
        ).fetchall() != [(HEAD,)]:
            return False
        for table in reversed(metadata.sorted_tables):
            connection.execute(SQL("DELETE FROM {}").format(Identifier(table.name)))
        connection.execute(_SEQUENCES_BEGIN_ANEW)
        return True


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated, empty database; at the end no connection may still be checked out."""
    database = Database(database_url)
    yield database
    in_use = connections_in_use(database)
    await database.close()
    assert in_use == 0


def connections_in_use(database: Database) -> int:
    """Return how many connections are checked out of a database's pools."""
    pools = {engine.pool for engine in (database._writer, database._reader)}
    return sum(pool.checkedout() for pool in pools if isinstance(pool, QueuePool))


async def _migrate(url: str) -> None:
    database = Database(url)
    await migrate(database)
    await database.close()
