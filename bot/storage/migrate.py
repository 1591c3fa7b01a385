"""Brings a database to the newest revision at start: under one lock, after a backup, all or nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from bot.errors import SchemaError
from bot.storage.migrations import HEAD

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.storage.database import Database

_LOCK = 7_011_202_611
"""PostgreSQL's advisory lock; SQLite's write transaction is its own lock."""


async def migrate(database: Database, *, target: str = HEAD) -> str | None:
    """Bring a database to a revision; return the revision it had, or None where it was new.

    Raises:
        SchemaError: the database was written by a newer paperwire.
        StorageError: a revision failed; the database is as it was.
    """
    if database.path:
        database.path.parent.mkdir(parents=True, exist_ok=True)
    async with database.read() as connection:
        before = await connection.run_sync(_revision)
    if before == target:
        return before
    if before and database.path:
        _back_up(database.path, before)
    async with database.write() as connection:
        if database.dialect == "postgresql":
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        await connection.run_sync(_upgrade, target)
    return before


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def _upgrade(connection: Connection, target: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, target)
    except CommandError as error:
        raise SchemaError(
            "this database was written by a newer paperwire: upgrade paperwire, or set another DATABASE_URL"
        ) from error


def _back_up(path: Path, revision: str) -> None:
    with (
        sqlite3.connect(path) as source,
        sqlite3.connect(path.with_name(f"{path.name}.before-{HEAD}-from-{revision}")) as copy,
    ):
        source.backup(copy)
