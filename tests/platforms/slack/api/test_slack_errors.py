"""What Slack's errors mean for a message."""

from __future__ import annotations

import inspect
from typing import Any

import aiohttp
import pytest
import slack_sdk.errors
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import (
    ChatGoneError,
    ContentRefusedError,
    DeliveryError,
    NotSentError,
    RefusedError,
    UnknownOutcomeError,
)
from bot.platforms.slack.api.errors import (
    SLACK_FAILED,
    code_of,
    delivery_error,
    response_url_error,
    retry_after,
)

NOT_SENT = {
    "ClientConnectorError",
    "ClientConnectorCertificateError",
    "ClientConnectorDNSError",
    "ClientConnectorSSLError",
    "ClientHttpProxyError",
    "ClientProxyConnectionError",
    "ClientSSLError",
    "ConnectionTimeoutError",
}
"""Classes of aiohttp that are raised before a request can have been read."""


class Answer:
    """An answer as slack_sdk gives it."""

    def __init__(self, status: int, data: Any, headers: dict[str, str] | None = None) -> None:
        """Hold what an answer holds."""
        self.status_code, self.data, self.headers = status, data, headers or {}


def api_error(status: int, data: Any, headers: dict[str, str] | None = None) -> SlackApiError:
    """Return the library's error of an answer."""
    return SlackApiError("x", Answer(status, data, headers))  # type: ignore[no-untyped-call]


def classes_of(module: Any, root: type[Exception]) -> list[type[Exception]]:
    """Return the public exceptions of a module below a root."""
    found = inspect.getmembers(module, inspect.isclass)
    return [one for _, one in found if issubclass(one, root)]


@pytest.mark.parametrize("kind", classes_of(aiohttp, aiohttp.ClientError))
def test_each_error_of_aiohttp_is_sorted(kind: type[Exception]) -> None:
    """Only what is raised before a connection stands was surely not sent."""
    assert issubclass(kind, SLACK_FAILED)
    meant = delivery_error(kind.__new__(kind))
    assert type(meant) is (NotSentError if kind.__name__ in NOT_SENT else UnknownOutcomeError)


@pytest.mark.parametrize("kind", classes_of(slack_sdk.errors, SlackClientError))
def test_each_error_of_the_library_is_sorted(kind: type[Exception]) -> None:
    """All of them are caught, and none without Slack's answer means that nothing was sent."""
    assert issubclass(kind, SLACK_FAILED)
    error = api_error(200, {}) if kind is SlackApiError else kind.__new__(kind)
    assert type(delivery_error(error)) is UnknownOutcomeError


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("invalid_auth", NotSentError),
        ("token_revoked", NotSentError),
        ("missing_scope", NotSentError),
        ("team_added_to_org", NotSentError),
        ("ratelimited", NotSentError),
        ("channel_not_found", ChatGoneError),
        ("not_in_channel", ChatGoneError),
        ("is_archived", ChatGoneError),
        ("account_inactive", ChatGoneError),
        ("invalid_blocks", ContentRefusedError),
        ("msg_too_long", ContentRefusedError),
        ("msg_blocks_too_long", ContentRefusedError),
        ("restricted_action", RefusedError),
        ("something_new", RefusedError),
        ("internal_error", UnknownOutcomeError),
        ("fatal_error", UnknownOutcomeError),
    ],
)
def test_slacks_own_words_decide(code: str, kind: type[DeliveryError]) -> None:
    """The same in an answer of the Web API and of a response_url, there as JSON or as plain text."""
    assert type(delivery_error(api_error(200, {"ok": False, "error": code}))) is kind
    for body in (code, f'{{"ok": false, "error": "{code}"}}'):
        assert type(response_url_error(404, body, {})) is kind


def test_a_response_url_that_takes_a_message_says_ok() -> None:
    """As plain text or JSON; a page of HTML says nothing."""
    assert response_url_error(200, "ok", {}) is None
    assert response_url_error(200, '{"ok": true}', {}) is None
    assert isinstance(response_url_error(200, "<html>", {}), UnknownOutcomeError)
    assert isinstance(response_url_error(503, "ok", {}), UnknownOutcomeError)


@given(st.integers(0, 100_000))
def test_slack_says_how_long_to_wait(seconds: int) -> None:
    """The header of a 429 is read, however it is written."""
    for name in ("Retry-After", "retry-after"):
        meant = delivery_error(api_error(429, {"error": "ratelimited"}, {name: str(seconds)}))
        assert isinstance(meant, NotSentError)
        assert meant.retry_after == seconds


@given(st.text(max_size=10))
def test_an_unreadable_wait_is_none(written: str) -> None:
    """What is no whole number of seconds says nothing."""
    read = retry_after({"Retry-After": written})
    assert read is None or (written.isascii() and written.isdecimal())


@given(st.integers(100, 599), st.text(max_size=20), st.sampled_from(["html", "json", "aiohttp"]))
def test_any_answer_is_sorted(status: int, error: str, form: str) -> None:
    """Whatever is in front of Slack: a server's fault is never taken for a refusal."""
    answers = {
        "html": Answer(status, {}),
        "json": Answer(status, {"error": error}),
        "aiohttp": type("ClientResponse", (), {"status": status, "headers": {}})(),
    }
    failed = SlackApiError("x", answers[form])  # type: ignore[no-untyped-call]
    assert code_of(failed)
    meant = delivery_error(failed)
    if status >= 500:
        assert isinstance(meant, UnknownOutcomeError | NotSentError)
    if form != "json" and status != 429:
        assert isinstance(meant, UnknownOutcomeError)
