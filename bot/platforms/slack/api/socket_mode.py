"""Socket Mode: receives requests over a WebSocket that the bot opens, so it needs no public address."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Final

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

from bot.errors import SettingsError
from bot.platforms.slack.api.clients import sdk_logger
from bot.platforms.slack.api.errors import REFUSED_TOKEN, SLACK_FAILED, code_of

if TYPE_CHECKING:
    from pydantic import SecretStr
    from slack_bolt.async_app import AsyncApp
    from slack_sdk.socket_mode.aiohttp import SocketModeClient
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.platforms.traffic.reachability import ReachabilityWatch

_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0
_CONNECT_SECONDS: Final = 15.0
_LOOK_EVERY: Final = 1.0
_TOLD_AFTER: Final = 3.0
"""Seconds without a connection that are worth a word: Slack renews each now and then."""
_REPLACED_AFTER: Final = 60.0
"""Seconds after which the client is replaced: it continues with an address that may be of no use any more."""

_log = logging.getLogger(__name__)


class SocketMode:
    """Keeps a WebSocket open.

    Args:
        app: what answers.
        client: makes the requests for a WebSocket's address.
        token: the app's, which begins with `xapp-`.
        reached: is told when the connection is lost and when it is back.
        ping: seconds between two looks of the library whether the other side is there.
    """

    def __init__(
        self,
        app: AsyncApp,
        client: AsyncWebClient,
        token: SecretStr,
        reached: ReachabilityWatch,
        *,
        ping: float,
    ) -> None:
        self._app = app
        self._client = client
        self._token = token
        self._reached = reached
        self._ping = ping
        self._socket: SocketModeClient | None = None
        self._keeping: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect, however long that takes, and stay connected.

        Raises:
            SettingsError: Slack refuses the token.
        """
        await self._connect()
        self._keeping = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """Hear nothing more."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        await self._drop()

    async def _connect(self) -> None:
        wait = _FIRST_WAIT
        while True:
            problem = await self._try_to_connect()
            if problem is None:
                await self._reached.answered()
                return
            await self._reached.failed(problem)
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)

    async def _try_to_connect(self) -> str | None:
        """Connect; return why that failed, or None."""
        await self._drop()
        token = self._token.get_secret_value()
        try:
            opened = await self._client.apps_connections_open(app_token=token)
        except SLACK_FAILED as error:
            code = code_of(error)
            if code in REFUSED_TOKEN and self._keeping is None:
                raise SettingsError(
                    "SLACK_APP_TOKEN: Slack refuses it; your app's page shows it below Basic Information, "
                    "App-Level Tokens (it needs the scope connections:write)"
                ) from error
            return f"no connection ({code})"
        handler = AsyncSocketModeHandler(
            self._app,
            token,
            logger=sdk_logger(logging.CRITICAL),  # it logs each failed try; `ReachabilityWatch` says it once
            web_client=self._client,
            ping_interval=self._ping,
        )
        self._socket = handler.client
        self._socket.wss_uri = opened["url"]
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await self._socket.connect()  # type: ignore[no-untyped-call]
        except TimeoutError:
            return "no connection (its WebSocket does not open)"
        return None

    async def _keep(self) -> None:
        """Watch the connection; the library renews it, and where that does not help, it is opened again."""
        lost_at: float | None = None
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            if self._socket is not None and await self._socket.is_connected():
                lost_at = None
                await self._reached.answered()
                continue
            now = time.monotonic()
            lost_at = now if lost_at is None else lost_at
            if now - lost_at >= _TOLD_AFTER:
                await self._reached.failed("no connection (its WebSocket is closed)")
            if now - lost_at >= _REPLACED_AFTER:
                await self._connect()

    async def _drop(self) -> None:
        if self._socket is not None:
            await self._socket.close()  # type: ignore[no-untyped-call]
            self._socket = None
