"""Files that only their owner may read: what people read and save is their own business.

The command line sets the process's umask, so that whatever it or git makes is private from the first moment.
This is for what an older paperwire, or somebody's `cp`, left readable by others.
"""

from __future__ import annotations

import logging
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

import platformdirs

from bot.domain.operations.backups import is_copy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

UMASK: Final = 0o077
"""No rights for the group and for others."""

_log = logging.getLogger(__name__)


def files_of(database: Path, backups: Path | None) -> list[Path]:
    """Return the files of a SQLite database that are there: itself, what SQLite keeps beside it, its copies.

    Args:
        database: the database.
        backups: the folder of backups; None for the folder of the database.
    """
    beside = [database.with_name(f"{database.name}{end}") for end in ("", "-wal", "-shm", "-journal")]
    copies: list[Path] = []
    for folder in {database.parent, backups or database.parent}:
        try:
            copies += sorted(path for path in folder.iterdir() if is_copy(database.name, path.name))
        except OSError:
            continue  # it is not there, or nobody may list it
    return [path for path in (*beside, *copies) if path.is_file()]


def own_files(database: Path, backups: Path | None) -> list[Path]:
    """Return the same, and our own folders; a folder that somebody else named may be for others, too."""
    folders = (platformdirs.user_data_dir, platformdirs.user_cache_dir, platformdirs.user_state_dir)
    return [*files_of(database, backups), *(Path(folder("paperwire")) for folder in folders)]


def make_private(paths: Iterable[Path]) -> None:
    """Take the rights of everybody else from files and folders of this user."""
    for path in exposed(paths):
        try:
            there = path.stat()
            if there.st_uid == os.geteuid():
                path.chmod(stat.S_IMODE(there.st_mode) & ~UMASK)
                _log.info("others could read %s: now only its owner can", path)
            else:
                _log.warning("others may read %s, which is another user's file: chmod go= it", path)
        except OSError as error:
            _log.warning("others may read %s, and that can't be changed: %s", path, error.strerror)


def exposed(paths: Iterable[Path]) -> Sequence[Path]:
    """Return those that somebody else may read, write or enter; none on systems without such rights."""
    found = []
    for path in paths if os.name == "posix" else ():
        try:
            mode = path.stat().st_mode
        except OSError:
            continue
        if stat.S_IMODE(mode) & UMASK:
            found.append(path)
    return found
