"""A web server on 127.0.0.1 that does what a test tells it to, bad manners included."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from bot.domain.sources.ip_addresses import AllowedHosts
from bot.sources.web.fetcher import Fetcher, FetchLimits
from bot.sources.web.guard import Guard, Resolve, resolve_by_system
from bot.sources.web.request_spacing import HostSpacing

TRUSTS_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Loading the system's certificates for each fetcher would take most of a test's time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in; header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]


Answer = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


@dataclass(slots=True)
class Loopback:
    """A running server: its port, its address, and what it was asked."""

    port: int = 0
    scheme: str = "http"
    asked: list[Asked] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The server's address without a closing slash."""
        return f"{self.scheme}://127.0.0.1:{self.port}"


def response(status: str = "200 OK", body: bytes = b"", **headers: str) -> bytes:
    """Return the bytes of one answer; `content_type="x"` becomes `content-type: x`."""
    fields = {"content-length": str(len(body)), "connection": "close"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def says(*answers: bytes) -> Answer:
    """Return an answerer that gives one answer after the other, the last one forever."""
    queue = list(answers)

    async def answer(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(queue.pop(0) if len(queue) > 1 else queue[0])
        await writer.drain()

    return answer


def routes(table: Mapping[str, bytes]) -> Answer:
    """Return an answerer that gives each target (path and query) its own answer, else 404."""

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(table.get(asked.target, response("404 Not Found")))
        await writer.drain()

    return answer


@asynccontextmanager
async def serving(answer: Answer, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[Loopback]:
    """Serve on a free port of 127.0.0.1 for the time of the block."""
    server = Loopback(scheme="https" if tls else "http")
    busy: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            busy.add(task)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                asked = _parse(await reader.readuntil(b"\r\n\r\n"))
                server.asked.append(asked)
                await answer(asked, writer)
        finally:
            if task is not None:
                busy.discard(task)
            writer.close()

    listening = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for task in tuple(busy):
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)


@asynccontextmanager
async def fetching(
    *allowed: str,
    limits: FetchLimits | None = None,
    resolve: Resolve = resolve_by_system,
    tls: ssl.SSLContext = TRUSTS_NOBODY,
) -> AsyncIterator[Fetcher]:
    """Give a fetcher that never rests between requests and may ask the allowed hosts."""
    guard = Guard(allowed=AllowedHosts.parse(allowed), resolve=resolve)
    spacing = HostSpacing(gap=lambda _: 0.0)
    async with Fetcher(guard=guard, spacing=spacing, limits=limits, user_agent="test/1", tls=tls) as fetcher:
        yield fetcher


def answers_with(*answers: list[str]) -> Resolve:
    """Return a resolver that gives one list of addresses after the other, the last one forever."""
    queue = list(answers)

    async def resolve(_host: str, _port: int) -> list[str]:
        return queue.pop(0) if len(queue) > 1 else queue[0]

    return resolve


def _parse(head: bytes) -> Asked:
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = dict(line.split(": ", 1) for line in lines if ": " in line)
    return Asked(method, target, {name.lower(): value for name, value in headers.items()})
