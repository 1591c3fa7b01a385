"""Opens chats and keeps what they chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.storage import chats

if TYPE_CHECKING:
    from bot.domain.command import Chat, ChatKey
    from bot.ports import Clock
    from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class Chats:
    """The chats of an installation.

    Attributes:
        database: where they are kept.
        clock: tells the time.
        language: the language of new chats.
        zone: the time zone of new chats.
    """

    database: Database
    clock: Clock
    language: str
    zone: str

    async def open(self, key: ChatKey) -> Chat:
        """Return a chat; a new one is stored with this installation's defaults."""
        async with self.database.read() as connection:
            chat = await chats.find(connection, key)
        if chat:
            return chat
        async with self.database.write() as connection:
            now = int(self.clock().timestamp())
            return await chats.add(connection, key, language=self.language, zone=self.zone, now=now)

    async def set_language(self, chat: Chat, language: str) -> None:
        """Store the language a chat chose."""
        async with self.database.write() as connection:
            await chats.set_language(connection, chat.id, language)
