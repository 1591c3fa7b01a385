"""A python-telegram-bot rate limiter backed by our priority limiter: replies go before digests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.domain.delivery.send_rates import TOKEN, Lane
from bot.platforms.telegram.api.errors import seconds_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from bot.platforms.traffic.limiter import Limiter

TAKEN: Final = "taken"
"""As `rate_limit_args`: the caller has waited for the request's turn already."""

_FREE: Final = frozenset(
    {"getMe", "getUpdates", "getChatMember", "getChat", "getFile", "answerCallbackQuery", "answerInlineQuery"}
)
"""Requests that send no message; Telegram's limits for messages don't count them."""

_LONGEST_WAIT: Final = 30.0
_CHATS, _WITHIN = 3, 10.0


class LaneRateLimiter(BaseRateLimiter[str]):
    """Gives each request its turn.

    A 429 pauses the chat it was for. Telegram does not say whether it meant the chat or the token; where
    several chats are told to wait within seconds, and no request begun meanwhile passed, it was the token.

    Args:
        limiter: of this bot's token.
        clock: monotonic seconds.
    """

    def __init__(self, limiter: Limiter, clock: Callable[[], float]) -> None:
        self._limiter = limiter
        self._clock = clock
        self._paused: dict[str, float] = {}

    async def initialize(self) -> None:
        """Need nothing; the library calls it."""

    async def shutdown(self) -> None:
        """Need nothing; the library calls it."""

    async def process_request(  # noqa: PLR0917 (the library's signature)
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,  # noqa: ANN401 (the library's)
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: str | None,
    ) -> Any:  # noqa: ANN401 (the library's)
        """Make a request in its turn; what Telegram wants later is tried once more, where that is soon."""
        chat = str(data.get("chat_id", ""))
        if endpoint in _FREE or not chat:
            return await callback(*args, **kwargs)
        if rate_limit_args == TAKEN:
            return await self._made(chat, callback(*args, **kwargs))
        for last in (False, True):
            async with self._limiter.slot(chat=chat, is_group=is_group(chat), lane=Lane.REPLY):
                try:
                    return await self._made(chat, callback(*args, **kwargs))
                except RetryAfter as error:
                    if last or seconds_of(error.retry_after) > _LONGEST_WAIT:
                        raise
        raise AssertionError  # the second round returns or raises

    async def _made(self, chat: str, request: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 (the library's)
        begun = self._clock()
        self._limiter.began()
        try:
            answer = await request
        except RetryAfter as error:
            self._pause(chat, seconds_of(error.retry_after))
            raise
        # The token is not what those chats had to wait for: this request passed after them.
        self._paused = {name: at for name, at in self._paused.items() if at > begun}
        return answer

    def _pause(self, chat: str, seconds: float) -> None:
        now = self._clock()
        self._paused = {name: at for name, at in self._paused.items() if at > now - _WITHIN} | {chat: now}
        self._limiter.pause(TOKEN if len(self._paused) >= _CHATS else chat, seconds)


def is_group(chat: str) -> bool:
    """Whether a chat id, or the name of a channel, is not that of a person."""
    return chat.startswith(("-", "@"))
