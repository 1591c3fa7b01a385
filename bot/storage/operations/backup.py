"""Copies a SQLite database while other processes read and write it.

`VACUUM INTO` reads one state of the database in a transaction of its own; in WAL mode it waits for no writer
and no writer waits for it (sqlite.org/lang_vacuum.html). PostgreSQL has pg_dump for this.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import threading
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Final

from bot.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path

_STEPS: Final = 10_000
"""Instructions of SQLite's machine between two looks whether to continue; some milliseconds."""


async def back_up(path: Path, target: Path) -> None:
    """Copy a database, off the event loop; only a whole and sound copy gets the target's name.

    Cancelled, it breaks off and leaves nothing behind. One process at a time may make a copy of this name.

    Args:
        path: the database.
        target: the copy; one that is there already is replaced.

    Raises:
        StorageError: there is no sound copy; the target is as it was.
    """
    stop = threading.Event()
    copying = asyncio.create_task(asyncio.to_thread(_copy, path, target, stop))
    try:
        await asyncio.shield(copying)
    except asyncio.CancelledError:
        stop.set()
        # A thread can't be cancelled; left alone it would continue for as long as the database is large.
        with suppress(StorageError):
            await copying
        raise


def _copy(path: Path, target: Path, stop: threading.Event) -> None:
    unfinished = target.with_name(f"{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)  # of a process that was killed
        unfinished.touch()
        # Before anything is in it: the copy is for the same eyes as the database.
        shutil.copymode(path, unfinished)
        with closing(_open(path, "rw", stop)) as source:
            source.execute("VACUUM INTO ?", (str(unfinished.absolute()),))
        with closing(_open(unfinished, "ro", stop)) as copy:
            [(found,), *_] = copy.execute("PRAGMA integrity_check(1)").fetchall()
        if found != "ok":
            raise StorageError(f"the backup {target.name} is not sound: {found.splitlines()[-1]}")
        _sync(unfinished)
        if stop.is_set():
            raise StorageError(f"the backup {target.name} was interrupted")
        unfinished.replace(target)
        _sync(target.parent)
    except (OSError, sqlite3.Error, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise StorageError(f"the backup {target.name} can't be written to {target.parent}: {why}") from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _open(path: Path, mode: str, stop: threading.Event) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=30, isolation_level=None)
    connection.set_progress_handler(stop.is_set, _STEPS)
    return connection


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
