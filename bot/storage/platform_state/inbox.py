"""The events of platforms that were handled already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.storage.engine.statements import insert_for
from bot.storage.schema import inbox

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection


async def add(connection: AsyncConnection, platform: str, event_id: str, *, now: int) -> bool:
    """Store that an event came; False where it had come before."""
    statement = insert_for(connection, inbox).values(platform=platform, event_id=event_id, at=now)
    stored = await connection.execute(statement.on_conflict_do_nothing().returning(inbox.c.event_id))
    return stored.first() is not None
