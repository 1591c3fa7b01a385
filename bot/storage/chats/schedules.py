"""Schedules of chats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select, update

from bot.storage.engine.statements import batches, insert_for
from bot.storage.schema import chats, digests, schedules

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class ChatSchedule:
    """How a chat is served.

    Attributes:
        chat_id: the chat.
        rule: as `bot.domain.schedules.schedule.show_schedule` writes it.
        next_due_at: when it is due next (UTC epoch seconds), or None where the clock does not decide.
        slot: what it is due for then.
        quiet: as `bot.domain.schedules.quiet_hours.show_quiet` writes it, or None.
        most: papers in a digest.
        versions: how new versions come: `off`, `line` or `card`.
        zone: the chat's time zone.
    """

    chat_id: int
    rule: str
    next_due_at: int | None
    slot: str | None
    quiet: str | None
    most: int
    versions: str
    zone: str


async def of_chat(connection: AsyncConnection, chat_id: int, *, lock: bool = False) -> ChatSchedule | None:
    """Return a chat's schedule, or None where it never subscribed to anything.

    Args:
        connection: an open view, or the transaction that changes it.
        chat_id: the chat.
        lock: whether nobody else may change it until this transaction ends.
    """
    statement = _all().where(schedules.c.chat_id == chat_id)
    if lock:
        statement = statement.with_for_update(of=schedules)
    row = (await connection.execute(statement)).first()
    return ChatSchedule(**row._asdict()) if row else None


async def put(connection: AsyncConnection, schedule: ChatSchedule) -> None:
    """Store a chat's schedule over the one it had; its time zone stays with the chat."""
    values = {column.name: getattr(schedule, column.name) for column in schedules.c}
    statement = insert_for(connection, schedules).values(**values)
    changed = {name: value for name, value in values.items() if name != "chat_id"}
    await connection.execute(statement.on_conflict_do_update(index_elements=["chat_id"], set_=changed))


async def claim_due(connection: AsyncConnection, *, now: int, limit: int) -> list[ChatSchedule]:
    """Return schedules that are due, the longest due first; other processes don't get them meanwhile.

    Chats that are gone are not served. The transaction must move each row's time on.

    Args:
        connection: an open transaction.
        now: UTC epoch seconds.
        limit: the most to return.
    """
    statement = (
        _all()
        .where((schedules.c.next_due_at <= now) & chats.c.gone_at.is_(None))
        .order_by(schedules.c.next_due_at, schedules.c.chat_id)
        .limit(limit)
        .with_for_update(of=schedules, skip_locked=True)
    )
    return [ChatSchedule(**row._asdict()) for row in await connection.execute(statement)]


async def is_any_due(connection: AsyncConnection, *, now: int) -> bool:
    """Whether a schedule is due (UTC epoch seconds); costs less than to claim it."""
    statement = select(schedules.c.chat_id).where(schedules.c.next_due_at <= now).limit(1)
    return (await connection.execute(statement)).first() is not None


async def set_next(connection: AsyncConnection, moved: Sequence[tuple[int, int | None, str | None]]) -> None:
    """Store when chats are due next, and for what: chat, UTC epoch seconds, slot."""
    if not moved:
        return
    statement = (
        update(schedules)
        .where(schedules.c.chat_id == bindparam("chat"))
        .values(next_due_at=bindparam("at"), slot=bindparam("for_slot"))
    )
    rows = [{"chat": chat, "at": at, "for_slot": slot} for chat, at, slot in moved]
    await connection.execute(statement, rows)


async def wake(
    connection: AsyncConnection, rule: str, *, at: int, slot: str, only: Collection[int] | None = None
) -> int:
    """Let schedules without a time be due; return how many.

    Args:
        connection: an open transaction.
        rule: which of them.
        at: UTC epoch seconds; one that is due already stays so.
        slot: what for.
        only: among these chats; None for all.
    """
    named = schedules.c.rule == rule
    if only is None:
        return await _wake(connection, named, at=at, slot=slot)
    woken = 0
    for chunk in batches(sorted(only)):
        woken += await _wake(connection, named & schedules.c.chat_id.in_(chunk), at=at, slot=slot)
    return woken


async def _wake(connection: AsyncConnection, among: ColumnElement[bool], *, at: int, slot: str) -> int:
    # Another process may be serving one that is due: it may have read what waits before our match was there,
    # and leaves it without a time. So wait until that is over.
    due = select(schedules.c.chat_id).where(among & schedules.c.next_due_at.is_not(None))
    await connection.execute(due.order_by(schedules.c.chat_id).with_for_update())
    idle = update(schedules).where(among & schedules.c.next_due_at.is_(None))
    return (await connection.execute(idle.values(next_due_at=at, slot=slot))).rowcount


async def last_day(connection: AsyncConnection, chat_id: int) -> str | None:
    """Return the newest local day that a chat was served for, or None."""
    # The slots of the other schedules begin with a letter.
    of_days = (digests.c.chat_id == chat_id) & (digests.c.slot < "a")
    last: str | None = (
        await connection.execute(select(func.max(digests.c.slot)).where(of_days))
    ).scalar_one()
    return last


def _all() -> Select[tuple[object, ...]]:
    return select(*schedules.c, chats.c.zone).join(chats, chats.c.id == schedules.c.chat_id)
