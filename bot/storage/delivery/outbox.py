"""The outbox: deliveries claimed in batches; each write is fenced by the epoch of its claim.

A process that was stopped longer than its lease finds its rows taken over and writes nothing more, for all of
its statements name the owner and the epoch. A row is `sending` from the commit just before the call to the
platform until its outcome is known; what a dead process left in that state may or may not have arrived.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, func, or_, select, update

from bot.domain.delivery.delivery import OPEN, Delivery
from bot.storage.engine.statements import batches, insert_for
from bot.storage.schema import chats, deliveries

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import ColumnElement, Update
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.domain.delivery.delivery import State

_LONGEST_ERROR, _LONGEST_REFERENCE = 500, 128


@dataclass(frozen=True, slots=True)
class Claim:
    """Which process holds deliveries.

    Attributes:
        owner: names the process; at most 64 characters.
        now: UTC epoch seconds.
        lease_until: until when nobody else takes them, UTC epoch seconds.
    """

    owner: str
    now: int
    lease_until: int


@dataclass(frozen=True, slots=True)
class RecoveredDeliveries:
    """Deliveries of processes whose lease expired.

    Attributes:
        returned: deliveries that were not begun; they are claimed again.
        uncertain: rows of deliveries that may have arrived.
    """

    returned: int
    uncertain: tuple[int, ...]


async def enqueue(
    connection: AsyncConnection, items: Sequence[tuple[str, int, int]], *, due_at: int, now: int
) -> None:
    """Store deliveries, in the transaction that stores their digests.

    Args:
        connection: an open transaction.
        items: key, chat and digest; of a key that is there already nothing is stored.
        due_at: not to be sent before, UTC epoch seconds.
        now: UTC epoch seconds.
    """
    statement = insert_for(connection, deliveries).on_conflict_do_nothing(index_elements=["key"])
    for chunk in batches(items):
        rows = [
            {
                "key": key,
                "chat_id": chat_id,
                "digest_id": digest_id,
                "state": "pending",
                "due_at": due_at,
                "created_at": now,
                "changed_at": now,
            }
            for key, chat_id, digest_id in chunk
        ]
        await connection.execute(statement, rows)


async def claim(
    connection: AsyncConnection, held: Claim, platforms: Collection[str], *, limit: int
) -> list[Delivery]:
    """Claim deliveries that are due, the longest due first; no other process gets them meanwhile.

    Args:
        connection: an open transaction.
        held: who claims, and for how long.
        platforms: those that this process can send to.
        limit: the most to claim.
    """
    reachable = select(chats.c.id).where(
        (chats.c.id == deliveries.c.chat_id) & chats.c.platform.in_(sorted(platforms))
    )
    due = (
        select(deliveries.c.id)
        .where(deliveries.c.state.in_(("pending", "retry")) & (deliveries.c.due_at <= held.now))
        .where(reachable.exists())
        .order_by(deliveries.c.due_at, deliveries.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(deliveries)
        .where(deliveries.c.id.in_(due.scalar_subquery()))
        .values(
            state="leased",
            owner=held.owner,
            epoch=deliveries.c.epoch + 1,
            lease_until=held.lease_until,
            changed_at=held.now,
        )
        .returning(*_DELIVERY)
    )
    rows = (await connection.execute(statement)).all()
    return [Delivery(**row._asdict()) for row in sorted(rows, key=lambda row: row.id)]


async def begin(
    connection: AsyncConnection, owner: str, claimed: Sequence[Delivery], *, now: int
) -> set[int]:
    """Mark deliveries as being sent; return the rows that this owner still holds. Commit before the call."""
    statement = (
        update(deliveries)
        .where((deliveries.c.state == "leased") & _held(owner))
        .values(attempts=deliveries.c.attempts + 1, changed_at=now)
    )
    return await _each(connection, statement, owner, [(one, {}) for one in claimed], state="sending")


async def acknowledge(
    connection: AsyncConnection, owner: str, sent: Sequence[tuple[Delivery, str]], *, now: int
) -> set[int]:
    """Store that messages arrived, with what their platform calls them; return the rows stored.

    Also where the lease ran out meanwhile and they count as uncertain: now it is known.
    """
    statement = (
        update(deliveries)
        .where(or_(deliveries.c.state == "sending", deliveries.c.state == "uncertain") & _held(owner))
        .values(reference=bindparam("new_reference"), error=None, changed_at=now)
    )
    named = [(one, {"new_reference": name[:_LONGEST_REFERENCE]}) for one, name in sent]
    return await _each(connection, statement, owner, named, state="sent")


async def conclude(
    connection: AsyncConnection,
    owner: str,
    delivery: Delivery,
    *,
    state: State,
    error: str,
    now: int,
    due_at: int | None = None,
    plain: bool = False,
) -> bool:
    """Store how a send ended that did not surely arrive; False where this owner no longer holds it.

    Args:
        connection: an open transaction.
        owner: who sent it.
        delivery: the delivery as it was claimed.
        state: `retry`, `uncertain` or `failed`.
        error: why, in one line, without secrets.
        now: UTC epoch seconds.
        due_at: of a retry, when; UTC epoch seconds.
        plain: of a retry, whether to leave the markup out.
    """
    values: dict[str, Any] = {"error": error[:_LONGEST_ERROR], "changed_at": now}
    if due_at is not None:
        values |= {"due_at": due_at, "plain": plain}
    statement = update(deliveries).where((deliveries.c.state == "sending") & _held(owner)).values(**values)
    if state != "retry":
        # What this digest was to offer is offered by the next: this one may never be read.
        offered = update(deliveries).where(deliveries.c.offered_in == delivery.digest_id)
        await connection.execute(offered.values(offered_in=None))
    return bool(await _each(connection, statement, owner, [(delivery, {})], state=state))


async def give_back(
    connection: AsyncConnection, owner: str, claimed: Sequence[Delivery], *, now: int
) -> None:
    """Return deliveries that were not begun, for anybody to claim at once."""
    statement = (
        update(deliveries)
        .where((deliveries.c.state == "leased") & _held(owner))
        .values(lease_until=None, changed_at=now)
    )
    await _each(connection, statement, owner, [(one, {}) for one in claimed], state="pending")


async def renew(connection: AsyncConnection, held: Claim, claimed: Collection[int]) -> None:
    """Hold deliveries longer."""
    for chunk in batches(sorted(claimed)):
        mine = deliveries.c.id.in_(chunk) & (deliveries.c.owner == held.owner)
        states = deliveries.c.state.in_(("leased", "sending"))
        await connection.execute(update(deliveries).where(mine & states).values(lease_until=held.lease_until))


async def recover(
    connection: AsyncConnection, *, now: int, dead: Collection[str] = ()
) -> RecoveredDeliveries:
    """Take over what processes hold whose lease is over, or who are known to be dead.

    Args:
        connection: an open transaction.
        now: UTC epoch seconds.
        dead: owners that surely don't run any more.
    """
    claimed = deliveries.c.state.in_(("leased", "sending"))
    over: ColumnElement[bool] = deliveries.c.lease_until <= now
    statement = (
        update(deliveries)
        .where(claimed & (or_(over, deliveries.c.owner.in_(sorted(dead))) if dead else over))
        .values(
            # What was being sent keeps owner and epoch: a process that only slept may still say it arrived.
            state=case((deliveries.c.state == "sending", "uncertain"), else_="pending"),
            error=case((deliveries.c.state == "sending", _BROKEN_OFF), else_=deliveries.c.error),
            lease_until=None,
            changed_at=now,
        )
        .returning(deliveries.c.id, deliveries.c.state)
    )
    rows = (await connection.execute(statement)).all()
    uncertain = tuple(sorted(row.id for row in rows if row.state == "uncertain"))
    return RecoveredDeliveries(len(rows) - len(uncertain), uncertain)


async def by_id(connection: AsyncConnection, row: int) -> Delivery | None:
    """Return a delivery."""
    found = (await connection.execute(select(*_DELIVERY).where(deliveries.c.id == row))).first()
    return Delivery(**found._asdict()) if found else None


async def found(connection: AsyncConnection, row: int, *, reference: str, now: int) -> bool:
    """Store that the message of an uncertain delivery was found; False where it is not uncertain any more."""
    statement = (
        update(deliveries)
        .where((deliveries.c.id == row) & (deliveries.c.state == "uncertain"))
        .values(state="sent", reference=reference[:_LONGEST_REFERENCE], error=None, changed_at=now)
    )
    return (await connection.execute(statement)).rowcount > 0


async def cancel(connection: AsyncConnection, chat_id: int, *, reason: str, now: int) -> int:
    """Cancel what was not begun for a chat; return how many."""
    waiting = deliveries.c.state.in_(("pending", "leased", "retry")) & (deliveries.c.chat_id == chat_id)
    statement = update(deliveries).where(waiting)
    return (
        await connection.execute(statement.values(state="cancelled", error=reason, changed_at=now))
    ).rowcount


async def owners(connection: AsyncConnection) -> set[str]:
    """Return who holds deliveries now."""
    claimed = deliveries.c.state.in_(("leased", "sending"))
    statement = select(deliveries.c.owner).where(claimed).distinct()
    return {owner for owner in (await connection.execute(statement)).scalars() if owner}


async def count_by_state(connection: AsyncConnection) -> dict[str, int]:
    """Return how many deliveries are in each state."""
    statement = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    return {row[0]: row[1] for row in await connection.execute(statement)}


async def next_due_at(connection: AsyncConnection) -> int | None:
    """Return when the next open delivery is due (UTC epoch seconds), or None where there is none."""
    waiting = deliveries.c.state.in_(OPEN)
    first: int | None = (
        await connection.execute(select(func.min(deliveries.c.due_at)).where(waiting))
    ).scalar_one()
    return first


_DELIVERY = tuple(deliveries.c[name] for name in Delivery.__slots__)
_BROKEN_OFF = "the sending process ended before the platform's answer was stored"


def _held(owner: str) -> ColumnElement[bool]:
    return (
        (deliveries.c.id == bindparam("row"))
        & (deliveries.c.owner == owner)
        & (deliveries.c.epoch == bindparam("claimed_epoch"))
    )


async def _each(
    connection: AsyncConnection,
    statement: Update,
    owner: str,
    items: Sequence[tuple[Delivery, Mapping[str, Any]]],
    *,
    state: State,
) -> set[int]:
    """Bring deliveries to a state, in one round trip; return the rows that this owner brought there."""
    if not items:
        return set()
    values = [{"row": one.id, "claimed_epoch": one.epoch, **more} for one, more in items]
    result = await connection.execute(statement.values(state=state), values)
    rows = {one.id: one.epoch for one, _ in items}
    if result.rowcount == len(rows):
        return set(rows)
    # Some were taken over meanwhile; an executemany does not say which.
    there: set[int] = set()
    for chunk in batches(sorted(rows)):
        mine = deliveries.c.id.in_(chunk) & (deliveries.c.owner == owner) & (deliveries.c.state == state)
        found = await connection.execute(select(deliveries.c.id, deliveries.c.epoch).where(mine))
        there.update(row.id for row in found if rows[row.id] == row.epoch)
    return there
