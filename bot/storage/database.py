"""Connections: one writer and a few readers on SQLite, one pool on PostgreSQL, and the error mapping.

Measured: the hop to SQLite's thread (about 30 us) is the cost of a statement, so a unit of work is a
few statements over many rows.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.errors import SettingsError, StorageBusyError, StorageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import URL
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.ext.asyncio import AsyncEngine

Connection = AsyncConnection
"""An open unit of work; services pass it on and never look inside."""

_BUSY_TIMEOUT = 30.0
"""Seconds a writer waits for another process; `poll --once` beside a running bot takes turns with it."""

_READERS = 4
_CACHE_KIB = 65_536
_MMAP_BYTES = 268_435_456


class Database:
    """The database of one installation, opened from its URL.

    Attributes:
        dialect: `sqlite` or `postgresql`.
        path: SQLite's file, or None.
    """

    def __init__(self, url: str) -> None:
        """Prepare the connections; nothing is opened yet.

        Args:
            url: `sqlite:///path/file.sqlite3` or `postgresql://user:password@host/name`.

        Raises:
            SettingsError: the URL is not one of these.
        """
        self._url = _driver_url(url)
        self.dialect = self._url.get_backend_name()
        self.path = Path(self._url.database or "") if self.dialect == "sqlite" else None
        if self.path:
            self._writer = self._sqlite_engine(pool_size=1, begin="BEGIN IMMEDIATE")
            self._reader = self._sqlite_engine(pool_size=_READERS, begin="BEGIN")
        else:
            self._writer = create_async_engine(self._url, pool_size=5, pool_pre_ping=True)
            self._reader = self._writer

    def __repr__(self) -> str:
        """Name the database without its password."""
        return f"Database({self._url.render_as_string(hide_password=True)!r})"

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Open a unit of work: committed whole at the end, or rolled back whole on any error.

        Raises:
            StorageBusyError: another process writes for too long.
            StorageError: the database failed.
        """
        with _translated():
            async with self._writer.begin() as connection:
                yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a consistent view that never waits for a writer.

        Raises:
            StorageError: the database failed.
        """
        with _translated():
            async with self._reader.connect() as connection:
                yield connection

    async def close(self) -> None:
        """Close all connections."""
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()

    def _sqlite_engine(self, *, pool_size: int, begin: str) -> AsyncEngine:
        engine = create_async_engine(
            self._url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=_BUSY_TIMEOUT * 4,
            # The driver's own transactions begin late and not at all before a SELECT.
            connect_args={"isolation_level": None, "timeout": _BUSY_TIMEOUT},
        )

        @event.listens_for(engine.sync_engine, "connect")
        def set_up(connection: DBAPIConnection, _record: object) -> None:
            cursor = connection.cursor()
            for pragma in (
                "journal_mode=WAL",
                "synchronous=FULL",
                "foreign_keys=ON",
                f"cache_size=-{_CACHE_KIB}",
                f"mmap_size={_MMAP_BYTES}",
                "temp_store=MEMORY",
            ):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        @event.listens_for(engine.sync_engine, "begin")
        def start(connection: Any) -> None:  # noqa: ANN401 (SQLAlchemy's event passes its own type)
            connection.exec_driver_sql(begin)

        return engine


class _translated:  # noqa: N801 (used as a `with` keyword)
    """Turns the driver's and SQLAlchemy's errors into ours; the one place that does."""

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        """Raise our error in place of a foreign one."""
        if isinstance(error, (PoolTimeoutError, asyncio.TimeoutError)):
            raise StorageBusyError("the database is busy: try again") from error
        if isinstance(error, DBAPIError):
            text = str(error.orig).splitlines()[0] if str(error.orig) else type(error.orig).__name__
            if "locked" in text or "busy" in text:
                raise StorageBusyError(
                    "another process holds the database's lock for too long: try again"
                ) from error
            raise StorageError(f"the database failed: {text}") from error
        if isinstance(error, SQLAlchemyError):
            raise StorageError(f"the database failed: {error}") from error


def _driver_url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except SQLAlchemyError as error:
        raise SettingsError(
            "DATABASE_URL can't be read: use sqlite:///path/file.sqlite3 or postgresql://user@host/name"
        ) from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise SettingsError("DATABASE_URL needs a file, such as sqlite:///paperwire.sqlite3")
        path = Path(parsed.database).expanduser()
        return parsed.set(drivername="sqlite+aiosqlite", database=str(path))
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    raise SettingsError(f"DATABASE_URL: paperwire runs on sqlite and postgresql, not on {backend!r}")
