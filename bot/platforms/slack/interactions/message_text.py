"""Extracts what a person typed from Slack's message format.

Slack escapes three characters and writes links, people and channels between `<` and `>`
(docs.slack.dev/messaging/formatting-message-text).
"""

from __future__ import annotations

import re
from typing import Final

_ENTITY: Final = re.compile(r"&(amp|lt|gt);")
_ENTITIES: Final = {"amp": "&", "lt": "<", "gt": ">"}
_SPECIAL: Final = re.compile(r"<(?P<sign>[@#!]?)(?P<what>[^<>|]+)(?:\|(?P<label>[^<>]*))?>")
_SHARE: Final = re.compile(r"(?:^|(?<=\s))(?:--|[\u2013\u2014])share(?=\s|$)", re.IGNORECASE)
"""Slack's desktop apps make a dash of two hyphens."""
_BLANK: Final = re.compile(r"\s+")


def decoded(text: str) -> str:
    """Return a text as it was typed: no escapes, links as addresses, people and channels with `@` and `#`."""
    parts = []
    end = 0
    for found in _SPECIAL.finditer(text):
        parts += [_plain(text[end : found.start()]), _shown(found)]
        end = found.end()
    parts.append(_plain(text[end:]))
    return "".join(parts)


def without_mention(text: str, user_id: str) -> str:
    """Return an encoded text without the mentions of a user."""
    return re.sub(rf"<@{re.escape(user_id)}(?:\|[^<>]*)?>", " ", text)


def asked_for(words: str, names: frozenset[str]) -> str:
    """Return what is dispatched for what was typed after `/papers`, after a mention or in direct messages.

    Args:
        words: as typed; with nothing in it, help is asked for.
        names: names and aliases of our commands, without slash; anything else is a search.
    """
    stripped = words.strip()
    if not stripped:
        return "/help"
    first = _BLANK.split(stripped, maxsplit=1)[0].casefold()
    return f"/{stripped}" if first in names else stripped


def taken_share(words: str) -> tuple[str, bool]:
    """Return a text without the option `--share`, and whether it stood there."""
    rest, count = _SHARE.subn("", words)
    return (rest.strip(), True) if count else (words, False)


def _plain(text: str) -> str:
    return _ENTITY.sub(lambda found: _ENTITIES[found[1]], text)


def _shown(found: re.Match[str]) -> str:
    sign, what, label = found["sign"], _plain(found["what"]), _plain(found["label"] or "")
    if sign == "!":
        return _special(what, label)
    if sign:
        return f"{sign}{label or what}"
    # `arxiv.org` comes with a label, since Slack made an address of it that nobody typed.
    return label if label and what.rstrip("/").endswith(label.rstrip("/")) else what


def _special(what: str, label: str) -> str:
    if label:
        return label
    return f"@{what.partition('^')[0]}"
