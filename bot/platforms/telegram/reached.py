"""Whether Telegram is reached: watched where we ask for updates, so that `/status` can tell."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from telegram.error import NetworkError
from telegram.request import HTTPXRequest

from bot.platforms.telegram.updates import PLATFORM

if TYPE_CHECKING:
    from bot.services.note_trouble import NoteTrouble

_UNKNOWN: Final = "unknown"
_REFUSED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND})

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
        """Note that Telegram does not answer as it should.

        Args:
            what: what is wrong; never with an address, since Telegram's hold the token.
        """
        if what != self._now:
            self._now = what
            _log.warning("Telegram: %s; going on", what)
            await self._trouble.begin(PLATFORM, what)

    async def answered(self) -> None:
        """Note that Telegram answers."""
        if self._now is not None:
            if self._now != _UNKNOWN:
                _log.warning("Telegram: reached again")
            self._now = None
            await self._trouble.end(PLATFORM)


class WatchedRequest(HTTPXRequest):
    """The library's own client of httpx, watched.

    Args:
        reached: what it tells.
    """

    def __init__(self, reached: Reached) -> None:
        super().__init__(connection_pool_size=1)
        self._reached = reached

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:  # noqa: ANN401 (the library's)
        """Make a request and note how it went."""
        try:
            code, payload = await super().do_request(*args, **kwargs)
        except NetworkError as error:
            await self._reached.failed(f"no connection ({type(error).__name__})")
            raise
        if code in _REFUSED:
            # Telegram says so of a good token, too, while it fails; the library would never ask again.
            await self._reached.failed(f"it refuses the token (HTTP {code})")
            raise NetworkError(f"the token is refused (HTTP {code})")
        if code == HTTPStatus.CONFLICT:
            await self._reached.failed("another program asks for this bot's messages (409 conflict)")
        elif code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            await self._reached.failed(f"its server is broken (HTTP {code})")
            raise NetworkError(f"HTTP {code}")  # its body is a page, which the library would log each time
        else:
            await self._reached.answered()
        return code, payload
