"""The real slack_sdk and slack_bolt on the other side, closed as they must be."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_bolt.async_app import AsyncApp

    from slack_server.slack_server import SlackServer


@asynccontextmanager
async def client_of(
    server: SlackServer, *, token: str | None = None, seconds: int = 10
) -> AsyncIterator[AsyncWebClient]:
    """Give a client of the Web API that never tries anything twice.

    Args:
        server: of the test.
        token: by default the bot's in the first workspace.
        seconds: that a request may take.
    """
    timeout = aiohttp.ClientTimeout(total=seconds)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        made = AsyncWebClient(
            token=token or server.token,
            base_url=server.url,
            session=session,
            timeout=seconds,
            retry_handlers=[],
        )
        made.proxy = None  # one of this machine has no part in a test
        yield made


@asynccontextmanager
async def in_socket_mode(
    app: AsyncApp, server: SlackServer, *, connections: int = 1, ping_interval: float = 10
) -> AsyncIterator[list[AsyncSocketModeHandler]]:
    """Let an app listen over Socket Mode for the time of the block.

    Args:
        app: of the test.
        server: likewise.
        connections: how many WebSockets.
        ping_interval: seconds; the SDK notices no earlier that a connection was dropped.
    """
    handlers = [
        AsyncSocketModeHandler(app, server.app_token, ping_interval=ping_interval) for _ in range(connections)
    ]
    for handler in handlers:
        handler.client.proxy = handler.client.web_client.proxy = None
    already = len(server.sockets)
    try:
        for handler in handlers:
            await handler.client.connect()  # type: ignore[no-untyped-call]
        await server.connected(already + connections)
        yield handlers
    finally:
        for handler in handlers:
            await handler.client.close()  # type: ignore[no-untyped-call]
        await server.until(lambda: len(server.sockets) <= already, awaited="the sockets to close")


@asynccontextmanager
async def over_http(app: AsyncApp, server: SlackServer) -> AsyncIterator[str]:
    """Let an app listen for signed requests, and Slack post them; give the address it listens at.

    The OAuth pages, if the app has any, are there, too.
    """

    async def post(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    async def get(request: web.Request) -> web.Response:
        flow = app.oauth_flow
        assert flow is not None, "the app has no OAuth pages"
        asked = await to_bolt_request(request)
        installs = request.path == flow.install_path
        return await to_aiohttp_response(
            await (flow.handle_installation(asked) if installs else flow.handle_callback(asked))
        )

    pages = web.Application()
    pages.router.add_post("/slack/events", post)
    pages.router.add_get("/{page:slack/.+}", get)
    runner = web.AppRunner(pages, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    server.posts_to(f"{address}/slack/events")
    try:
        yield address
    finally:
        server.posts_to(None)
        await runner.cleanup()
