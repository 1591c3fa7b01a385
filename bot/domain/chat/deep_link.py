"""Encodes queries and paper ids in the `?start=` parameter of links to a bot.

Telegram allows 64 characters of A-Z, a-z, 0-9, `_` and `-` (core.telegram.org/bots/features#deep-linking).
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

_QUERY, _PAPER = "q_", "p_"
_LONGEST: Final = 64


def payload_of(query: str) -> str | None:
    """Return what stands for a query in a link, or None where it is too long for that."""
    return _payload(_QUERY, query)


def query_of(payload: str) -> str | None:
    """Return the query that a link names, or None where it names none."""
    return _named(_QUERY, payload)


def payload_of_paper(paper_id: str) -> str | None:
    """Return what stands for a paper's id in a link, or None where it is too long for that."""
    return _payload(_PAPER, paper_id)


def paper_of(payload: str) -> str | None:
    """Return the id of the paper that a link names, or None where it names none."""
    return _named(_PAPER, payload)


def _payload(mark: str, text: str) -> str | None:
    payload = mark + urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return payload if len(payload) <= _LONGEST else None


def _named(mark: str, payload: str) -> str | None:
    if not payload.startswith(mark) or len(payload) > _LONGEST or not payload.isascii():
        return None
    coded = payload.removeprefix(mark)
    try:
        return urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode() or None
    except (binascii.Error, UnicodeDecodeError):
        return None
