"""Chats and their settings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, or_, select, update

from bot.domain.chat.command import Chat, ChatKey
from bot.storage.engine.statements import batches, insert_for
from bot.storage.schema import (
    buttons,
    card_messages,
    chats,
    deliveries,
    digests,
    saved,
    schedules,
    seen,
    subscriptions,
    updates,
    waiting,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Row, Table
    from sqlalchemy.ext.asyncio import AsyncConnection


async def find(connection: AsyncConnection, key: ChatKey) -> Chat | None:
    """Return the stored chat of this name."""
    statement = select(chats).where(
        (chats.c.platform == key.platform)
        & (chats.c.tenant == key.tenant)
        & (chats.c.external_id == key.external_id)
        & (chats.c.thread == key.thread)
    )
    row = (await connection.execute(statement)).first()
    return _chat(row) if row else None


async def add(connection: AsyncConnection, key: ChatKey, *, language: str, zone: str, now: int) -> Chat:
    """Store a chat where it is new and return it as stored."""
    statement = insert_for(connection, chats).values(
        platform=key.platform,
        tenant=key.tenant,
        external_id=key.external_id,
        thread=key.thread,
        language=language,
        zone=zone,
        created_at=now,
    )
    await connection.execute(statement.on_conflict_do_nothing())
    chat = await find(connection, key)
    assert chat is not None, "a chat that was just stored is there"  # noqa: S101 (invariant)
    return chat


async def by_id(connection: AsyncConnection, chat_id: int) -> Chat | None:
    """Return the chat of this row."""
    row = (await connection.execute(select(chats).where(chats.c.id == chat_id))).first()
    return _chat(row) if row else None


async def with_threads(connection: AsyncConnection, key: ChatKey) -> list[Chat]:
    """Return the stored chats that a platform's chat has: itself and its threads."""
    statement = select(chats).where(
        (chats.c.platform == key.platform)
        & (chats.c.tenant == key.tenant)
        & (chats.c.external_id == key.external_id)
    )
    return [_chat(row) for row in await connection.execute(statement.order_by(chats.c.id))]


async def by_ids(connection: AsyncConnection, ids: Collection[int]) -> dict[int, Chat]:
    """Return the chats of these rows."""
    found: dict[int, Chat] = {}
    for chunk in batches(sorted(ids)):
        rows = await connection.execute(select(chats).where(chats.c.id.in_(chunk)))
        found.update((row.id, _chat(row)) for row in rows)
    return found


async def set_gone(connection: AsyncConnection, chat_id: int, *, now: int | None) -> None:
    """Store since when a chat can't be reached (UTC epoch seconds), or with None that it is back."""
    await connection.execute(update(chats).where(chats.c.id == chat_id).values(gone_at=now))


async def gone_since(connection: AsyncConnection, chat_id: int) -> int | None:
    """Return since when a chat can't be reached (UTC epoch seconds), or None where it can."""
    since: int | None = (
        await connection.execute(select(chats.c.gone_at).where(chats.c.id == chat_id))
    ).scalar_one()
    return since


async def move(connection: AsyncConnection, chat_id: int, external_id: str, *, now: int) -> None:
    """Give a chat the new id that its platform tells; where another with subscriptions has it, it is gone.

    Somebody may have asked something under the new id before we heard that it is the same chat.
    """
    chat = await by_id(connection, chat_id)
    # Of several messages on their way to the old id, the first may have told us already.
    if chat is None or chat.key.external_id == external_id:
        return
    heir = await find(connection, replace(chat.key, external_id=external_id))
    if heir is not None:
        theirs = select(subscriptions.c.id).where(subscriptions.c.chat_id == heir.id).limit(1)
        if (await connection.execute(theirs)).first() is not None:
            await set_gone(connection, chat_id, now=now)
            return
        await set_gone(connection, heir.id, now=now)
        # No platform names a chat so.
        aside = {"external_id": f"{external_id}, once {heir.id}"}
        await connection.execute(update(chats).where(chats.c.id == heir.id).values(**aside))
    await connection.execute(update(chats).where(chats.c.id == chat_id).values(external_id=external_id))


async def set_language(connection: AsyncConnection, chat_id: int, language: str) -> None:
    """Store the language a chat chose."""
    await connection.execute(update(chats).where(chats.c.id == chat_id).values(language=language))


async def set_zone(connection: AsyncConnection, chat_id: int, zone: str) -> None:
    """Store the time zone a chat chose."""
    await connection.execute(update(chats).where(chats.c.id == chat_id).values(zone=zone))


async def delete_data(connection: AsyncConnection, chat_id: int, *, zone: str, now: int) -> None:
    """Delete all that is stored of a chat but the chat itself: its name, its language, and since when.

    Two things leave empty rows, which housekeeping takes away. Subscriptions stay as removed ones without a
    query: so the matchers of all processes hear of it, and their numbers are not given again. Where this
    chat has the last digest, delivery or button of all, that stays without its content: SQLite would give its
    number again, while a message of that number may be on its way.

    Args:
        connection: an open transaction.
        chat_id: the chat.
        zone: the time zone of new chats.
        now: UTC epoch seconds.
    """
    # As `subscriptions.lock`, but who only refers to the chat (compiling, matching) need not wait.
    lock = select(chats.c.id).where(chats.c.id == chat_id).with_for_update(key_share=True)
    await connection.execute(lock)
    # Schedules first: who compiles this chat's digest holds its schedule.
    for table in (schedules, waiting, updates, saved, card_messages, seen):
        await connection.execute(delete(table).where(table.c.chat_id == chat_id))
    nobody = {"owner": None, "lease_until": None}
    told = {"error": None, "reference": None, "offered_in": None}
    await _empty(connection, deliveries, chat_id, {"state": "cancelled", "changed_at": now} | nobody | told)
    # A digest goes with its delivery, never before.
    delivered = select(deliveries.c.id).where(deliveries.c.digest_id == digests.c.id).exists()
    plain = {"slot": None, "skipped": False, "held_back": 0}
    await _empty(connection, digests, chat_id, plain, keep=delivered)
    await _empty(connection, buttons, chat_id, {"command": "/help"})
    nothing = {"source_text": "", "canonical": "", "per_day": None}
    removed = {"state": "removed", "state_before": None, "changed_at": now}
    mine = update(subscriptions).where(subscriptions.c.chat_id == chat_id)
    await connection.execute(mine.values(**nothing, **removed))
    await set_zone(connection, chat_id, zone)


async def _empty(
    connection: AsyncConnection,
    table: Table,
    chat_id: int,
    values: dict[str, Any],
    *,
    keep: ColumnElement[bool] | None = None,
) -> None:
    """Delete a chat's rows but the last row of the table; give what is left these values."""
    mine = table.c.chat_id == chat_id
    last = table.c.id == select(func.max(table.c.id)).scalar_subquery()
    kept = last if keep is None else or_(last, keep)
    await connection.execute(delete(table).where(mine & ~kept))
    await connection.execute(update(table).where(mine).values(**values))


def _chat(row: Row[Any]) -> Chat:
    key = ChatKey(row.platform, row.external_id, row.tenant, row.thread)
    return Chat(row.id, key, row.language, row.zone)
