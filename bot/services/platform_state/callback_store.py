"""Stores callback data longer than the platform allows, such as the 64 bytes of Telegram.

So buttons keep working after a restart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.storage.platform_state import callbacks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.ports import Clock
    from bot.storage.engine.database import Database

_LONGEST: Final = 64
"""Bytes of UTF-8 in a button of Telegram (core.telegram.org/bots/api#inlinekeyboardbutton)."""

_MARK: Final = "#"


@dataclass(frozen=True, slots=True)
class CallbackStore:
    """The stored callback data of chats.

    Attributes:
        database: where long commands are kept.
        clock: tells the time.
    """

    database: Database
    clock: Clock

    async def shorten(self, chat_id: int, commands: Sequence[str]) -> dict[str, str]:
        """Return what stands for each command in a button of a chat: the command itself, or a number."""
        long = [command for command in dict.fromkeys(commands) if len(command.encode()) > _LONGEST]
        kept: dict[str, int] = {}
        if long:
            async with self.database.write() as connection:
                kept = await callbacks.keep(connection, chat_id, long, now=int(self.clock().timestamp()))
        return {command: f"{_MARK}{kept[command]}" if command in kept else command for command in commands}

    async def command_of(self, chat_id: int, data: str) -> str | None:
        """Return the command that a pressed button of a chat stands for, or None where it is not known."""
        if not data.startswith(_MARK):
            return data
        number = data.removeprefix(_MARK)
        if not number.isdecimal() or len(number) > len(str(2**63)) - 1:
            return None
        async with self.database.read() as connection:
            return await callbacks.command(connection, chat_id, int(number))
