"""Parses http and https URLs strictly; refuses any URL that two programs could parse differently."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote, unquote, urljoin, urlsplit

from bot.domain.sources.ip_addresses import ascii_host

MAX_URL_LENGTH = 4096
_DEFAULT_PORTS: dict[str, int] = {"http": 80, "https": 443}
_REFUSED = re.compile(r"[\x00-\x20\x7f-\xa0\\<>\"\ud800-\udfff]")
_KEPT = "%/:;=@&?!$'()*+,~[]|^{}`"


@dataclass(frozen=True, slots=True)
class WebUrl:
    """One http or https URL.

    Attributes:
        scheme: `http` or `https`.
        host: name or address, ASCII, lower case, without brackets.
        port: the port, the scheme's own where none was named.
        target: path and query as they are sent, ASCII; begins with a slash.
        user: the user name and password before the host, decoded, joined by a colon; None without.
    """

    scheme: Literal["http", "https"]
    host: str
    port: int
    target: str = field(default="/", repr=False)
    user: str | None = field(default=None, repr=False)

    @property
    def authority(self) -> str:
        """The host as the Host header and a URL name it, with the port where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port: what credentials and cache validators belong to."""
        return f"{self.scheme}://{self.authority}"

    @property
    def text(self) -> str:
        """The URL without user name and password; secrets in its query are still there."""
        return f"{self.origin}{self.target}"

    def at(self, address: str) -> str:
        """Return the URL that asks one IP address of this host."""
        host = f"[{address}]" if ":" in address else address
        return f"{self.scheme}://{host}:{self.port}{self.target}"

    def join(self, location: str) -> WebUrl:
        """Return where a redirect leads; a user name in it is dropped.

        Raises:
            ValueError: it leads nowhere we go, or from https to http.
        """
        if _REFUSED.search(location):
            raise ValueError("it holds blanks or control characters")
        url = parse_web_url(urljoin(self.text, location))
        if self.scheme == "https" and url.scheme == "http":
            raise ValueError("it leads from https to http")
        return WebUrl(url.scheme, url.host, url.port, url.target)


def parse_web_url(text: str) -> WebUrl:
    """Read an http or https URL; the fragment is dropped.

    Raises:
        ValueError: it can't be used; the message says why and never repeats the URL.
    """
    if len(text) > MAX_URL_LENGTH:
        raise ValueError(f"the URL is longer than {MAX_URL_LENGTH:,} characters")
    if _REFUSED.search(text):
        raise ValueError("the URL holds blanks, quotes, backslashes or control characters (a blank is %20)")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError("the URL's host or port can't be read") from None
    scheme = parts.scheme
    if scheme not in {"http", "https"}:
        raise ValueError(
            f"only http and https URLs are fetched, not {scheme[:20] or 'a text without a scheme'}"
        )
    if not parts.hostname or port == 0:
        raise ValueError("the URL names no host or port 0")
    user = None
    if parts.username is not None:
        user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    target = quote(parts.path or "/", safe=_KEPT) + (
        f"?{quote(parts.query, safe=_KEPT)}" if parts.query else ""
    )
    return WebUrl(
        "https" if scheme == "https" else "http",
        ascii_host(parts.hostname),
        port or _DEFAULT_PORTS[scheme],
        target,
        user,
    )
