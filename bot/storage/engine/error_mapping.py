"""Translates all database errors into paperwire's errors, in this one place."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.errors import StorageBusyError, StorageError

if TYPE_CHECKING:
    from types import TracebackType

_SQLITE_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
# lock_not_available, deadlock_detected, serialization_failure (PostgreSQL's appendix A)
_POSTGRESQL_BUSY = frozenset({"55P03", "40P01", "40001"})
# The drivers raise these bare for values that no database takes: integers over 64 bits, lone surrogates.
_BAD_VALUES = (OverflowError, UnicodeEncodeError)


class translated:  # noqa: N801 (used as a `with` keyword)
    """Turns the driver's and SQLAlchemy's errors into ours, in one line and without parameters."""

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(
        self, _type: type[BaseException] | None, error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        """Raise our error in place of a foreign one.

        Raises:
            StorageBusyError: another process holds a lock for too long.
            StorageError: any other failure of the database.
        """
        if isinstance(error, PoolTimeoutError):
            raise StorageBusyError("the database is busy: try again") from error
        cause = error.orig if isinstance(error, DBAPIError) else error
        if is_busy(cause):
            raise StorageBusyError(
                "another process holds the database's lock for too long: try again"
            ) from error
        if isinstance(error, (SQLAlchemyError, sqlite3.Error, *_BAD_VALUES)):
            raise StorageError(f"the database failed: {_first_line(cause)}") from error


def is_busy(error: BaseException | None) -> bool:
    """Whether a driver's error says that another process holds a lock."""
    if isinstance(error, sqlite3.Error):
        code: int | None = getattr(error, "sqlite_errorcode", None)
        return code is not None and code & 0xFF in _SQLITE_BUSY
    return getattr(error, "sqlstate", None) in _POSTGRESQL_BUSY


def _first_line(error: BaseException | None) -> str:
    return next(iter(str(error).splitlines()), "") or type(error).__name__
