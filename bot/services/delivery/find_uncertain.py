"""Searches a platform's history for messages whose delivery is uncertain."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.errors import DeliveryError
from bot.storage.chats import chats
from bot.storage.delivery import outbox

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.domain.chat.command import Chat
    from bot.domain.delivery.delivery import Delivery
    from bot.ports import Clock, Finder
    from bot.storage.engine.database import Database

_MARGIN: Final = 60
"""Seconds by which a platform's clock may be behind ours."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FindUncertain:
    """Settles deliveries whose message is found. One that is not found stays uncertain: it may still arrive.

    Attributes:
        database: where the outbox is.
        finders: what looks, by platform; others can't be asked.
        clock: tells the time.
    """

    database: Database
    finders: Mapping[str, Finder]
    clock: Clock

    async def find(self, chat: Chat, delivery: Delivery) -> str | None:
        """Return what the platform calls the message of a delivery, or None where it shows none."""
        finder = self.finders.get(chat.key.platform)
        if finder is None:
            return None
        try:
            return await finder.find(chat, delivery.id, since=delivery.created_at - _MARGIN)
        except (LookupError, DeliveryError) as error:
            _log.info("delivery %d can't be looked up: %s", delivery.id, error)
            return None

    async def settle(self, rows: Iterable[int]) -> int:
        """Look for the messages of uncertain deliveries; return how many had arrived."""
        settled = 0
        for row in rows if self.finders else ():
            async with self.database.read() as connection:
                delivery = await outbox.by_id(connection, row)
                chat = await chats.by_id(connection, delivery.chat_id) if delivery else None
            reference = await self.find(chat, delivery) if delivery and chat else None
            if reference is None:
                continue
            async with self.database.write() as connection:
                now = int(self.clock().timestamp())
                settled += await outbox.found(connection, row, reference=reference, now=now)
        return settled
