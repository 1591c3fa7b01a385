"""Daily housekeeping: deletes old rows, and backs up a SQLite database."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.errors import StorageError
from bot.services.installation.hold_lease import hold_lease
from bot.services.installation.make_backup import make_backup
from bot.storage.operations import meta, retention

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.ports import Clock
    from bot.storage.engine.database import Database

_EVERY: Final = 86_400
_NAME: Final = "housekeeping"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HousekeepingReport:
    """The result of housekeeping.

    Attributes:
        forgotten: how many rows of each kind went; papers that a digest showed are not counted.
        backup: the copy of the database, or None: it failed, or the database is PostgreSQL.
    """

    forgotten: Mapping[str, int]
    backup: Path | None


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """Housekeeping for all processes on a database: one of them does it, once in 24 hours.

    On PostgreSQL there is no backup, that is pg_dump's, and nothing to optimize: autovacuum does it.

    Attributes:
        database: the database.
        clock: tells the time.
        owner: names this process.
        keep_days: what is older goes.
        backup_folder: where backups go; None for the folder of the database.
    """

    database: Database
    clock: Clock
    owner: str
    keep_days: int
    backup_folder: Path | None

    async def run(self) -> HousekeepingReport | None:
        """Keep house, or return None where it was done in the last 24 hours or another process is at it.

        May be called at each tick: where there is nothing to do it reads one row. What is broken off, or ends
        with an error, is begun again at the next call; only a backup that failed waits for the next day.

        Raises:
            StorageError: the database failed.
        """
        if not await self._is_due():
            return None
        async with hold_lease(self.database, _NAME, owner=self.owner, clock=self.clock) as held:
            # Another process may have done it between the look and the lease.
            if not held or not await self._is_due():
                return None
            began = self._now()
            forgotten = {kind.name: await self._forget(kind) for kind in retention.KINDS}
            async with self.database.write() as connection:
                await retention.optimize(connection)
            backup = await self._back_up() if self.database.path else None
            async with self.database.write() as connection:
                await meta.put(connection, _NAME, str(began))
        return HousekeepingReport(forgotten, backup)

    def _now(self) -> int:
        return int(self.clock().timestamp())

    async def _is_due(self) -> bool:
        async with self.database.read() as connection:
            last = await meta.get(connection, _NAME)
        # One in the future is of a clock that was wrong.
        return last is None or not 0 <= self._now() - int(last) < _EVERY

    async def _forget(self, kind: retention.Kind) -> int:
        """Delete all old rows of a kind, some in a transaction, so that nobody waits for long."""
        now = self._now()
        before = now - self.keep_days * _EVERY
        deleted = 0
        after: retention.Key = ()
        while True:
            async with self.database.read() as connection:
                keys = await retention.old(connection, kind, before=before, now=now, after=after)
            if not keys:
                return deleted
            async with self.database.write() as connection:
                deleted += await retention.forget(connection, kind, keys, before=before, now=now)
            after = keys[-1]

    async def _back_up(self) -> Path | None:
        try:
            return await make_backup(self.database, self.backup_folder, owner=self.owner, clock=self.clock)
        except StorageError as error:
            _log.error("no backup today, the older ones stay: %s", error)
            return None
