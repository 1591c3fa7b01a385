"""Saved papers of chats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from bot.storage.engine.statements import insert_for
from bot.storage.schema import saved

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection


async def add(connection: AsyncConnection, chat_id: int, paper_id: int, *, now: int) -> bool:
    """Keep a paper for a chat; False where it is kept already, since when it was."""
    statement = insert_for(connection, saved).values(chat_id=chat_id, paper_id=paper_id, at=now)
    stored = await connection.execute(statement.on_conflict_do_nothing().returning(saved.c.paper_id))
    return stored.first() is not None


async def remove(connection: AsyncConnection, chat_id: int, paper_id: int) -> bool:
    """Keep a paper no longer; False where it was not kept."""
    which = (saved.c.chat_id == chat_id) & (saved.c.paper_id == paper_id)
    return (await connection.execute(delete(saved).where(which))).rowcount > 0


async def of_chat(connection: AsyncConnection, chat_id: int, *, start: int, size: int) -> list[int]:
    """Return rows of the papers that a chat keeps, those kept last first.

    Args:
        connection: an open view.
        chat_id: the chat.
        start: how many to pass over.
        size: how many to return.
    """
    statement = (
        select(saved.c.paper_id)
        .where(saved.c.chat_id == chat_id)
        .order_by(saved.c.at.desc(), saved.c.paper_id.desc())
        .limit(size)
        .offset(start)
    )
    return list((await connection.execute(statement)).scalars())


async def count(connection: AsyncConnection, chat_id: int) -> int:
    """Return how many papers a chat keeps."""
    statement = select(func.count()).select_from(saved).where(saved.c.chat_id == chat_id)
    return (await connection.execute(statement)).scalar_one()
