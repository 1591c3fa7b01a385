"""Callback data of buttons that is too long for the platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.storage.engine.statements import batches, insert_for
from bot.storage.schema import buttons

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.storage.engine.database import Connection


async def keep(connection: Connection, chat_id: int, commands: Sequence[str], *, now: int) -> dict[str, int]:
    """Store commands of a chat, each once; return the row of each."""
    rows = [{"chat_id": chat_id, "command": command, "created_at": now} for command in commands]
    await connection.execute(insert_for(connection, buttons).on_conflict_do_nothing(), rows)
    kept: dict[str, int] = {}
    for chunk in batches(commands):
        which = (buttons.c.chat_id == chat_id) & buttons.c.command.in_(chunk)
        found = await connection.execute(select(buttons.c.command, buttons.c.id).where(which))
        kept.update((row[0], row[1]) for row in found)
    return kept


async def command(connection: Connection, chat_id: int, row: int) -> str | None:
    """Return the command of a button, or None where this chat has none of that number."""
    which = (buttons.c.id == row) & (buttons.c.chat_id == chat_id)
    found: str | None = (await connection.execute(select(buttons.c.command).where(which))).scalar()
    return found
