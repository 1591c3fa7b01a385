"""Listening, being unreachable for a while, and cutting connections on purpose."""

from __future__ import annotations

import socket
import struct
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator

HOST = "127.0.0.1"

# l_onoff, l_linger: to close sends a reset at once (man 7 socket).
_RESET = struct.pack("ii", 1, 0)


class Wire(Protocol):
    """Listens on a free port of 127.0.0.1, which it keeps while it is unplugged."""

    async def plug_in(self) -> None:
        """Accept connections."""

    async def unplug(self) -> None:
        """Refuse connections and end those that are open."""


WireT = TypeVar("WireT", bound=Wire)


class Pluggable(Generic[WireT]):
    """A server that can be unreachable for a while; `_wire` is what listens."""

    _wire: WireT

    @asynccontextmanager
    async def unplugged(self) -> AsyncIterator[None]:
        """Refuse connections for the time of the block; those that are open end."""
        await self._wire.unplug()
        try:
            yield
        finally:
            await self._wire.plug_in()


def cut(transport: asyncio.WriteTransport, *, reset: bool) -> None:
    """End a connection without another word.

    Args:
        transport: the connection.
        reset: by a TCP reset, as a crashed or overloaded peer does, else in the orderly way.
    """
    connected = transport.get_extra_info("socket")
    if reset and connected is not None:
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        transport.abort()
    else:
        transport.close()
