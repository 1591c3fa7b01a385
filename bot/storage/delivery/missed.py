"""Deliveries that failed or are uncertain: offered in the chat's next digest, and listed by /missed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, true, update

from bot.storage.engine.statements import batches
from bot.storage.schema import deliveries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.domain.delivery.delivery import State

_NOT_THERE = ("uncertain", "failed")


async def offer_uncertain(connection: AsyncConnection, digest_of: Mapping[int, int]) -> None:
    """Let each chat's new digest (by chat) offer what may not have arrived; each is offered once."""
    for chunk in batches(sorted(digest_of)):
        mine = deliveries.c.chat_id.in_(chunk) & (deliveries.c.state == "uncertain")
        statement = select(deliveries.c.id, deliveries.c.chat_id).where(
            mine & deliveries.c.offered_in.is_(None)
        )
        rows = (await connection.execute(statement)).all()
        if rows:
            await connection.execute(
                update(deliveries)
                .where(deliveries.c.id == bindparam("row"))
                .values(offered_in=bindparam("digest")),
                [{"row": row.id, "digest": digest_of[row.chat_id]} for row in rows],
            )


async def offered_in(connection: AsyncConnection, digest_id: int) -> list[int]:
    """Return the deliveries that a digest offers and that still may not have arrived."""
    mine = (deliveries.c.offered_in == digest_id) & (deliveries.c.state == "uncertain")
    return list((await connection.execute(select(deliveries.c.id).where(mine))).scalars())


@dataclass(frozen=True, slots=True)
class MissedDelivery:
    """A delivery that failed or is uncertain.

    Attributes:
        id: its row.
        digest_id: what it brings.
        state: `uncertain` or `failed`.
        error: why.
        at: since when, UTC epoch seconds.
    """

    id: int
    digest_id: int
    state: State
    error: str
    at: int


async def of_chat(connection: AsyncConnection, chat_id: int, *, limit: int) -> list[MissedDelivery]:
    """Return a chat's uncertain and failed deliveries, the newest first."""
    return await _select(connection, chat_id, true(), limit=limit)


async def by_id(connection: AsyncConnection, chat_id: int, delivery_id: int) -> MissedDelivery | None:
    """Return a chat's missed delivery, or None where it misses none of this number."""
    found = await _select(connection, chat_id, deliveries.c.id == delivery_id, limit=1)
    return found[0] if found else None


async def set_shown(connection: AsyncConnection, delivery_id: int, *, now: int) -> None:
    """Store that a reader asked for a missed delivery and was shown it."""
    not_there = (deliveries.c.id == delivery_id) & deliveries.c.state.in_(_NOT_THERE)
    values = {"state": "sent", "reference": "shown", "changed_at": now}
    await connection.execute(update(deliveries).where(not_there).values(**values))


async def state_of_digest(connection: AsyncConnection, digest_id: int) -> State | None:
    """Return what happened to a digest's delivery, or None where it has none."""
    statement = select(deliveries.c.state).where(deliveries.c.digest_id == digest_id)
    return (await connection.execute(statement)).scalar()


async def _select(
    connection: AsyncConnection, chat_id: int, condition: ColumnElement[bool], *, limit: int
) -> list[MissedDelivery]:
    not_there = (deliveries.c.chat_id == chat_id) & deliveries.c.state.in_(_NOT_THERE)
    statement = select(deliveries).where(not_there & condition).order_by(deliveries.c.id.desc()).limit(limit)
    rows = await connection.execute(statement)
    return [MissedDelivery(row.id, row.digest_id, row.state, row.error or "", row.changed_at) for row in rows]
