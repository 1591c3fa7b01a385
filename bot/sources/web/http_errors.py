"""Translates errors of httpx, ssl and sockets into paperwire's errors, in this one place."""

from __future__ import annotations

import ssl
import zlib
from http import HTTPStatus
from socket import gaierror
from typing import TYPE_CHECKING

import httpx

from bot.errors import FetchError, FetchTimeoutError, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Every exception class of httpx stands here (a test enumerates them), so that an upgrade can't leak one.
_TRANSLATIONS: Mapping[type[BaseException], tuple[type[FetchError], str]] = {
    httpx.HTTPError: (UnreachableError, "the request failed"),
    httpx.RequestError: (UnreachableError, "the request failed"),
    httpx.HTTPStatusError: (UnreachableError, "the server refused"),
    httpx.TransportError: (UnreachableError, "the connection failed"),
    httpx.TimeoutException: (FetchTimeoutError, "no answer in time"),
    httpx.ConnectTimeout: (FetchTimeoutError, "no connection in time"),
    httpx.ReadTimeout: (FetchTimeoutError, "no answer in time"),
    httpx.WriteTimeout: (FetchTimeoutError, "the request could not be sent in time"),
    httpx.PoolTimeout: (FetchTimeoutError, "no connection free in time"),
    httpx.NetworkError: (UnreachableError, "the connection failed"),
    httpx.ConnectError: (UnreachableError, "no connection to the host"),
    httpx.ReadError: (UnreachableError, "the connection broke"),
    httpx.WriteError: (UnreachableError, "the connection broke"),
    httpx.CloseError: (UnreachableError, "the connection broke"),
    httpx.ProxyError: (UnreachableError, "the proxy failed"),
    httpx.UnsupportedProtocol: (UnreachableError, "only http and https are fetched"),
    httpx.ProtocolError: (UnreachableError, "the answer is not HTTP"),
    httpx.LocalProtocolError: (UnreachableError, "the request is not HTTP"),
    httpx.RemoteProtocolError: (UnreachableError, "the answer is not HTTP or was cut short"),
    httpx.DecodingError: (UnreachableError, "the answer's compression is broken"),
    httpx.TooManyRedirects: (UnreachableError, "too many redirects"),
    httpx.InvalidURL: (UnreachableError, "the URL or a redirect of it can't be used"),
    httpx.CookieConflict: (UnreachableError, "the answer's cookies contradict each other"),
    httpx.StreamError: (UnreachableError, "the answer could not be read"),
    httpx.StreamConsumed: (UnreachableError, "the answer could not be read"),
    httpx.StreamClosed: (UnreachableError, "the answer could not be read"),
    httpx.ResponseNotRead: (UnreachableError, "the answer could not be read"),
    httpx.RequestNotRead: (UnreachableError, "the request could not be sent"),
    ssl.SSLError: (UnreachableError, "no secure connection to the host"),
    gaierror: (UnreachableError, "no such host"),
    TimeoutError: (FetchTimeoutError, "no answer in time"),
    OSError: (UnreachableError, "the connection failed"),
    UnicodeError: (UnreachableError, "the URL or a header can't be encoded"),
    zlib.error: (UnreachableError, "the answer's compression is broken"),
}
FOREIGN_ERRORS = tuple(_TRANSLATIONS)

_STATUS_REASONS = {
    HTTPStatus.UNAUTHORIZED: "it asks for a user name and password",
    HTTPStatus.FORBIDDEN: "the server forbids it",
    HTTPStatus.NOT_FOUND: "not found; mend the source's address",
    HTTPStatus.GONE: "gone for good; remove the source",
    HTTPStatus.TOO_MANY_REQUESTS: "the server gets too many requests",
    HTTPStatus.SERVICE_UNAVAILABLE: "the server is overloaded",
}


def translated(document: str, error: BaseException) -> FetchError:
    """Return our error for a foreign one; `document` as errors name it.

    Raises:
        TypeError: it is none of `FOREIGN_ERRORS`: a bug, not a failed request.
    """
    if isinstance(error, FetchError):
        return error
    certificate = next((e for e in _chain(error) if isinstance(e, ssl.SSLCertVerificationError)), None)
    if certificate is not None:
        why = getattr(certificate, "verify_message", "it could not be checked")  # set by OpenSSL only
        return UnreachableError(document, f"its certificate is not valid: {why}")
    for kind in type(error).__mro__:
        if kind in _TRANSLATIONS:
            ours, reason = _TRANSLATIONS[kind]
            return ours(document, reason)
    raise TypeError(f"{type(error).__name__} is no error of a request") from error


def status_reason(status: int) -> str:
    """Return what an error status means, in one line."""
    try:
        known = HTTPStatus(status)
    except ValueError:
        return f"the server refused (HTTP {status})"
    return f"{_STATUS_REASONS.get(known, known.phrase.lower())} (HTTP {status})"


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(20):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__
