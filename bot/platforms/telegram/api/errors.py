"""Translates errors of python-telegram-bot into paperwire's errors.

The only module that knows the Bot API's error texts.

python-telegram-bot wraps what surely was not sent and what may have been in the same classes, so the cause
decides (httpx's exceptions, python-httpx.org/exceptions): without a connection nothing was sent.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter

from bot.errors import (
    ChatGoneError,
    ChatMovedError,
    ContentRefusedError,
    DeliveryError,
    NotSentError,
    RefusedError,
    ThreadGoneError,
    UnknownOutcomeError,
)

if TYPE_CHECKING:
    from telegram.error import TelegramError

_NO_CONNECTION: Final = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"})
"""Names of httpx's exceptions; the library itself is known to the sources only."""

_GONE: Final = (
    "chat not found",
    "user is deactivated",
    "bot was kicked",
    "need administrator rights",
)
_SILENCED: Final = (
    "not enough rights",
    "have no rights",
    "chat_write_forbidden",
    "chat_restricted",
    "topic_closed",
)
"""A group or topic may be closed for a night; Telegram does not tell bots when it is open again."""
_MARKUP: Final = ("can't parse entities", "message is too long", "entity", "button_", "message text is empty")


def seconds_of(retry_after: float | timedelta) -> float:
    """Return Telegram's retry_after in seconds; which type it has depends on an environment variable."""
    return retry_after.total_seconds() if isinstance(retry_after, timedelta) else float(retry_after)


def delivery_error(error: TelegramError) -> DeliveryError:
    """Return what an error says about the message that was to be sent."""
    said = error.message or type(error).__name__
    answer: DeliveryError
    match error:
        case RetryAfter():
            answer = NotSentError("Telegram: too many requests", retry_after=seconds_of(error.retry_after))
        case ChatMigrated():
            answer = ChatMovedError("the group became a supergroup", external_id=str(error.new_chat_id))
        case Forbidden():
            answer = ChatGoneError(said)
        case BadRequest():
            answer = _bad_request(error)
        case InvalidToken():
            answer = NotSentError("Telegram refuses the token")
        case NetworkError() if type(error.__cause__).__name__ in _NO_CONNECTION:
            answer = NotSentError("no connection to Telegram")
        case _:
            answer = UnknownOutcomeError(f"Telegram: {said}")
    return answer


def _bad_request(error: BadRequest) -> DeliveryError:
    said = error.message.casefold()
    if "message thread not found" in said:
        return ThreadGoneError(error.message)
    if any(words in said for words in _GONE):
        return ChatGoneError(error.message)
    if any(words in said for words in _SILENCED):
        return NotSentError(error.message)
    if any(words in said for words in _MARKUP):
        return ContentRefusedError(error.message)
    return RefusedError(error.message)
