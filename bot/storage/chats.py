"""Chats and what they chose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from bot.domain.command import Chat, ChatKey
from bot.storage.schema import chats
from bot.storage.statements import insert_for

if TYPE_CHECKING:
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
    return Chat(row.id, key, row.language, row.zone) if row else None


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


async def set_language(connection: AsyncConnection, chat_id: int, language: str) -> None:
    """Store the language a chat chose."""
    await connection.execute(update(chats).where(chats.c.id == chat_id).values(language=language))
