"""Collects the facts about an installation for `paperwire doctor`.

Writes nothing, so it also works on a damaged one.
"""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.domain.operations.backups import newest
from bot.domain.operations.health import OVERDUE
from bot.domain.operations.health_facts import (
    ArchiveFacts,
    DatabaseFacts,
    Facts,
    InstalledFacts,
    LeaseFacts,
    SourceFacts,
)
from bot.errors import StorageError
from bot.private_files import exposed, files_of
from bot.services.installation.rebuild_index import is_current
from bot.services.platform_state.installations import unreadable_of
from bot.storage.archive import backfills, incomplete, sources
from bot.storage.delivery import outbox
from bot.storage.migrations import HEAD
from bot.storage.operations import diagnostics, leases
from bot.storage.operations.migrate import revision_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime
    from pathlib import Path

    from bot.sealing import Sealer
    from bot.storage.engine.database import Database

_SLACK: Final = "slack"
"""The platform whose workspaces install the app."""


async def examine(
    database: Database,
    *,
    now: datetime,
    settings: Sequence[str],
    poll_interval: int,
    backup_folder: Path | None,
    is_dead: Callable[[Collection[str]], set[str]],
    sealer: Sealer | None = None,
) -> Facts:
    """Look at everything.

    Args:
        database: the database; not migrated, and perhaps not there.
        now: timezone-aware.
        settings: those that are set, as they may be shown.
        poll_interval: seconds between two polls of a source.
        backup_folder: where backups go; None for the folder of the database.
        is_dead: of the owners it is given, those that surely don't run any more.
        sealer: opens what workspaces gave us; None where no key is set.
    """
    state = DatabaseFacts(url=database.shown_url, head=HEAD)
    archive: ArchiveFacts | None = None
    if database.path and not await asyncio.to_thread(database.path.exists):
        state = replace(state, there=False)
    else:
        try:
            state = await _database(database, state)
            if state.revision == HEAD:
                archive = await _archive(database, int(now.timestamp()), is_dead, sealer)
        except StorageError as error:
            state = replace(state, error=str(error))
    folder = (backup_folder or database.path.parent) if database.path else None
    return Facts(
        settings=settings,
        database=state,
        archive=archive,
        backups=str(folder) if folder else None,
        exposed=await asyncio.to_thread(_exposed, database.path, backup_folder),
        newest_backup=await asyncio.to_thread(_newest_backup, database.path, folder),
        poll_interval=poll_interval,
    )


async def _database(database: Database, state: DatabaseFacts) -> DatabaseFacts:
    revision = await revision_of(database)
    async with database.read() as connection:
        condition = await diagnostics.condition(connection)
    free = await asyncio.to_thread(shutil.disk_usage, database.path.parent) if database.path else None
    return replace(
        state,
        revision=revision,
        version=condition.version,
        size=condition.size,
        unsound=condition.unsound,
        free=free.free if free else None,
    )


async def _archive(
    database: Database,
    now: int,
    is_dead: Callable[[Collection[str]], set[str]],
    sealer: Sealer | None,
) -> ArchiveFacts:
    indexed = await is_current(database)
    installed, unreadable = await unreadable_of(database, _SLACK, sealer)
    late = now - OVERDUE
    async with database.read() as connection:
        taken = await leases.current(connection)
        dead = is_dead({lease.owner for lease in taken})
        return ArchiveFacts(
            indexed=indexed,
            sources=[
                SourceFacts(
                    label=source.label,
                    kind=source.kind,
                    failures=source.failures,
                    last_success_at=source.last_success_at,
                    last_new_at=source.last_new_at,
                    last_error=source.last_error,
                )
                for source in await sources.active(connection)
            ],
            backfills=[one for one in await backfills.of_active_sources(connection) if one.is_told(now)],
            incomplete=await incomplete.count(connection),
            leases=[
                LeaseFacts(
                    name=lease.name,
                    owner=lease.owner,
                    expires_at=lease.expires_at,
                    dead=lease.owner in dead,
                )
                for lease in taken
            ],
            schedules_late=await diagnostics.schedules_due(connection, before=late),
            unmatched=await diagnostics.count_unmatched(connection),
            outbox=await outbox.count_by_state(connection),
            deliveries_late=await diagnostics.deliveries_due(connection, before=late),
            installed=InstalledFacts(has_key=sealer is not None, workspaces=installed, unreadable=unreadable),
        )


def _exposed(database: Path | None, backups: Path | None) -> tuple[str, ...]:
    return tuple(map(str, exposed(files_of(database, backups)))) if database else ()


def _newest_backup(database: Path | None, folder: Path | None) -> datetime | None:
    if database is None or folder is None or not folder.is_dir():
        return None
    return newest(database.stem, (file.name for file in folder.iterdir()))
