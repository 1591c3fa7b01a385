"""Receives Slack's signed HTTP requests, and serves the OAuth installation pages."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_bolt.async_app import AsyncApp
    from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow

EVENTS_PATH: Final = "/slack/events"
INSTALL_PATH: Final = "/slack/install"
REDIRECT_PATH: Final = "/slack/oauth_redirect"

_LAST_REQUESTS: Final = 2.0
"""Seconds at most that requests under way have when the server stops."""

_log = logging.getLogger(__name__)


@asynccontextmanager
async def serving(listen: str, *, app: AsyncApp | None, flow: AsyncOAuthFlow | None) -> AsyncIterator[None]:
    """Serve for as long as the context is open.

    Args:
        listen: host:port.
        app: takes Slack's requests at `EVENTS_PATH`, or None where they come over a WebSocket.
        flow: shows `INSTALL_PATH` and takes who comes back at `REDIRECT_PATH`, or None.

    Raises:
        OSError: the port can't be used.
    """
    pages = web.Application()
    if app is not None:
        pages.router.add_post(EVENTS_PATH, _Events(app).take)
    if flow is not None:
        installing = _Installing(flow)
        pages.router.add_get(INSTALL_PATH, installing.begin)
        pages.router.add_get(REDIRECT_PATH, installing.end)
    runner = web.AppRunner(pages, access_log=None, shutdown_timeout=_LAST_REQUESTS)
    await runner.setup()
    host, _, port = listen.rpartition(":")
    try:
        await web.TCPSite(runner, host, int(port)).start()
        yield
    finally:
        await runner.cleanup()


class _Events:
    def __init__(self, app: AsyncApp) -> None:
        self._app = app

    async def take(self, request: web.Request) -> web.Response:
        """Hand a request to bolt, which checks its signature; what nobody can read is not from Slack."""
        try:
            asked = await to_bolt_request(request)
        except (UnicodeDecodeError, ValueError):
            return web.Response(status=HTTPStatus.BAD_REQUEST)
        return await to_aiohttp_response(await self._app.async_dispatch(asked))


class _Installing:
    def __init__(self, flow: AsyncOAuthFlow) -> None:
        self._flow = flow

    async def begin(self, request: web.Request) -> web.Response:
        return await to_aiohttp_response(await self._flow.handle_installation(await to_bolt_request(request)))

    async def end(self, request: web.Request) -> web.Response:
        return await to_aiohttp_response(await self._flow.handle_callback(await to_bolt_request(request)))
