"""A Slack on 127.0.0.1 with people who use the bot: what Slack is to a test."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Self

from server_parts.connections import Pluggable

from slack_server.api.engine import Engine
from slack_server.api.response_urls import ResponseUrls
from slack_server.connections.wire import Wire
from slack_server.faults import Faults
from slack_server.scenarios.installing import Installing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from slack_server.connections.sockets import Connection, DisconnectReason
    from slack_server.flood import FloodLimits
    from slack_server.records.world import Logged


class SlackServer(Pluggable[Wire], Installing):
    """Slack for one app; an async context in which it listens.

    What was accepted is kept forever: a server is made for one test.

    Args:
        scopes: what the bot has in the first workspace; by default `world.DEFAULT_SCOPES`.
        installed: whether the app is there already.

    Attributes:
        faults: what is to go wrong.
    """

    def __init__(self, *, scopes: Iterable[str] | None = None, installed: bool = True) -> None:
        super().__init__(scopes=scopes, installed=installed)
        self.faults = Faults()
        sockets = self.delivery.sockets
        self._engine = Engine(self.world, self.faults, sockets, ResponseUrls(self.world))
        self._wire = Wire(self.world, self._engine, sockets)

    async def __aenter__(self) -> Self:
        """Listen on a free port."""
        await self._wire.plug_in()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all connections."""
        await self.delivery.close()
        await self._wire.unplug()

    @property
    def url(self) -> str:
        """What slack_sdk calls `base_url`; it stays the same while the server is unplugged."""
        return f"{self.world.url}/api/"

    @property
    def authorize_url(self) -> str:
        """What slack_bolt calls `authorization_url`."""
        return f"{self.world.url}/oauth/v2/authorize"

    @property
    def app_token(self) -> str:
        """The app-level token of Socket Mode."""
        return self.world.app_token

    @property
    def signing_secret(self) -> str:
        """Of the app; HTTP requests are signed with it."""
        return self.world.signing_secret

    @property
    def client_id(self) -> str:
        """Of the app, for OAuth."""
        return self.world.client_id

    @property
    def client_secret(self) -> str:
        """Of the app, for OAuth."""
        return self.world.client_secret

    @property
    def log(self) -> list[Logged]:
        """All requests that were read, in order; their numbers rise."""
        return self.world.log

    @property
    def warnings(self) -> list[tuple[int, str]]:
        """What Slack accepted but advises against, as (number of the request, warning)."""
        return self.world.warnings

    def accepted(self, method: str) -> list[Logged]:
        """Return the requests of a method that were carried out, answered or not."""
        return [logged for logged in self.log if logged.accepted and logged.call.method == method]

    @property
    def flood(self) -> FloodLimits | None:
        """Slack's limits; None, as at first, lets everything pass."""
        return self._engine.flood

    @flood.setter
    def flood(self, limits: FloodLimits | None) -> None:
        self._engine.flood = limits

    @property
    def sockets(self) -> list[Connection]:
        """The WebSockets that are open."""
        return self.delivery.sockets.connections

    def passes(self, seconds: float) -> None:
        """Let Slack's clock go ahead: triggers and response_urls grow old without anybody waiting."""
        self.world.ahead += seconds

    def posts_to(self, url: str | None) -> None:
        """Bring things by HTTP from now on (the app's request URL), or, by None, over Socket Mode."""
        self.delivery.request_url = url

    async def verifies_url(self) -> bool:
        """Ask the request URL for the challenge, as Slack does when it is entered; return if it was right."""
        challenge = self.world.new_id("ch")
        body = json.dumps({"type": "url_verification", "token": "x", "challenge": challenge})
        status, text, _ = await self.delivery.post("application/json", body)
        return status == 200 and challenge in text

    async def posts_as_stranger(self, payload: dict[str, Any], *, secret: str = "not-the-secret") -> int:  # noqa: S107 (invented)
        """Post an event as somebody who found the request URL and knows no secret; return the status."""
        own, self.world.signing_secret = self.world.signing_secret, secret
        try:
            status, _, _ = await self.delivery.post("application/json", json.dumps(payload))
        finally:
            self.world.signing_secret = own
        return status

    async def asks_to_reconnect(self, reason: DisconnectReason = "refresh_requested") -> None:
        """Tell all WebSockets that they will end, and wait until as many others are open."""
        expected = len(self.sockets)
        await self.delivery.sockets.ask_to_leave(reason)
        await self.connected(expected)

    def drops_sockets(self) -> None:
        """End all WebSockets without a word, as a lost connection does."""
        self.delivery.sockets.drop()

    def retries_now(self) -> None:
        """Let events that wait for another try have it now."""
        self.delivery.retry_now()
