"""Refusals of the Web API: `ok: false`, an error's name, and what goes with it.

Source: docs.slack.dev/apis/web-api/#responses and the errors on each method's page.
"""

from __future__ import annotations

from typing import Any


class Refusal(Exception):  # noqa: N818 (an answer of the protocol, not an error of the server)
    """An answer with `ok: false`.

    Attributes:
        error: Slack's name of it, such as `channel_not_found`.
        status: the HTTP status; Slack refuses with 200, but for rate limits.
        retry_after: seconds of the header `Retry-After`, or None.
        fields: what else the answer says.
    """

    def __init__(
        self, error: str, *, status: int = 200, retry_after: int | None = None, **fields: Any
    ) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.retry_after = retry_after
        self.fields = fields

    @property
    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        return {"ok": False, "error": self.error, **self.fields}


def rate_limited(retry_after: int) -> Refusal:
    """Return a refusal with 429 (docs.slack.dev/apis/web-api/rate-limits).

    Args:
        retry_after: in whole seconds, from now.
    """
    return Refusal("ratelimited", status=429, retry_after=retry_after)


def missing_scope(needed: str, provided: frozenset[str]) -> Refusal:
    """Return a refusal that names the scope that a token lacks."""
    return Refusal("missing_scope", needed=needed, provided=",".join(sorted(provided)))


def invalid_arguments(*complaints: str) -> Refusal:
    """Return a refusal that says what is wrong with the arguments."""
    messages = [f"[ERROR] {complaint}" for complaint in complaints]
    return Refusal("invalid_arguments", response_metadata={"messages": messages})


def invalid_blocks(complaints: list[str]) -> Refusal:
    """Return the refusal of blocks, with the place of each complaint as a JSON pointer."""
    messages = [f"[ERROR] {complaint}" for complaint in complaints]
    return Refusal("invalid_blocks", errors=complaints, response_metadata={"messages": messages})
