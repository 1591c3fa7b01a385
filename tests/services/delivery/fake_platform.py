"""A platform whose behaviour a test decides, and which remembers what arrived."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.domain.chat.command import Chat, Reply


class FakePlatform:
    """Takes every message, unless told otherwise.

    Attributes:
        arrived: the deliveries that arrived, in order.
        troubles: by chat, what to raise at its next sends; with True the message arrives all the same.
        hold: while clear, sends wait inside the platform.
    """

    def __init__(self) -> None:
        self.arrived: list[int] = []
        self.plain: list[int] = []
        self.troubles: dict[str, deque[tuple[Exception, bool]]] = defaultdict(deque)
        self.hold = asyncio.Event()
        self.hold.set()
        self.under_way = 0

    @asynccontextmanager
    async def turn(self, chat: Chat) -> AsyncIterator[None]:
        """Let every message go at once."""
        del chat
        yield

    async def send(self, chat: Chat, message: Reply, *, delivery_id: int, plain: bool) -> str:
        """Take a message, or do what the test decided."""
        del message
        self.under_way += 1
        try:
            await self.hold.wait()
        finally:
            self.under_way -= 1
        troubles = self.troubles[chat.key.external_id]
        error, arrives = troubles.popleft() if troubles else (None, True)
        if arrives:
            self.arrived.append(delivery_id)
            if plain:
                self.plain.append(delivery_id)
        if error:
            raise error
        return f"m{delivery_id}"
