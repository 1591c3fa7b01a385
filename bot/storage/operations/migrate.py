"""Migrates a database to the newest revision at start: under a lock, after a backup, all or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import SchemaError, StorageError
from bot.storage.migrations import HEAD
from bot.storage.operations.backup import back_up

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

    from bot.storage.engine.database import Database

_LOCK = 7_011_202_611
"""PostgreSQL's advisory lock; SQLite's write transaction is its own lock."""

SCRIPTS = Path(__file__).parents[1] / "migrations"
"""Alembic's folder; `versions` in it holds the revisions."""


async def migrate(database: Database, *, target: str = HEAD) -> str | None:
    """Bring a database to a revision; return the revision it had, or None where it was new.

    Raises:
        SchemaError: the database was written by a newer paperwire.
        StorageError: a revision failed; the database is as it was.
    """
    if database.path:
        _make_folder(database.path.parent)
    before = await revision_of(database)
    if before == target:
        return before
    async with database.restructure() as connection:
        if database.dialect == "postgresql":
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        # Another process may have done it while this one waited for the lock.
        before = await connection.run_sync(_revision)
        if before == target:
            return before
        if before:
            _check_known(before)
        if before and database.path:
            name = f"{database.path.name}.before-{HEAD}-from-{before}"
            await back_up(database.path, database.path.with_name(name))
        await connection.run_sync(_upgrade, target)
    return before


async def revision_of(database: Database) -> str | None:
    """Return the revision of a database as it is, or None where it has no paperwire tables."""
    async with database.read() as connection:
        return await connection.run_sync(_revision)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"the database's folder {folder} can't be made: {error.strerror}") from error


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def _check_known(revision: str) -> None:
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    try:
        ScriptDirectory.from_config(_config()).get_revision(revision)
    except CommandError as error:
        raise SchemaError(
            "this database was written by a newer paperwire: upgrade paperwire, or set another DATABASE_URL"
        ) from error


def _upgrade(connection: Connection, target: str) -> None:
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, target)
    except SQLAlchemyError:
        raise
    except Exception as error:
        # A revision may move data with any code; whatever it raises, the database stays as it was.
        raise StorageError(f"a migration failed, the database is as it was: {error!r}") from error


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    # A percent sign means something to the parser of Alembic's settings.
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config
