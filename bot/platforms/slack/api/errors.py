"""Translates errors of Slack's SDK into paperwire's errors.

The only module that knows Slack's error codes.

Without a connection nothing was sent; once a request may have been read, only Slack's own answer says that it
was refused (docs.slack.dev/reference/methods/chat.postMessage#errors).
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import (
    ChatGoneError,
    ContentRefusedError,
    DeliveryError,
    NotSentError,
    RefusedError,
    UnknownOutcomeError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

SLACK_FAILED: Final = (SlackClientError, aiohttp.ClientError, TimeoutError)
"""What a call of slack_sdk raises where Slack refuses it, breaks or can't be reached."""

REFUSED_TOKEN: Final = frozenset(
    {"invalid_auth", "not_authed", "token_expired", "token_revoked", "not_allowed_token_type"}
)
"""The operator mends it, so what waits continues waiting."""
RATE_LIMITED: Final = frozenset({"rate_limited", "ratelimited"})
NOT_THERE: Final = frozenset({"channel_not_found", "not_in_channel"})
"""Of a private channel Slack says that it does not exist where we are not in it."""

_GONE: Final = NOT_THERE | {
    "account_inactive",
    "cannot_dm_bot",
    "is_archived",
    "team_not_found",
    "user_disabled",
    "user_not_found",
}
_CONTENT: Final = frozenset(
    {
        "block_mismatch",
        "invalid_blocks",
        "invalid_blocks_format",
        "markdown_text_conflict",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
    }
)
_LATER: Final = RATE_LIMITED | {"message_limit_exceeded", "team_added_to_org"}
_MENDED_BY_OPERATOR: Final = REFUSED_TOKEN | {"access_denied", "missing_scope", "no_permission"}
_PERHAPS: Final = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
"""Of these Slack says that part of the work may have been done."""

_NO_CONNECTION: Final = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ConnectionTimeoutError,
)


_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,79}")


def code_of(error: Exception) -> str:
    """Return Slack's name for what is wrong, such as `is_archived`, or what broke where Slack did not say."""
    answer = getattr(error, "response", None)
    data = getattr(answer, "data", None)
    said = data.get("error") if isinstance(data, dict) else None
    if said:
        return str(said)
    status = _status(answer)
    return f"HTTP {status}" if status else type(error).__name__


def retry_after(headers: Mapping[str, Any]) -> float | None:
    """Return the seconds of the header `Retry-After`, or None where it can't be read."""
    written = str(next((value for name, value in headers.items() if name.lower() == "retry-after"), ""))
    return float(written) if written.isascii() and written.isdecimal() else None


def delivery_error(error: Exception) -> DeliveryError:
    """Return what an error says about the message that was to be sent."""
    if isinstance(error, SlackApiError):
        answer = error.response
        data = getattr(answer, "data", None)
        is_named = isinstance(data, dict) and bool(data.get("error"))
        headers = getattr(answer, "headers", None) or {}
        return _answered(_status(answer), code_of(error), headers, is_named=is_named)
    if isinstance(error, _NO_CONNECTION):
        return NotSentError("no connection to Slack")
    return UnknownOutcomeError(f"Slack: {type(error).__name__}")


def response_url_error(status: int, body: str, headers: Mapping[str, Any]) -> DeliveryError | None:
    """Return what the answer of a response_url says about the message, or None where it was taken.

    It is `ok`, JSON as of the Web API, or the name of what is wrong as plain text.

    Args:
        status: of HTTP.
        body: of the answer.
        headers: of the answer.
    """
    code = body.strip()
    try:
        data = json.loads(body)
    except ValueError:
        data = None
    if isinstance(data, dict):
        code = "ok" if data.get("ok") else str(data.get("error") or "")
    if status == HTTPStatus.OK and code == "ok":
        return None
    is_named = _NAME.fullmatch(code) is not None
    return _answered(status, code if is_named else f"HTTP {status}", headers, is_named=is_named)


def _answered(status: int, code: str, headers: Mapping[str, Any], *, is_named: bool) -> DeliveryError:
    """Return what an answer says; what is in front of Slack names no error and answers in HTML."""
    if status == HTTPStatus.TOO_MANY_REQUESTS or code in _LATER:
        return NotSentError(f"Slack: {code}", retry_after=retry_after(headers))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or code in _PERHAPS or not is_named:
        return UnknownOutcomeError(f"Slack: {code}")
    if code in _MENDED_BY_OPERATOR:
        return NotSentError(f"Slack refuses the token: {code}")
    if code in _GONE:
        return ChatGoneError(f"Slack: {code}")
    return (ContentRefusedError if code in _CONTENT else RefusedError)(f"Slack: {code}")


def _status(answer: object) -> int:
    # slack_sdk gives its own answer, but aiohttp's where it can't read what came.
    status = getattr(answer, "status_code", None) or getattr(answer, "status", None)
    return status if isinstance(status, int) else 0
