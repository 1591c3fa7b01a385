"""Refusals of the Bot API: what Telegram answers where it does not do what was asked.

The descriptions are those of telegram-bot-api (Client.cpp, `fail_query_with_error`): a prefix for the code,
then the reason, whose first letter is small unless it is a constant such as TOPIC_CLOSED.
"""

from __future__ import annotations

from typing import Any


class Refusal(Exception):  # noqa: N818 (an answer of the protocol, not an error of the server)
    """An answer with `ok: false`.

    Attributes:
        code: the HTTP status and `error_code`.
        description: what is wrong.
        parameters: `retry_after` in seconds, `migrate_to_chat_id`.
    """

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters

    @property
    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(reason: str) -> Refusal:
    """Return a refusal with 400."""
    return Refusal(400, f"Bad Request: {_small(reason)}")


def forbidden(reason: str) -> Refusal:
    """Return a refusal with 403."""
    return Refusal(403, f"Forbidden: {_small(reason)}")


def too_many(retry_after: int) -> Refusal:
    """Return a refusal with 429.

    Args:
        retry_after: in seconds, from now.
    """
    return Refusal(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


def conflict(
    reason: str = "terminated by other getUpdates request; make sure that only one bot instance is running",
) -> Refusal:
    """Return a refusal with 409."""
    return Refusal(409, f"Conflict: {reason}")


def _small(reason: str) -> str:
    is_constant = len(reason) > 1 and (reason[1] == "_" or reason[1].isupper())
    return reason if is_constant else reason[:1].lower() + reason[1:]
