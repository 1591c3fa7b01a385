"""Watches whether requests to Slack succeed."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import aiohttp

if TYPE_CHECKING:
    from bot.platforms.traffic.reachability import ReachabilityWatch


def watching(reached: ReachabilityWatch) -> aiohttp.TraceConfig:
    """Return what tells how each request of a session went; for HTTP, where no open connection tells it."""
    trace = aiohttp.TraceConfig()

    async def ended(_session: object, _context: object, said: aiohttp.TraceRequestEndParams) -> None:
        if said.response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            await reached.failed(f"its server is broken (HTTP {said.response.status})")
        else:
            await reached.answered()

    async def broke(_session: object, _context: object, said: aiohttp.TraceRequestExceptionParams) -> None:
        await reached.failed(f"no connection ({type(said.exception).__name__})")

    trace.on_request_end.append(ended)
    trace.on_request_exception.append(broke)
    return trace
