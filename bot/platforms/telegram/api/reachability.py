"""An HTTP client for python-telegram-bot that reads no error page.

It also watches whether polling for updates succeeds.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from telegram.error import NetworkError
from telegram.request import HTTPXRequest

if TYPE_CHECKING:
    from bot.platforms.traffic.reachability import ReachabilityWatch

_REFUSED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND})


class BrokenServerError(NetworkError):
    """Something else than Telegram's program answered; the request may have been carried out."""


class PlainRequest(HTTPXRequest):
    """The library's own client of httpx, for answers in JSON.

    The proxy in front of Telegram answers with a page of HTML while Telegram fails. The library would log the
    page with a traceback, each time.
    """

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:  # noqa: ANN401 (the library's)
        """Make a request.

        Raises:
            BrokenServerError: the answer is none of Telegram's.
            NetworkError: there is no answer.
        """
        code, payload = await super().do_request(*args, **kwargs)
        if code >= HTTPStatus.INTERNAL_SERVER_ERROR or not payload.lstrip().startswith(b"{"):
            raise BrokenServerError(f"its server is broken (HTTP {code})")
        return code, payload


class WatchedRequest(PlainRequest):
    """The same, watched.

    Args:
        reached: what it tells.
    """

    def __init__(self, reached: ReachabilityWatch) -> None:
        super().__init__(connection_pool_size=1)
        self._reached = reached

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:  # noqa: ANN401 (the library's)
        """Make a request and note how it went."""
        try:
            code, payload = await super().do_request(*args, **kwargs)
        except BrokenServerError as error:
            await self._reached.failed(error.message)
            raise
        except NetworkError as error:
            await self._reached.failed(f"no connection ({type(error).__name__})")
            raise
        if code in _REFUSED:
            # Telegram says so of a good token, too, while it fails; the library would never ask again.
            await self._reached.failed(f"it refuses the token (HTTP {code})")
            raise NetworkError(f"the token is refused (HTTP {code})")
        if code == HTTPStatus.CONFLICT:
            await self._reached.failed("another program asks for this bot's messages (409 conflict)")
        else:
            await self._reached.answered()
        return code, payload
