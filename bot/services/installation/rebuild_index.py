"""Rebuilds the search index in the background after the text analysis changed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from bot.services.installation.hold_lease import hold_lease
from bot.storage import search
from bot.storage.archive import papers

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.ports import Clock
    from bot.storage.engine.database import Database

_BATCH: Final = 200
"""Papers in a transaction: it keeps other writers waiting for some 60 ms."""

_REST: Final = 0.02
"""Seconds between two transactions."""

_LEASE: Final = "search_index"
_PATIENCE: Final = 1.0
"""Seconds between two looks whether another process is done with it."""

_AT_START: Final = 3_000
"""Papers that are indexed before anything else, which takes a second; more are indexed behind the answers."""


async def _rest() -> None:
    await asyncio.sleep(_REST)


async def rebuild_index(
    database: Database, *, owner: str, clock: Clock, rest: Callable[[], Awaitable[None]] = _rest
) -> int:
    """Index all papers again where another analysis indexed them, or nobody did; return how many.

    The index in use answers meanwhile. A process that starts meanwhile waits, so that nothing is indexed
    twice. One transaction a batch; a rebuild that was cut short continues where it ended.

    Args:
        database: the database, at the newest revision.
        owner: names this process.
        clock: tells the time.
        rest: waits between two transactions, so that others have their turn.

    Raises:
        StorageError: the next index is unfinished; the next call continues with it.
    """
    while not await is_current(database):
        async with hold_lease(database, _LEASE, owner=owner, clock=clock) as held:
            if held:
                return await _rebuild(database, rest)
        await asyncio.sleep(_PATIENCE)
    return 0


async def rebuild_at_start(database: Database, *, owner: str, clock: Clock) -> None:
    """Index all papers again before anybody asks, where that takes a second or nothing would be found."""
    async with database.read() as connection:
        known = await search.generations(connection)
        few = await papers.last_row(connection) <= _AT_START
    if few or known.in_use is None:
        await rebuild_index(database, owner=owner, clock=clock)


async def is_current(database: Database) -> bool:
    """Whether all papers are indexed, and as this paperwire analyses texts."""
    async with database.read() as connection:
        return (await search.generations(connection)).in_use == search.INDEX_VERSION


async def _rebuild(database: Database, rest: Callable[[], Awaitable[None]]) -> int:
    done = 0
    async with database.write() as connection:
        if (await search.generations(connection)).in_use == search.INDEX_VERSION:
            return 0  # another process was faster
        last = await search.begin_next(connection)
    while True:
        async with database.write() as connection:
            batch = await papers.after(connection, last, limit=_BATCH)
            if not batch:
                await search.take_next_into_use(connection)
                return done
            await search.extend_next(connection, batch)
        done += len(batch)
        last = batch[-1].id
        await rest()
