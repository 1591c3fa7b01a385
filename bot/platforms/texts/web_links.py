"""Decides which URLs from feeds may become links in messages."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from urllib.parse import quote

from bot.domain.sources.web_url import parse_web_url

_FRAGMENT_KEPT: Final = "%/:?@!$&'()*+,;=~-._"


@lru_cache(maxsize=512)
def linkable(url: str) -> str | None:
    """Return an http or https address of any length as chat platforms take it in links, or None.

    ASCII, without user name and password, with a host that has a full stop. Others Telegram drops in silence,
    and for a button that leads to one it refuses the whole message; so does Slack for any.
    """
    base, _, fragment = url.strip().partition("#")
    try:
        parsed = parse_web_url(base)
    except ValueError:
        return None
    address = parsed.text
    if fragment:
        address += "#" + quote(fragment, safe=_FRAGMENT_KEPT, errors="replace")
    return address if "." in parsed.host else None
