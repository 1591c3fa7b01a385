"""The HTTP server: the Web API, response_urls, uploads, WebSockets and the page that asks for permission."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from aiohttp import web
from server_parts.connections import HOST

from slack_server.connections.exchange import Exchange

if TYPE_CHECKING:
    from slack_server.api.engine import Engine
    from slack_server.connections.sockets import Sockets
    from slack_server.records.world import World

_MOST_BODY = 4 * 1024 * 1024


class Wire:
    """Listens on a port of 127.0.0.1, which stays the same when it is unplugged and plugged in again."""

    def __init__(self, world: World, engine: Engine, sockets: Sockets) -> None:
        self._world = world
        self._engine = engine
        self._sockets = sockets
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def plug_in(self) -> None:
        """Listen."""
        application = web.Application(client_max_size=_MOST_BODY)
        application.router.add_route("*", "/link/", self._sockets.serve)
        application.router.add_post("/upload/v1/{file}", self._upload)
        application.router.add_post("/{kind:commands|actions}/{rest:.+}", self._response_url)
        application.router.add_route("*", "/{method:[A-Za-z]+(?:[.][A-Za-z0-9]+)+}", self._api)
        application.router.add_route("*", "/api/{method:[A-Za-z]+(?:[.][A-Za-z0-9]+)+}", self._api)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, self._port))
        self._port = listening.getsockname()[1]
        self._world.url = f"http://{HOST}:{self._port}"
        await web.SockSite(self._runner, listening).start()

    async def unplug(self) -> None:
        """Refuse connections; those that are open end."""
        if self._runner is None:
            return
        runner, self._runner = self._runner, None
        for site in list(runner.sites):
            await site.stop()
        self._sockets.drop()
        server = runner.server
        for handler in server.connections if server is not None else []:
            if handler.transport is not None:
                handler.transport.abort()
        await runner.cleanup()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        exchange = Exchange(request)
        await self._engine(exchange, request.match_info["method"])
        return exchange.response

    async def _response_url(self, request: web.Request) -> web.StreamResponse:
        exchange = Exchange(request)
        await self._engine(exchange, "response_url", request.path)
        return exchange.response

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        """Take a file's bytes, as the body or in a form (docs.slack.dev/messaging/working-with-files)."""
        file = self._world.files.get(request.match_info["file"])
        if file is None:
            return web.Response(status=404)
        if request.content_type.startswith("multipart/"):
            form = await request.post()
            parts = [one.file.read() for one in form.values() if isinstance(one, web.FileField)]
            content = parts[0] if parts else b""
        else:
            content = await request.read()
        if len(content) != file.length:
            return web.Response(status=400, text=f"expected {file.length} bytes, got {len(content)}")
        file.content = content
        return web.Response(text=f"OK - {len(content)}")
