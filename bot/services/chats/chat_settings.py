"""Opens chats and stores their settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.storage.chats import chats
from bot.storage.delivery import outbox

if TYPE_CHECKING:
    from bot.domain.chat.command import Chat, ChatKey
    from bot.ports import Clock
    from bot.storage.engine.database import Database


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

    async def open(self, key: ChatKey, *, language: str | None = None, zone: str | None = None) -> Chat:
        """Return a chat; a new one is stored with this language and zone, or this installation's defaults."""
        async with self.database.read() as connection:
            chat = await chats.find(connection, key)
        if chat:
            return chat
        async with self.database.write() as connection:
            now = int(self.clock().timestamp())
            return await chats.add(
                connection, key, language=language or self.language, zone=zone or self.zone, now=now
            )

    async def set_reachable(self, key: ChatKey, *, reachable: bool) -> None:
        """Store that we may, or may not any more, write to a chat and its threads.

        Of a chat that is gone nothing waits in the outbox; its subscriptions stay, and are served again when
        it is back.
        """
        now = int(self.clock().timestamp())
        async with self.database.write() as connection:
            for chat in await chats.with_threads(connection, key):
                await chats.set_gone(connection, chat.id, now=None if reachable else now)
                if not reachable:
                    await outbox.cancel(connection, chat.id, reason="the chat is gone", now=now)

    async def reached(self, chat: Chat) -> None:
        """Store that a message arrived in a chat; one that was gone is served again."""
        async with self.database.read() as connection:
            gone = await chats.gone_since(connection, chat.id)
        if gone is not None:
            await self.set_reachable(chat.key, reachable=True)

    async def move(self, key: ChatKey, external_id: str) -> None:
        """Store that a chat and its threads have another id now."""
        now = int(self.clock().timestamp())
        async with self.database.write() as connection:
            for chat in await chats.with_threads(connection, key):
                await chats.move(connection, chat.id, external_id, now=now)

    async def set_language(self, chat: Chat, language: str) -> None:
        """Store the language a chat chose."""
        async with self.database.write() as connection:
            await chats.set_language(connection, chat.id, language)

    async def delete_data(self, chat: Chat) -> None:
        """Delete all that a chat subscribes to, saved and was shown, and when it is served."""
        async with self.database.write() as connection:
            now = int(self.clock().timestamp())
            await chats.delete_data(connection, chat.id, zone=self.zone, now=now)
