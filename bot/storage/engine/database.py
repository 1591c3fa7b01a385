"""Connections: one writer and a few readers on SQLite, one pool on PostgreSQL; translates errors.

Measured: the hop to SQLite's thread (about 30 us) is the cost of a statement, so a transaction is a
few statements over many rows.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.errors import StorageBusyError, StorageError
from bot.storage.engine.database_url import parse_database_url
from bot.storage.engine.error_mapping import is_busy, translated

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import aiosqlite
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.ext.asyncio import AsyncEngine

Connection = AsyncConnection
"""An open transaction; services pass it on and never look inside."""

_BUSY_TIMEOUT = 30.0
"""Seconds a writer waits for another process; `poll --once` beside a running bot takes turns with it."""

_LOOK_AGAIN = 0.01
"""Seconds between two looks whether another process still sets up the file."""

_PATIENCE = 120.0
"""Seconds a transaction waits for those of its own process."""

_READERS = 4
_POSTGRESQL_CONNECTIONS, _POSTGRESQL_KEPT = 15, 5
"""How many connections to PostgreSQL there are at most, and how many stay open."""

_CACHE_KIB = 65_536
_MMAP_BYTES = 268_435_456


class Database:
    """The database of one installation, opened from its URL.

    Attributes:
        dialect: `sqlite` or `postgresql`.
        path: SQLite's file, or None.
    """

    def __init__(self, url: str, *, busy_timeout: float = _BUSY_TIMEOUT) -> None:
        """Prepare the connections; nothing is opened yet.

        Args:
            url: `sqlite:///path/file.sqlite3` or `postgresql://user:password@host/name`.
            busy_timeout: seconds to wait for a lock that another process holds.

        Raises:
            SettingsError: the URL is not one of these.
        """
        self._url = parse_database_url(url)
        self._busy_timeout = busy_timeout
        self.dialect = self._url.get_backend_name()
        self.path = Path(self._url.database or "") if self.dialect == "sqlite" else None
        # Nobody waits in a pool: who does so while the first connection fails, or is cancelled, never wakes.
        # So these let in no more than there are connections.
        self._writers = asyncio.Semaphore(1 if self.path else _POSTGRESQL_CONNECTIONS)
        self._readers = asyncio.Semaphore(_READERS) if self.path else self._writers
        if self.path:
            self._writer = self._sqlite_engine(pool_size=1, begin="BEGIN IMMEDIATE")
            self._reader = self._sqlite_engine(pool_size=_READERS, begin="BEGIN", read_only=True)
        else:
            self._writer = self._postgresql_engine()
            # READ COMMITTED would show each statement another state.
            self._reader = self._writer.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    def __repr__(self) -> str:
        """Name the database without its password."""
        return f"Database({self.shown_url!r})"

    @property
    def shown_url(self) -> str:
        """The URL for people: without its password, which may also be in the query."""
        return self._url.set(drivername=self.dialect, query={}).render_as_string(hide_password=True)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction: committed whole at the end, or rolled back whole on any error.

        Raises:
            StorageBusyError: another process writes for too long.
            StorageError: the database failed.
        """
        with translated():
            async with _turn(self._writers), self._writer.begin() as connection:
                yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a consistent view that never waits for a writer.

        Raises:
            StorageError: the database failed.
        """
        with translated():
            async with _turn(self._readers), self._reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def restructure(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that may rebuild tables.

        To change a table SQLite copies it and drops the old one, which would delete all that refers to it:
        so foreign keys are off, and checked at the end.

        Raises:
            StorageBusyError: another process writes for too long.
            StorageError: the database failed, or rows would refer to nothing.
        """
        with translated():
            async with _turn(self._writers), self._writer.connect() as connection:
                await self._enforce_foreign_keys(connection, on=False)
                try:
                    async with connection.begin():
                        yield connection
                        await self._check_foreign_keys(connection)
                finally:
                    await self._enforce_foreign_keys(connection, on=True)

    async def _enforce_foreign_keys(self, connection: AsyncConnection, *, on: bool) -> None:
        if self.path:
            # By the driver: SQLAlchemy would begin a transaction, in which SQLite ignores this.
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None, "an open connection has one"  # noqa: S101 (invariant)
            await driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")

    async def _check_foreign_keys(self, connection: AsyncConnection) -> None:
        if self.path and (await connection.exec_driver_sql("PRAGMA foreign_key_check")).first():
            raise StorageError("the database failed: rows would refer to rows that are gone")

    async def close(self) -> None:
        """Close all connections."""
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()

    def _postgresql_engine(self) -> AsyncEngine:
        settings = {} if "options" in self._url.query else {"options": self._postgresql_options()}
        return create_async_engine(
            self._url,
            pool_size=_POSTGRESQL_KEPT,
            max_overflow=_POSTGRESQL_CONNECTIONS,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args=settings,
        )

    def _postgresql_options(self) -> str:
        return f"-c lock_timeout={max(1, int(self._busy_timeout * 1000))}"

    async def _use_wal(self, driver: aiosqlite.Connection) -> None:
        """Turn on write-ahead logging, which the file keeps.

        Two processes that do this at once on a new file are in each other's way, and SQLite then refuses
        one of them without waiting.
        """
        until = asyncio.get_running_loop().time() + self._busy_timeout
        while True:
            try:
                async with driver.execute("PRAGMA journal_mode=WAL"):
                    return
            except sqlite3.OperationalError as error:
                if not is_busy(error) or asyncio.get_running_loop().time() > until:
                    raise
            await asyncio.sleep(_LOOK_AGAIN)

    def _sqlite_engine(self, *, pool_size: int, begin: str, read_only: bool = False) -> AsyncEngine:
        engine = create_async_engine(
            self._url,
            pool_size=pool_size,
            max_overflow=pool_size,  # for those that a cancelled task is still closing
            hide_parameters=True,
            # The driver's own transactions begin late and not at all before a SELECT.
            connect_args={"isolation_level": None, "timeout": self._busy_timeout},
        )

        @event.listens_for(engine.sync_engine, "connect")
        def set_up(connection: DBAPIConnection, _record: object) -> None:
            connection.run_async(self._use_wal)
            cursor = connection.cursor()
            for pragma in (
                "synchronous=FULL",
                "foreign_keys=ON",
                f"cache_size=-{_CACHE_KIB}",
                f"mmap_size={_MMAP_BYTES}",
                "temp_store=MEMORY",
                f"query_only={'ON' if read_only else 'OFF'}",
            ):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        @event.listens_for(engine.sync_engine, "invalidate")
        def roll_back(connection: DBAPIConnection, _record: object, _error: BaseException | None) -> None:
            # A transaction was cancelled within a statement. SQLite keeps a closed connection, and its lock,
            # while a cursor of it lives; a cancelled task's lives until the garbage is next collected.
            with suppress(sqlite3.Error, ValueError):  # it may be closed already
                connection.rollback()

        @event.listens_for(engine.sync_engine, "begin")
        def start(connection: Any) -> None:  # noqa: ANN401 (SQLAlchemy's event passes its own type)
            connection.exec_driver_sql(begin)

        return engine


@asynccontextmanager
async def _turn(turns: asyncio.Semaphore) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(_PATIENCE):
            await turns.acquire()
    except TimeoutError:
        raise StorageBusyError("the database is busy: try again") from None
    try:
        yield
    finally:
        turns.release()
