"""Socket Mode: the WebSockets of the app, over which Slack sends envelopes and the app acknowledges them.

Source: docs.slack.dev/apis/events-api/using-socket-mode: at most ten connections share the load; a connection
that Slack will end soon is told so by a `disconnect` message.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from aiohttp import WSMsgType, web
from server_parts.connections import cut

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_server.records.world import World

    OnAck = Callable[[str, dict[str, Any]], None]

MOST_CONNECTIONS = 10
DisconnectReason = Literal["warning", "refresh_requested", "link_disabled"]


@dataclass(eq=False, slots=True)
class Connection:
    """One WebSocket.

    Attributes:
        leaving: whether it was told that it will end; then it gets nothing while there is another.
        sent: how many envelopes it was given.
    """

    socket: web.WebSocketResponse
    request: web.Request
    leaving: bool = False
    sent: int = 0


class Sockets:
    """The connections of the app.

    Args:
        world: what there is.
        on_ack: is told an envelope's id and the payload that came with its acknowledgement.

    Attributes:
        connections: those that are open.
        opened: how many were ever opened.
    """

    def __init__(self, world: World, on_ack: OnAck) -> None:
        self.connections: list[Connection] = []
        self.opened = 0
        self._world = world
        self._on_ack = on_ack
        self._tickets: set[str] = set()
        self._turn = 0

    def open_address(self) -> dict[str, Any]:
        """docs.slack.dev/reference/methods/apps.connections.open: an address that is good for one socket."""
        ticket = f"{random.getrandbits(128):032x}"
        self._tickets.add(ticket)
        address = self._world.url.replace("http://", "ws://", 1)
        return {"url": f"{address}/link/?ticket={ticket}&app_id={self._world.app_id}"}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Hold a WebSocket until either side ends it."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403)
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if len(self.connections) >= MOST_CONNECTIONS:
            await socket.send_str(json.dumps({"type": "disconnect", "reason": "too_many_websockets"}))
            await socket.close()
            return socket
        connection = Connection(socket, request)
        await socket.send_str(json.dumps(self._hello(len(self.connections) + 1)))
        self.connections.append(connection)
        self.opened += 1
        self._world.changes.tell()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._read(message.data)
        finally:
            self.connections.remove(connection)
            self._world.changes.tell()
        return socket

    async def send(self, envelope: dict[str, Any]) -> bool:
        """Send an envelope over one of the connections, in turn; return whether there was one."""
        staying = [one for one in self.connections if not one.leaving] or self.connections
        if not staying:
            return False
        connection = staying[self._turn % len(staying)]
        self._turn += 1
        try:
            await connection.socket.send_str(json.dumps(envelope))
        except ConnectionError:
            return False
        connection.sent += 1
        return True

    async def ask_to_leave(self, reason: DisconnectReason) -> None:
        """Tell all connections that they will end; the app is to open others."""
        for connection in list(self.connections):
            connection.leaving = True
            told = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-invented"}}
            await connection.socket.send_str(json.dumps(told))

    def drop(self) -> None:
        """End all connections without a word."""
        for connection in self.connections:
            if connection.request.transport is not None:
                cut(connection.request.transport, reset=True)

    async def close(self) -> None:
        """End all connections in the orderly way."""
        for connection in list(self.connections):
            await connection.socket.close()

    def _hello(self, connections: int) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": connections,
            "debug_info": {
                "host": "applink-invented",
                "build_number": 1,
                "approximate_connection_time": 18060,
            },
            "connection_info": {"app_id": self._world.app_id},
        }

    def _read(self, text: str) -> None:
        try:
            said = json.loads(text)
        except ValueError:
            return
        if isinstance(said, dict) and isinstance(said.get("envelope_id"), str):
            payload = said.get("payload")
            self._on_ack(said["envelope_id"], payload if isinstance(payload, dict) else {})
