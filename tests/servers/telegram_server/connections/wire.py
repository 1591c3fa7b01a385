"""HTTP/1.1 for the Bot API server: keep-alive, bodies with a length, and connections cut on purpose."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from server_parts.connections import HOST, cut

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    Answerer = Callable[["Exchange"], Awaitable[None]]

MOST_HEAD = 64 * 1024
"""Bytes of a request's first line and headers."""


class CutError(Exception):
    """This connection was cut; nothing more can be said on it."""


@dataclass(eq=False, slots=True)
class Exchange:
    """One request, and the connection that waits for its answer.

    Attributes:
        verb: `GET` or `POST`.
        target: path and query.
        headers: by their names in lower case.
    """

    verb: str
    target: str
    headers: Mapping[str, str]
    _reader: asyncio.StreamReader
    _writer: asyncio.StreamWriter
    _unread: int = field(default=0)

    async def body(self) -> bytes:
        """Read the body; a second time it is empty."""
        length, self._unread = self._unread, 0
        return await self._reader.readexactly(length)

    async def answer(
        self, status: int, body: bytes, *, content_type: str = "application/json", **headers: str
    ) -> None:
        """Send a whole answer."""
        self._writer.write(_head(status, content_type, len(body), headers) + body)
        await self._writer.drain()

    async def answer_half(self, status: int, body: bytes) -> None:
        """Send the head of an answer and half of its body, then cut the connection."""
        self._writer.write(_head(status, "application/json", len(body), {}) + body[: len(body) // 2])
        await self._writer.drain()
        self.cut(reset=False)

    def cut(self, *, reset: bool) -> None:
        """Close the connection without another word.

        Args:
            reset: by a TCP reset, as a crashed or overloaded peer does, else in the orderly way.

        Raises:
            CutError: always.
        """
        cut(self._writer.transport, reset=reset)
        raise CutError

    async def finish(self) -> None:
        """Read what the answerer left, so that the connection can be used again."""
        await self.body()


class Wire:
    """Listens on a free port of 127.0.0.1, which it keeps while it is unplugged.

    Args:
        answerer: answers one request.
    """

    def __init__(self, answerer: Answerer) -> None:
        self.port = 0
        self.slams = 0
        """How many connections were closed before anything was read (see `slamming`)."""
        self.slamming = False
        """Whether connections are accepted and closed at once."""
        self._answerer = answerer
        self._listening: asyncio.Server | None = None
        self._busy: set[asyncio.Task[None]] = set()

    async def plug_in(self) -> None:
        """Accept connections."""
        self._listening = await asyncio.start_server(
            self._handle, HOST, self.port, limit=MOST_HEAD, reuse_address=True, backlog=512
        )
        self.port = self._listening.sockets[0].getsockname()[1]

    async def unplug(self) -> None:
        """Refuse connections and end those that are open."""
        if self._listening is not None:
            self._listening.close()
        for task in tuple(self._busy):
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._busy.add(task)
        try:
            if self.slamming:
                self.slams += 1
                return
            # The peer may be gone at any time: that is for the peer to handle.
            with suppress(ConnectionError, asyncio.IncompleteReadError, CutError):
                while True:
                    exchange = await _read(reader, writer)
                    await self._answerer(exchange)
                    await exchange.finish()
        except asyncio.CancelledError:
            # Only `unplug` cancels; raised on, asyncio would report it as an error of the server.
            writer.transport.abort()
        finally:
            self._busy.discard(task)
            writer.close()


async def _read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Exchange:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    verb, target, _ = first.split(" ", 2)
    fields = (line.partition(":") for line in lines if line)
    headers = {name.lower(): value.strip() for name, _, value in fields}
    if "transfer-encoding" in headers:
        raise NotImplementedError("this server reads bodies with a length only")
    return Exchange(verb, target, headers, reader, writer, int(headers.get("content-length", "0")))


def _head(status: int, content_type: str, length: int, headers: Mapping[str, str]) -> bytes:
    fields = {"Server": "nginx/1.18.0", "Content-Type": content_type, "Content-Length": str(length)}
    fields |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{lines}\r\n".encode("latin-1")
