"""Threads that digests still need; one process at a time claims them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select, update

from bot.storage.engine.statements import insert_for
from bot.storage.schema import deliveries, owed_threads

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.storage.delivery.outbox import Claim


@dataclass(frozen=True, slots=True)
class OwedThread:
    """A claimed thread.

    Attributes:
        delivery_id: the delivery of the digest.
        chat_id: its chat.
        digest_id: what the thread is made of.
        reference: what the platform calls the digest's message.
        begun: how many messages of the thread were begun to be sent; the last of them may not have arrived.
        tries: how often it was held, this time included.
    """

    delivery_id: int
    chat_id: int
    digest_id: int
    reference: str
    begun: int
    tries: int


async def add(connection: AsyncConnection, delivery_id: int, reference: str, *, now: int) -> None:
    """Store that a digest is to get its thread; of one that is stored already nothing changes."""
    statement = insert_for(connection, owed_threads).values(
        delivery_id=delivery_id, reference=reference, due_at=now, created_at=now
    )
    await connection.execute(statement.on_conflict_do_nothing())


async def owners(connection: AsyncConnection) -> set[str]:
    """Return the processes that hold any."""
    statement = select(owed_threads.c.owner).where(owed_threads.c.owner.is_not(None)).distinct()
    return {owner for owner in (await connection.execute(statement)).scalars() if owner}


async def claim(
    connection: AsyncConnection, held: Claim, dead: Collection[str], *, limit: int
) -> list[OwedThread]:
    """Hold threads that are due, those of the digests sent first.

    Args:
        connection: an open transaction.
        held: who holds them, and for how long.
        dead: processes that surely don't run any more: what they hold is due.
        limit: the most to hold.
    """
    is_due = or_(owed_threads.c.due_at <= held.now, owed_threads.c.owner.in_(sorted(dead)))
    due = (
        select(owed_threads.c.delivery_id)
        .where(is_due)
        .order_by(owed_threads.c.created_at, owed_threads.c.delivery_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = list((await connection.execute(due)).scalars())
    changed = update(owed_threads).where(owed_threads.c.delivery_id.in_(rows))
    await connection.execute(
        changed.values(owner=held.owner, due_at=held.lease_until, tries=owed_threads.c.tries + 1)
    )
    whole = (
        select(
            owed_threads.c.delivery_id,
            deliveries.c.chat_id,
            deliveries.c.digest_id,
            owed_threads.c.reference,
            owed_threads.c.begun,
            owed_threads.c.tries,
        )
        .join_from(owed_threads, deliveries, deliveries.c.id == owed_threads.c.delivery_id)
        .where(owed_threads.c.delivery_id.in_(rows))
        .order_by(owed_threads.c.created_at, owed_threads.c.delivery_id)
    )
    return [OwedThread(*row) for row in await connection.execute(whole)]


async def begin(connection: AsyncConnection, held: Claim, delivery_id: int, *, begun: int) -> bool:
    """Store that another message is about to be sent, and hold on; False where another process has it now."""
    mine = (owed_threads.c.delivery_id == delivery_id) & (owed_threads.c.owner == held.owner)
    changed = update(owed_threads).where(mine).values(begun=begun, due_at=held.lease_until)
    return (await connection.execute(changed)).rowcount > 0


async def give_back(connection: AsyncConnection, owner: str, delivery_id: int, *, due_at: int) -> None:
    """Hold a thread no longer; it is due again at a time, UTC epoch seconds."""
    mine = (owed_threads.c.delivery_id == delivery_id) & (owed_threads.c.owner == owner)
    await connection.execute(update(owed_threads).where(mine).values(owner=None, due_at=due_at))


async def remove(connection: AsyncConnection, owner: str, delivery_id: int) -> None:
    """Forget a thread that is whole, or will never be."""
    mine = (owed_threads.c.delivery_id == delivery_id) & (owed_threads.c.owner == owner)
    await connection.execute(delete(owed_threads).where(mine))
