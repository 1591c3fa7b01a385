"""The HTTP client for other people's servers.

Protected against request forgery, limited in size, time and rate.

Each request resolves the host once, checks all its addresses and connects to a checked one, so that no
second answer of the DNS can lead elsewhere; each redirect passes the same way again.
"""

from __future__ import annotations

import base64
import time
from asyncio import timeout
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Self

import httpx

from bot.domain.papers.parsed_entry import Document
from bot.domain.sources.crawl_policy import parse_retry_after
from bot.domain.sources.web_url import WebUrl, parse_web_url
from bot.domain.text.redaction import without_secrets
from bot.errors import (
    BlockedAddressError,
    FetchTimeoutError,
    HttpStatusError,
    TooLargeError,
    UnreachableError,
)
from bot.sources.size_limits import DOCUMENT_BYTES, MEGABYTE
from bot.sources.web.decompress import ACCEPT_ENCODING, Inflater, OverLimitError
from bot.sources.web.http_errors import FOREIGN_ERRORS, status_reason, translated

if TYPE_CHECKING:
    import ssl
    from types import TracebackType

    from bot.sources.web.guard import Guard
    from bot.sources.web.request_spacing import HostSpacing

FEEDS_FIRST = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, */*;q=0.5"
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 3
_MAX_ADDRESSES = 4
_REFUSAL_BYTES = 64 * 1024
_VALIDATOR_LENGTH = 500

Explain = Callable[[int, bytes], str | None]
"""Reads the reason out of an error's status and the beginning of its body, or None."""


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """The limits of one fetch.

    Attributes:
        body_bytes: the most bytes of the decoded body.
        seconds: the most time for all of it, redirects included; waiting for a host's turn doesn't count.
        connect_seconds: the most time to connect to one address before the next is tried.
    """

    body_bytes: int = DOCUMENT_BYTES
    seconds: float = 15.0
    connect_seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class NotModified:
    """The document did not change since the validators that were sent."""


@dataclass(frozen=True, slots=True)
class _Request:
    """One fetch in progress.

    Attributes:
        name: the document, as errors name it; without credentials.
        headers: those that go to every host.
        own_headers: credentials and cache validators, which go to the first URL's origin only.
        explain: see `Explain`.
    """

    name: str
    headers: dict[str, str]
    own_headers: dict[str, str] = field(repr=False)
    explain: Explain | None


def default_user_agent() -> str:
    """Return the name by which servers know us, with the page that says who we are."""
    try:
        product = f"paperwire/{version('paperwire')}"
    except PackageNotFoundError:  # run from a checkout that is not installed
        product = "paperwire"
    return f"{product} (+https://github.com/paperwire/paperwire)"


class Fetcher:
    """Fetches documents over http and https; an async context manager that closes its connections."""

    def __init__(
        self,
        *,
        guard: Guard,
        spacing: HostSpacing,
        limits: FetchLimits | None = None,
        user_agent: str | None = None,
        tls: ssl.SSLContext | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._guard = guard
        self._spacing = spacing
        self._limits = limits or FetchLimits()
        self._user_agent = user_agent or default_user_agent()
        self._now = now
        self._client = httpx.AsyncClient(
            trust_env=False,
            follow_redirects=False,
            verify=tls or True,
            timeout=httpx.Timeout(None, connect=self._limits.connect_seconds),
            # A kept connection is found again by address, not by name: another host at the same address
            # would be asked over a connection whose certificate was never checked for it.
            limits=httpx.Limits(max_keepalive_connections=0),
            # For the same reason cookies of one host would reach another.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def get(
        self,
        url: str,
        *,
        name: str | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str | None = None,
        explain: Explain | None = None,
    ) -> Document | NotModified:
        """Fetch one document.

        Args:
            url: http or https; a user name and password in it are sent to its own origin only.
            name: what the document and the errors are called, the URL without secrets by default.
            etag: the validator of the version we have.
            last_modified: likewise.
            accept: the header Accept; feeds are preferred by default.
            explain: makes a better reason out of an error's body.

        Raises:
            BlockedAddressError: the guard refuses the URL or one that it redirects to.
            FetchTimeoutError: it did not arrive in time.
            TooLargeError: it is over the size cap.
            HttpStatusError: the server refused.
            UnreachableError: no such host, the connection failed, or the answer is broken.
        """
        name = name or without_secrets(url)
        try:
            parsed = parse_web_url(url)
        except ValueError as error:
            raise BlockedAddressError(name, str(error)) from None
        own = {
            "If-None-Match": etag,
            "If-Modified-Since": last_modified,
            "Authorization": _basic(parsed.user),
        }
        request = _Request(
            name,
            {
                "User-Agent": self._user_agent,
                "Accept": accept or FEEDS_FIRST,
                "Accept-Encoding": ACCEPT_ENCODING,
            },
            {header: value for header, value in own.items() if value},
            explain,
        )
        return await self._follow(request, parsed)

    async def _follow(self, request: _Request, first: WebUrl) -> Document | NotModified:
        url, left = first, self._limits.seconds
        for _ in range(_MAX_REDIRECTS + 1):
            headers = request.headers | {"Host": url.authority}
            if url.origin == first.origin:
                headers |= request.own_headers
            async with self._spacing.turn(url.host):
                began = time.monotonic()
                answer = await self._ask(request, url, headers, seconds=left)
                left = max(left - (time.monotonic() - began), 0.0)
            if not isinstance(answer, WebUrl):
                return answer
            url = answer
        raise UnreachableError(request.name, f"more than {_MAX_REDIRECTS} redirects")

    async def _ask(
        self, request: _Request, url: WebUrl, headers: dict[str, str], *, seconds: float
    ) -> Document | NotModified | WebUrl:
        try:
            async with timeout(seconds):
                addresses = await self._guard.vet(request.name, url.host, url.port)
                return await self._ask_first_alive(request, url, headers, addresses[:_MAX_ADDRESSES])
        except TimeoutError:
            reason = f"not complete after {self._limits.seconds:g} s"
            raise FetchTimeoutError(request.name, reason) from None
        except FOREIGN_ERRORS as error:
            raise translated(request.name, error) from error

    async def _ask_first_alive(
        self, request: _Request, url: WebUrl, headers: dict[str, str], addresses: tuple[str, ...]
    ) -> Document | NotModified | WebUrl:
        for address in addresses[:-1]:
            try:
                return await self._ask_address(request, url, headers, address)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._ask_address(request, url, headers, addresses[-1])

    async def _ask_address(
        self, request: _Request, url: WebUrl, headers: dict[str, str], address: str
    ) -> Document | NotModified | WebUrl:
        # The name goes into Host and into TLS, which verifies it; only the connection is by address.
        extensions = {"sni_hostname": url.host}
        async with self._client.stream(
            "GET", url.at(address), headers=headers, extensions=extensions
        ) as response:
            if response.status_code == HTTPStatus.NOT_MODIFIED:
                return NotModified()
            if response.status_code in _REDIRECTS and "Location" in response.headers:
                return _redirect(request.name, url, response.headers["Location"])
            if not response.is_success:
                raise await self._refusal(request, response)
            body = await self._body(request.name, response, self._limits.body_bytes)
            return Document(
                name=request.name,
                body=body,
                content_type=response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                or None,
                charset=response.charset_encoding,
                etag=_validator(response.headers.get("ETag")),
                last_modified=_validator(response.headers.get("Last-Modified")),
            )

    async def _refusal(self, request: _Request, response: httpx.Response) -> HttpStatusError:
        status = response.status_code
        reason = None
        if request.explain is not None:
            try:
                beginning = await self._body(request.name, response, _REFUSAL_BYTES)
            except TooLargeError:
                beginning = b""
            reason = request.explain(status, beginning)
        retry_after = parse_retry_after(response.headers.get("Retry-After"), self._now())
        return HttpStatusError(
            request.name, reason or status_reason(status), status=status, retry_after=retry_after
        )

    @staticmethod
    async def _body(name: str, response: httpx.Response, limit: int) -> bytes:
        announced = response.headers.get("Content-Length", "")
        too_large = TooLargeError(name, f"larger than the limit of {limit / MEGABYTE:g} MB")
        if announced.isdecimal() and int(announced) > limit:
            raise too_large
        inflater = Inflater(response.headers.get("Content-Encoding", ""), limit)
        body = bytearray()
        try:
            async for chunk in response.aiter_raw():
                body += inflater.feed(chunk)
        except OverLimitError:
            raise too_large from None
        inflater.close()
        return bytes(body)


def _redirect(name: str, url: WebUrl, location: str) -> WebUrl:
    try:
        return url.join(location)
    except ValueError as error:
        raise BlockedAddressError(name, f"a redirect is refused: {error}") from None


def _basic(user: str | None) -> str | None:
    return None if user is None else f"Basic {base64.b64encode(user.encode()).decode()}"


def _validator(value: str | None) -> str | None:
    """Drop what could not be sent back as a header, or would fill the database."""
    usable = value and value.isascii() and value.isprintable() and len(value) <= _VALIDATOR_LENGTH
    return value if usable else None
