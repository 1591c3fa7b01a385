"""Both databases, as fixtures: each test gets its own, migrated and empty.

A test module asks for them by `pytest_plugins = ("database_fixtures",)`.
"""

from __future__ import annotations

import os
import shutil
import uuid
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.pool import QueuePool

from bot.storage.database import Database
from bot.storage.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

SERVER = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


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


@pytest.fixture(scope="session")
def _templates() -> Iterator[dict[str, str]]:
    """Migrated databases to copy, made when they are first needed."""
    made: dict[str, str] = {}
    yield made
    if "postgresql" in made:
        execute_on_server(f'DROP DATABASE "{made["postgresql"]}"')


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def database_url(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    _templates: dict[str, str],
) -> AsyncIterator[str]:
    """The URL of a migrated, empty database."""
    if request.param == "sqlite":
        if "sqlite" not in _templates:
            _templates["sqlite"] = str(tmp_path_factory.mktemp("template") / "template.sqlite3")
            await _migrate(f"sqlite:///{_templates['sqlite']}")
        shutil.copy(_templates["sqlite"], tmp_path / "test.sqlite3")
        yield f"sqlite:///{tmp_path}/test.sqlite3"
        return
    request.getfixturevalue("postgres_server")
    if "postgresql" not in _templates:
        _templates["postgresql"] = f"pw_template_{uuid.uuid4().hex}"
        execute_on_server(f'CREATE DATABASE "{_templates["postgresql"]}"')
        await _migrate(sibling(_templates["postgresql"]))
    name = f"pw_{uuid.uuid4().hex}"
    execute_on_server(f'CREATE DATABASE "{name}" TEMPLATE "{_templates["postgresql"]}"')
    yield sibling(name)
    # Without FORCE: this fails where a test left a connection open.
    execute_on_server(f'DROP DATABASE "{name}"')


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
