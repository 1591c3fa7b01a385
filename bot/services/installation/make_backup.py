"""Backs up a SQLite database, and deletes all but the newest seven backups."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.domain.operations.backups import backup_name, surplus
from bot.errors import StorageError
from bot.services.installation.hold_lease import hold_lease
from bot.storage.operations.backup import back_up

if TYPE_CHECKING:
    from pathlib import Path

    from bot.ports import Clock
    from bot.storage.engine.database import Database

_log = logging.getLogger(__name__)


async def make_backup(database: Database, folder: Path | None, *, owner: str, clock: Clock) -> Path:
    """Copy the database beside whoever works on it; return the copy's path.

    Args:
        database: a SQLite database. PostgreSQL's own pg_dump is what copies that one.
        folder: where backups go; None for the folder of the database.
        owner: names this process.
        clock: tells the time that the copy is named after.

    Raises:
        StorageError: no backup was made; those there are stay.
    """
    if database.path is None:
        raise StorageError("paperwire copies SQLite files only: back up PostgreSQL with pg_dump")
    folder = folder or database.path.parent
    async with hold_lease(database, "backup", owner=owner, clock=clock) as held:
        if not held:
            raise StorageError("another paperwire makes a backup now: try again in two minutes")
        target = folder / backup_name(database.path.stem, clock())
        await back_up(database.path, target)
        await asyncio.to_thread(_remove_surplus, database.path.stem, target)
    return target


def _remove_surplus(stem: str, made: Path) -> None:
    try:
        for name in surplus(stem, [file.name for file in made.parent.iterdir()]):
            if name != made.name:  # which is not the newest where the clock was set back
                (made.parent / name).unlink(missing_ok=True)
    except OSError as error:
        _log.warning("an old backup stays: %s", error)
