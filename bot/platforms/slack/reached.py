"""Whether Slack is reached: noted where a trouble begins and ends, so that `/status` can tell."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import aiohttp

from bot.platforms.slack.chats import PLATFORM

if TYPE_CHECKING:
    from bot.services.note_trouble import NoteTrouble

_UNKNOWN: Final = "unknown"

_log = logging.getLogger(__name__)


class Reached:
    """Notes the beginning and the end of each trouble, once.

    Args:
        trouble: where it is noted.
    """

    def __init__(self, trouble: NoteTrouble) -> None:
        self._trouble = trouble
        # A trouble that an earlier process noted ends with the first answer to this one.
        self._now: str | None = _UNKNOWN

    async def failed(self, what: str) -> None:
        """Note that Slack does not answer as it should.

        Args:
            what: what is wrong; never with an address, since those of WebSockets hold a ticket.
        """
        if what != self._now:
            self._now = what
            _log.warning("Slack: %s; going on", what)
            await self._trouble.begin(PLATFORM, what)

    async def answered(self) -> None:
        """Note that Slack answers."""
        if self._now is not None:
            if self._now != _UNKNOWN:
                _log.warning("Slack: reached again")
            self._now = None
            await self._trouble.end(PLATFORM)


def watching(reached: Reached) -> aiohttp.TraceConfig:
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
