"""Brings the search index up to date with how this paperwire analyses texts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.services.hold_lease import hold_lease
from bot.storage import meta, papers, search

if TYPE_CHECKING:
    from bot.ports import Clock
    from bot.storage.database import Database

_BATCH = 500
_NAME = "search_index"
_PATIENCE = 1.0
"""Seconds between two looks whether another process is done with it."""


async def rebuild_index(database: Database, *, owner: str, clock: Clock) -> int:
    """Index all papers anew where the index is another analysis' or new; return how many.

    A process that starts meanwhile waits, so that nothing is indexed twice. One unit of work a batch; a
    rebuild that was cut short starts again.

    Args:
        database: the database, at the newest revision.
        owner: names this process.
        clock: tells the time.

    Raises:
        StorageError: the index is unfinished; the next start goes on with it.
    """
    while not await is_current(database):
        async with hold_lease(database, _NAME, owner=owner, clock=clock) as held:
            if held:
                return await _rebuild(database)
        await asyncio.sleep(_PATIENCE)
    return 0


async def is_current(database: Database) -> bool:
    """Whether all papers are indexed, and as this paperwire analyses texts."""
    async with database.read() as connection:
        return await meta.get(connection, _NAME) == search.INDEX_VERSION


async def _rebuild(database: Database) -> int:
    done = last = 0
    async with database.write() as connection:
        await search.clear(connection)
    while True:
        async with database.write() as connection:
            batch = await papers.after(connection, last, limit=_BATCH)
            await search.index(connection, new=batch, changed=())
            if not batch:
                await meta.put(connection, _NAME, search.INDEX_VERSION)
                return done
        done += len(batch)
        last = batch[-1].id
