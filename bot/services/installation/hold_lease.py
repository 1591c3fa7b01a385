"""Holds a lease for as long as a job runs, and renews it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from bot.errors import StorageError
from bot.process_owner import dead_owners
from bot.storage.operations import leases

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine

    from bot.ports import Clock
    from bot.storage.engine.database import Connection, Database

_SECONDS = 120
"""A process of another host that was killed blocks the others for at most this long."""

_RENEWALS = 3
"""How often a lease is renewed within its time, so that one late commit does not end it."""


@asynccontextmanager
async def hold_lease(
    database: Database, name: str, *, owner: str, clock: Clock, seconds: int = _SECONDS
) -> AsyncIterator[bool]:
    """Hold a lease; gives False where another process holds it, unless that is a dead one of this host.

    Args:
        database: where leases are kept.
        name: what only one process may do.
        owner: names this process.
        clock: tells the time.
        seconds: how long it holds; it is renewed on the way.

    Raises:
        StorageError: the lease could not be asked for.
    """

    async def take() -> bool:
        async with database.write() as connection:
            now = int(clock().timestamp())
            if await leases.take(connection, name, owner, now=now, seconds=seconds):
                return True
            held_by = {lease.owner for lease in await leases.current(connection) if lease.name == name}
            for dead in dead_owners(held_by):
                await leases.give_back(connection, name, dead)
            return await leases.take(connection, name, owner, now=now, seconds=seconds)

    async def keep() -> None:
        while True:
            await asyncio.sleep(seconds / _RENEWALS)
            with suppress(StorageError):  # busy: the next try comes before the lease is over
                await take()

    async def end(keeper: asyncio.Task[None] | None = None) -> None:
        if keeper:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
        async with database.write() as connection:
            await leases.give_back(connection, name, owner)

    try:
        held = await take()
    except asyncio.CancelledError:
        # It may have been committed all the same, and nobody else would give it back.
        with suppress(StorageError):
            await _to_its_end(end())
        raise
    if not held:
        yield False
        return
    keeper = asyncio.create_task(keep())
    try:
        yield True
    finally:
        await _to_its_end(end(keeper))


async def _to_its_end(work: Coroutine[None, None, None]) -> None:
    """Do a work whole, also where who waits for it is cancelled; then the cancellation continues."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise


async def is_held(database: Database, name: str, *, clock: Clock) -> bool:
    """Whether a process that lives holds a lease.

    Raises:
        StorageError: the lease could not be asked for.
    """
    async with database.read() as connection:
        return await is_held_now(connection, name, now=clock().timestamp())


async def is_held_now(connection: Connection, name: str, *, now: float) -> bool:
    """Whether a process that lives holds a lease, within a view that is open already.

    Args:
        connection: an open view.
        name: what only one process may do.
        now: UTC epoch seconds.
    """
    current = await leases.current(connection)
    held_by = {lease.owner for lease in current if lease.name == name and lease.expires_at > now}
    return bool(held_by - dead_owners(held_by))
