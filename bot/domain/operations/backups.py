"""Names of backup files.

They say which file is a backup of which database, its time, and which ones may be deleted.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

KEEP: Final = 7
"""Backups that are kept, the newest."""

_TIME: Final = "%Y%m%d-%H%M%S"


def backup_name(database: str, at: datetime) -> str:
    """Return the name of a backup: `paperwire-20260131-040500.sqlite3`.

    Args:
        database: the database's file name without its suffix.
        at: when it is made, timezone-aware; to the second.
    """
    return f"{database}-{at.astimezone(UTC):{_TIME}}.sqlite3"


def made_at(database: str, name: str) -> datetime | None:
    """Return when a backup of this database was made (UTC), or None where a file is none, by its name."""
    named = re.fullmatch(rf"{re.escape(database)}-([0-9]{{8}}-[0-9]{{6}})\.sqlite3", name)
    if named is None:
        return None
    try:
        return datetime.strptime(named[1], _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def is_copy(database: str, name: str) -> bool:
    """Whether a file is a copy of a database by its name: a backup, or what an upgrade left.

    Args:
        database: the database's file name.
        name: the file's.
    """
    stem = database.rpartition(".")[0] or database
    return made_at(stem, name) is not None or name.startswith(f"{database}.before-")


def newest(database: str, names: Iterable[str]) -> datetime | None:
    """Return when the newest backup among these files was made (UTC), or None where none is one."""
    return max((at for name in names if (at := made_at(database, name))), default=None)


def surplus(database: str, names: Iterable[str]) -> list[str]:
    """Return which of these files are backups older than the newest seven; all else is not ours to remove."""
    dated = {name: at for name in names if (at := made_at(database, name))}
    return sorted(dated, key=lambda name: dated[name], reverse=True)[KEEP:]
