"""What `paperwire outbox` reads and changes beside a running bot.

A delivery that a process holds (`leased`, `sending`) is never touched: its owner writes down what happens to
it. All others change under the row's lock, so a process that claims at the same time gets either the delivery
as it was or as it is now.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import or_, select, update

from bot.storage.engine.statements import batches
from bot.storage.schema import chats, deliveries, digests, paper_events, papers, seen, updates

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.domain.delivery.delivery import State

Step = Literal["retry", "offer", "drop"]
"""What is done to a delivery: send it now, offer it in its chat's next digest, or cancel it."""

FROM: Final[Mapping[Step, tuple[State, ...]]] = {
    "retry": ("failed", "uncertain", "retry"),
    "offer": ("failed", "uncertain"),
    "drop": ("pending", "retry", "failed", "uncertain"),
}
"""The states from which each step is possible."""

DROPPED: Final = "dropped by the operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDelivery:
    """A delivery with the chat it goes to. Times are UTC epoch seconds.

    Attributes:
        id: its row.
        state: as in `bot.domain.delivery.delivery`.
        platform: the platform of its chat.
        external_id: what that platform calls the chat.
        digest_id: the digest that it shows.
        attempts: how often sending was begun.
        due_at: not to be sent before.
        changed_at: when its state changed last.
        error: what went wrong last, or None.
    """

    id: int
    state: State
    platform: str
    external_id: str
    digest_id: int
    attempts: int
    due_at: int
    changed_at: int
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDetails:
    """All facts about one delivery.

    Attributes:
        delivery: its columns by name, in their order.
        chat: its chat's columns, likewise.
        digest: its digest's columns, likewise.
        papers: id and title of each paper in the digest, in its order.
        updates: id and title of each paper of which the digest tells something new.
    """

    delivery: Mapping[str, Any]
    chat: Mapping[str, Any]
    digest: Mapping[str, Any]
    papers: tuple[tuple[str, str], ...]
    updates: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class ChangeReport:
    """The result of an operator's change to deliveries.

    Attributes:
        done: rows that changed, with the state each had before.
        refused: rows whose state does not allow it, with that state; None where there is no such row.
    """

    done: dict[int, State] = field(default_factory=dict)
    refused: dict[int, State | None] = field(default_factory=dict)


async def listed(
    connection: AsyncConnection, states: Collection[State], *, limit: int
) -> list[ListedDelivery]:
    """Return the newest deliveries in these states, the newest last."""
    names = ListedDelivery.__slots__
    columns = [chats.c[name] if name in {"platform", "external_id"} else deliveries.c[name] for name in names]
    statement = (
        select(*columns)
        .join_from(deliveries, chats, chats.c.id == deliveries.c.chat_id)
        .where(deliveries.c.state.in_(sorted(states)))
        .order_by(deliveries.c.id.desc())
        .limit(limit)
    )
    rows = (await connection.execute(statement)).all()
    return [ListedDelivery(**row._asdict()) for row in reversed(rows)]


async def shown(connection: AsyncConnection, delivery_id: int) -> DeliveryDetails | None:
    """Return all of a delivery, or None where there is none of this row."""
    delivery = (
        (await connection.execute(select(deliveries).where(deliveries.c.id == delivery_id)))
        .mappings()
        .first()
    )
    if delivery is None:
        return None
    chat = await connection.execute(select(chats).where(chats.c.id == delivery["chat_id"]))
    digest = await connection.execute(select(digests).where(digests.c.id == delivery["digest_id"]))
    titles = select(papers.c.canonical_id, papers.c.title)
    brought = (
        titles.join(seen, seen.c.paper_id == papers.c.id)
        .where(seen.c.digest_id == delivery["digest_id"])
        .order_by(seen.c.position)
    )
    told = (
        titles.join(paper_events, paper_events.c.paper_id == papers.c.id)
        .join(updates, updates.c.event_id == paper_events.c.id)
        .where(updates.c.digest_id == delivery["digest_id"])
        .order_by(paper_events.c.id)
    )
    return DeliveryDetails(
        delivery=dict(delivery),
        chat=dict(chat.mappings().one()),
        digest=dict(digest.mappings().one()),
        papers=tuple((row[0], row[1]) for row in await connection.execute(brought)),
        updates=tuple((row[0], row[1]) for row in await connection.execute(told)),
    )


async def in_states(
    connection: AsyncConnection, states: Collection[State], *, after_id: int, limit: int
) -> list[int]:
    """Return rows of deliveries in these states, ascending.

    Args:
        connection: an open view.
        states: those wanted.
        after_id: the row after which to continue, 0 at first.
        limit: the most to return.
    """
    wanted = deliveries.c.state.in_(sorted(states)) & (deliveries.c.id > after_id)
    statement = select(deliveries.c.id).where(wanted).order_by(deliveries.c.id).limit(limit)
    return list((await connection.execute(statement)).scalars())


async def change(connection: AsyncConnection, ids: Sequence[int], step: Step, *, now: int) -> ChangeReport:
    """Do one thing to deliveries; what its state does not allow stays as it is.

    Args:
        connection: an open transaction.
        ids: rows.
        step: what to do.
        now: UTC epoch seconds.
    """
    changed = ChangeReport()
    # In the order of the rows, so that two operators never wait for each other's.
    for chunk in batches(sorted(set(ids))):
        locked = select(deliveries.c.id, deliveries.c.state).where(deliveries.c.id.in_(chunk))
        rows = await connection.execute(locked.order_by(deliveries.c.id).with_for_update())
        states: dict[int, State] = {row.id: row.state for row in rows}
        allowed = [row for row in chunk if states.get(row) in FROM[step]]
        changed.done |= {row: states[row] for row in allowed}
        changed.refused |= {row: states.get(row) for row in chunk if states.get(row) not in FROM[step]}
        if allowed:
            statement = update(deliveries).where(deliveries.c.id.in_(allowed) & _needs(step))
            await connection.execute(statement.values(**_values(step, now), changed_at=now))
    return changed


def _needs(step: Step) -> ColumnElement[bool]:
    """Leave alone what waits to be offered anyway, so that its `changed_at` stays true."""
    if step != "offer":
        return deliveries.c.state.in_(FROM[step])
    return or_(deliveries.c.state == "failed", deliveries.c.offered_in.is_not(None))


def _values(step: Step, now: int) -> dict[str, Any]:
    match step:
        case "retry":
            return {"state": "pending", "due_at": now, "offered_in": None}
        case "offer":
            return {"state": "uncertain", "offered_in": None}
        case "drop":
            return {"state": "cancelled", "error": DROPPED}
