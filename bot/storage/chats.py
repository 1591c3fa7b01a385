"""Chats and what they chose."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from bot.domain.command import Chat, ChatKey
from bot.storage.schema import chats
from bot.storage.statements import batches, insert_for

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Row
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
    """Give a chat the new id that its platform tells; where that is a known chat, the old one is gone."""
    chat = await by_id(connection, chat_id)
    if chat is None:
        return
    if await find(connection, replace(chat.key, external_id=external_id)):
        await set_gone(connection, chat_id, now=now)
        return
    await connection.execute(update(chats).where(chats.c.id == chat_id).values(external_id=external_id))


async def set_language(connection: AsyncConnection, chat_id: int, language: str) -> None:
    """Store the language a chat chose."""
    await connection.execute(update(chats).where(chats.c.id == chat_id).values(language=language))


async def set_zone(connection: AsyncConnection, chat_id: int, zone: str) -> None:
    """Store the time zone a chat chose."""
    await connection.execute(update(chats).where(chats.c.id == chat_id).values(zone=zone))


def _chat(row: Row[Any]) -> Chat:
    key = ChatKey(row.platform, row.external_id, row.tenant, row.thread)
    return Chat(row.id, key, row.language, row.zone)
