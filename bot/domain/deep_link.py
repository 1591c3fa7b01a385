"""Queries in links: what stands after `?start=` in a link to a bot.

Telegram allows 64 characters of A-Z, a-z, 0-9, `_` and `-` (core.telegram.org/bots/features#deep-linking).
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

_MARK: Final = "q_"
_LONGEST: Final = 64


def payload_of(query: str) -> str | None:
    """Return what stands for a query in a link, or None where it is too long for that."""
    payload = _MARK + urlsafe_b64encode(query.encode()).decode().rstrip("=")
    return payload if len(payload) <= _LONGEST else None


def query_of(payload: str) -> str | None:
    """Return the query that a link names, or None where it names none."""
    if not payload.startswith(_MARK) or len(payload) > _LONGEST or not payload.isascii():
        return None
    coded = payload.removeprefix(_MARK)
    try:
        return urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode() or None
    except (binascii.Error, UnicodeDecodeError):
        return None
