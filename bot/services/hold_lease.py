"""Holds a lease while a piece of work lasts, and renews it on the way."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from bot.storage import leases

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.ports import Clock
    from bot.storage.database import Database

_SECONDS = 120
"""A process that was killed blocks the others for at most this long."""

_RENEW_EVERY = 40.0


@asynccontextmanager
async def hold_lease(database: Database, name: str, *, owner: str, clock: Clock) -> AsyncIterator[bool]:
    """Hold a lease; gives False where another process holds it.

    Args:
        database: where leases are kept.
        name: what only one process may do.
        owner: names this process.
        clock: tells the time.

    Raises:
        StorageError: the lease could not be asked for.
    """

    async def take() -> bool:
        async with database.write() as connection:
            now = int(clock().timestamp())
            return await leases.take(connection, name, owner, now=now, seconds=_SECONDS)

    async def keep() -> None:
        while True:
            await asyncio.sleep(_RENEW_EVERY)
            await take()

    if not await take():
        yield False
        return
    keeper = asyncio.create_task(keep())
    try:
        yield True
    finally:
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper
        async with database.write() as connection:
            await leases.give_back(connection, name, owner)
