"""Leases: which process may run a job that only one may run at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from bot.storage.engine.statements import insert_for
from bot.storage.schema import leases

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease and its holder.

    Attributes:
        name: what the lease is for.
        owner: who holds it.
        expires_at: until when, UTC epoch seconds; a process that was killed leaves one that is over.
    """

    name: str
    owner: str
    expires_at: int


async def current(connection: AsyncConnection) -> list[Lease]:
    """Return the leases that were taken and not given back, by name."""
    statement = select(leases.c.name, leases.c.owner, leases.c.expires_at).order_by(leases.c.name)
    return [Lease(*row) for row in await connection.execute(statement)]


async def take(connection: AsyncConnection, name: str, owner: str, *, now: int, seconds: int) -> bool:
    """Take or renew a lease; False where another owner holds it and it has not run out.

    Args:
        connection: an open transaction.
        name: what the lease is for.
        owner: who takes the lease; unique for a process.
        now: UTC epoch seconds.
        seconds: how long it lasts.
    """
    expires_at = now + seconds
    statement = insert_for(connection, leases).values(name=name, owner=owner, epoch=1, expires_at=expires_at)
    statement = statement.on_conflict_do_update(
        index_elements=[leases.c.name],
        set_={"owner": owner, "epoch": leases.c.epoch + 1, "expires_at": expires_at},
        where=(leases.c.owner == owner) | (leases.c.expires_at <= now),
    )
    return (await connection.execute(statement.returning(leases.c.owner))).first() is not None


async def give_back(connection: AsyncConnection, name: str, owner: str) -> None:
    """End a lease that this owner holds."""
    await connection.execute(delete(leases).where((leases.c.name == name) & (leases.c.owner == owner)))
