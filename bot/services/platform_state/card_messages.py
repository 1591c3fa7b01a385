"""Records which message shows which paper, so that a reaction to the message can be handled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.storage.archive import papers
from bot.storage.chats import chats
from bot.storage.platform_state import card_messages

if TYPE_CHECKING:
    from bot.domain.chat.command import Chat, ChatKey
    from bot.domain.papers.paper import Paper
    from bot.ports import Clock
    from bot.storage.engine.database import Database


@dataclass(frozen=True, slots=True)
class CardMessages:
    """The messages that show one paper each.

    Attributes:
        database: where they are kept.
        clock: tells the time.
    """

    database: Database
    clock: Clock

    async def remember(self, chat_id: int, reference: str, canonical_id: str | None) -> None:
        """Store that a message of a chat shows a paper, or with None that it shows no single one any more.

        A paper that is not in the archive is passed over.
        """
        async with self.database.write() as connection:
            if canonical_id is None:
                await card_messages.remove(connection, chat_id, reference)
                return
            paper = (await papers.by_canonical_ids(connection, [canonical_id])).get(canonical_id)
            if paper is not None:
                now = int(self.clock().timestamp())
                await card_messages.put(connection, chat_id, reference, paper.id, now=now)

    async def find(self, key: ChatKey, reference: str) -> tuple[Chat, Paper] | None:
        """Return the chat (perhaps a topic of it) and the paper that a message shows, or None.

        Args:
            key: the chat as its platform names it; its thread does not matter.
            reference: what the platform calls the message.
        """
        async with self.database.read() as connection:
            rows = await card_messages.find(connection, key, reference)
            if rows is None:
                return None
            chat = await chats.by_id(connection, rows[0])
            paper = (await papers.by_ids(connection, [rows[1]])).get(rows[1])
        return (chat, paper) if chat and paper else None
