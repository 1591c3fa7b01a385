"""Subscriptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from bot.domain.subscriptions.subscription import State, Subscription
from bot.storage.engine.statements import batches, insert_for
from bot.storage.schema import chats, subscriptions

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

_COLUMNS = [column for column in subscriptions.c if column.name not in {"grammar", "state_before"}]


async def lock(connection: AsyncConnection, chat_id: int) -> None:
    """Let transactions on one chat's subscriptions take turns, until this one ends.

    Else two that overlap would both count the same quota and take the same number.
    """
    await connection.execute(select(chats.c.id).where(chats.c.id == chat_id).with_for_update())


async def of_chat(connection: AsyncConnection, chat_id: int) -> list[Subscription]:
    """Return a chat's subscriptions by number, without removed ones."""
    return await _select(
        connection, (subscriptions.c.chat_id == chat_id) & (subscriptions.c.state != "removed")
    )


async def changed(
    connection: AsyncConnection, *, since: int, after_id: int, limit: int
) -> list[Subscription]:
    """Return subscriptions of all chats, removed ones too, that changed at or after a time.

    Args:
        connection: an open view.
        since: UTC epoch seconds.
        after_id: the row after which to continue, 0 at first.
        limit: the most to return, ascending by row.
    """
    condition = (subscriptions.c.changed_at >= since) & (subscriptions.c.id > after_id)
    statement = select(*_COLUMNS).where(condition).order_by(subscriptions.c.id).limit(limit)
    return [Subscription(**row._asdict()) for row in await connection.execute(statement)]


@dataclass(frozen=True, slots=True)
class ActiveSubscription:
    """A subscription that matches papers, with what matching needs of it.

    Attributes:
        state: `active` or `paused`.
        canonical: the query's canonical form.
    """

    state: State
    canonical: str


async def wanted_by(
    connection: AsyncConnection, chat_ids: Collection[int]
) -> dict[int, dict[int, ActiveSubscription]]:
    """Return what chats subscribe to, by chat and number, without removed subscriptions."""
    found: dict[int, dict[int, ActiveSubscription]] = {}
    for chunk in batches(sorted(chat_ids)):
        statement = select(
            subscriptions.c.chat_id,
            subscriptions.c.number,
            subscriptions.c.state,
            subscriptions.c.canonical,
        ).where(subscriptions.c.chat_id.in_(chunk) & (subscriptions.c.state != "removed"))
        for chat_id, number, state, canonical in await connection.execute(statement):
            found.setdefault(chat_id, {})[number] = ActiveSubscription(state, canonical)
    return found


async def removed_since(connection: AsyncConnection, chat_id: int, *, since: int) -> list[Subscription]:
    """Return what a chat removed at or after a time (epoch seconds), but not what it deleted for good."""
    removed = (subscriptions.c.state == "removed") & (subscriptions.c.changed_at >= since)
    removed &= subscriptions.c.canonical != ""
    return await _select(connection, (subscriptions.c.chat_id == chat_id) & removed)


async def add(
    connection: AsyncConnection,
    chat_id: int,
    *,
    source_text: str,
    canonical: str,
    grammar: int,
    per_day: float | None,
    now: int,
) -> Subscription:
    """Store a subscription under the chat's next number."""
    await lock(connection, chat_id)
    last = select(func.coalesce(func.max(subscriptions.c.number), 0)).where(
        subscriptions.c.chat_id == chat_id
    )
    number = (await connection.execute(last)).scalar_one() + 1
    values: dict[str, Any] = {
        "chat_id": chat_id,
        "number": number,
        "source_text": source_text,
        "canonical": canonical,
        "state": "active",
        "per_day": per_day,
        "created_at": now,
        "changed_at": now,
    }
    statement = insert_for(connection, subscriptions).values(grammar=grammar, **values)
    row = await connection.execute(statement.returning(subscriptions.c.id))
    return Subscription(id=row.scalar_one(), **values)


async def set_state(connection: AsyncConnection, ids: Collection[int], state: State, *, now: int) -> None:
    """Pause, resume or remove subscriptions."""
    for chunk in batches(sorted(ids)):
        statement = update(subscriptions).where(subscriptions.c.id.in_(chunk))
        before = subscriptions.c.state if state == "removed" else None
        await connection.execute(statement.values(state=state, state_before=before, changed_at=now))


async def restore(connection: AsyncConnection, ids: Collection[int], *, now: int) -> None:
    """Bring removed subscriptions back as they were, paused ones paused."""
    before = func.coalesce(subscriptions.c.state_before, "active")
    for chunk in batches(sorted(ids)):
        statement = update(subscriptions).where(subscriptions.c.id.in_(chunk))
        await connection.execute(statement.values(state=before, state_before=None, changed_at=now))


async def set_query(
    connection: AsyncConnection,
    subscription_id: int,
    *,
    source_text: str,
    canonical: str,
    grammar: int,
    per_day: float | None,
    now: int,
) -> None:
    """Give a subscription another query; it keeps its number."""
    statement = (
        update(subscriptions)
        .where(subscriptions.c.id == subscription_id)
        .values(
            source_text=source_text, canonical=canonical, grammar=grammar, per_day=per_day, changed_at=now
        )
    )
    await connection.execute(statement)


async def of_older_grammar(
    connection: AsyncConnection, grammar: int, *, after_id: int, limit: int
) -> list[Subscription]:
    """Return subscriptions whose canonical form an older version of the grammar wrote, ascending by row.

    Args:
        connection: a transaction.
        grammar: the version that is not older.
        after_id: the row after which to continue, 0 at first.
        limit: the most to return.
    """
    older = (subscriptions.c.grammar < grammar) & (subscriptions.c.canonical != "")
    statement = (
        select(*_COLUMNS)
        .where(older & (subscriptions.c.id > after_id))
        .order_by(subscriptions.c.id)
        .limit(limit)
    )
    return [Subscription(**row._asdict()) for row in await connection.execute(statement)]


async def is_taken(connection: AsyncConnection, mine: Subscription, canonical: str) -> bool:
    """Whether another subscription of the chat has this canonical form."""
    same = (subscriptions.c.chat_id == mine.chat_id) & (subscriptions.c.canonical == canonical)
    others = same & (subscriptions.c.state != "removed") & (subscriptions.c.id != mine.id)
    return (await connection.execute(select(subscriptions.c.id).where(others).limit(1))).first() is not None


async def set_canonical(
    connection: AsyncConnection, subscription_id: int, canonical: str, *, grammar: int, now: int
) -> None:
    """Write a subscription's canonical form again; what it asks for stays the same to its chat."""
    statement = update(subscriptions).where(subscriptions.c.id == subscription_id)
    await connection.execute(statement.values(canonical=canonical, grammar=grammar, changed_at=now))


async def _select(connection: AsyncConnection, condition: ColumnElement[bool]) -> list[Subscription]:
    statement = select(*_COLUMNS).where(condition).order_by(subscriptions.c.number)
    return [Subscription(**row._asdict()) for row in await connection.execute(statement)]
