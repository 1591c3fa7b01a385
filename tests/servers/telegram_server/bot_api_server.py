"""A Bot API server on 127.0.0.1 with people who use the bot: what Telegram is to a test."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Self

from server_parts.connections import HOST, Pluggable

from telegram_server.api.engine import Engine
from telegram_server.connections.webhook import WebhookPoster
from telegram_server.connections.wire import Wire
from telegram_server.faults import Faults
from telegram_server.scenarios.acts import Acts

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from types import TracebackType

    from telegram_server.flood import FloodLimits
    from telegram_server.world import Logged


class BotApiServer(Pluggable[Wire], Acts):
    """Telegram for one bot; an async context in which it listens.

    What was accepted is kept forever: a server is made for one test.

    Args:
        token: the bot's; by default `BotApiServer.token`, an invented one.

    Attributes:
        faults: what is to go wrong.
    """

    def __init__(self, *, token: str | None = None) -> None:
        super().__init__(token=token)
        self.faults = Faults()
        self._engine = Engine(self.world, self.faults)
        self._wire = Wire(self._engine)
        self._poster = WebhookPoster(self.world)
        self._posting: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Listen on a free port."""
        await self._wire.plug_in()
        self._posting = asyncio.create_task(self._poster.run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all connections."""
        if self._posting is not None:
            self._posting.cancel()
            await asyncio.gather(self._posting, return_exceptions=True)
        await self._wire.unplug()

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.token

    @property
    def url(self) -> str:
        """The server's address; it stays the same while the server is unplugged."""
        return f"http://{HOST}:{self._wire.port}"

    @property
    def base_url(self) -> str:
        """What python-telegram-bot calls `base_url`."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """What python-telegram-bot calls `base_file_url`."""
        return f"{self.url}/file/bot"

    @property
    def log(self) -> list[Logged]:
        """All requests that were read, in order; their numbers rise."""
        return self.world.log

    def accepted(self, method: str) -> list[Logged]:
        """Return the requests of a method that were carried out, answered or not."""
        return [logged for logged in self.log if logged.accepted and logged.call.method == method.lower()]

    @property
    def flood(self) -> FloodLimits | None:
        """Telegram's limits of sending; None, as at first, lets everything pass."""
        return self._engine.flood

    @flood.setter
    def flood(self, limits: FloodLimits | None) -> None:
        self._engine.flood = limits

    @asynccontextmanager
    async def slamming(self) -> AsyncIterator[None]:
        """Close new connections at once, unread, for the time of the block; those that are open end."""
        await self._wire.unplug()
        self._wire.slamming = True
        await self._wire.plug_in()
        try:
            yield
        finally:
            self._wire.slamming = False

    @property
    def slams(self) -> int:
        """How many connections were closed unread."""
        return self._wire.slams

    def conflicts(self) -> None:
        """Let another instance of the bot ask for updates: the getUpdates that waits ends with 409."""
        self._engine.end_polls()

    async def post_waiting(self) -> list[int]:
        """Try again to post what waits for the webhook; return the statuses (0 for no answer)."""
        return await self._poster.post_waiting()

    async def post_as_stranger(self, update: dict[str, Any], *, secret: str = "") -> int:
        """Post an update to the webhook as somebody else who found its address; return the status.

        Args:
            update: the `Update` object.
            secret: of the header; without one it is left out.
        """
        return await self._poster.post(update, secret=secret)
