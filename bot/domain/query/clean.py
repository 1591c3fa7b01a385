"""Normalizes a query before it is parsed (rule R1).

Undoes what chat programs and phones change in typed text.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final

from bot.domain.text.normalize import collapse, plain

_COMMAND = re.compile(r"^/[A-Za-z_]\w{0,31}(?:@\w+)?(?=\s|$)")
_SLACK_LINK = re.compile(r"<((?:https?://|mailto:)[^<>|\s]+)(?:\|([^<>]*))?>")
_SLACK_MENTION = re.compile(r"<[@#!][^<>\s]*>")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]{0,15}(?:\s[^<>]*)?/?>")
_MENTION = re.compile(r"(?<![\w@.])@[A-Za-z]\w{2,}")
_TEX = re.compile(r"[\\${}]")
_QUOTES: Final = str.maketrans(dict.fromkeys('“”„‟«»「」『』〝〞〟"', '"') | dict.fromkeys("‘’‛ʼ", "'"))
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_SIGNS: Final = str.maketrans("™℠®©", "    ")
_REGEX = re.compile(r"/(?P<body>.+)/[a-z]{0,4}")


def clean(source: str) -> str:
    """Return a query as it was meant: no markup, mentions, command, controls; plain quotes and minus.

    Slack sends `<url|text>`, `<@user>` and `&amp;`; phones turn quotes into typographic ones and minus into
    dashes; Chinese keyboards write full-width forms.
    """
    text = _SLACK_MENTION.sub(" ", _SLACK_LINK.sub(r" \1 ", source))
    text = html.unescape(text).replace("\ufffd", " ")
    if _TEX.search(text):
        text = plain(text)
    text = unicodedata.normalize("NFKC", collapse(text).translate(_SIGNS))
    text = _TAG.sub(" ", text.translate(_QUOTES).translate(_DASHES))
    text = _MENTION.sub(" ", text)
    text = collapse(text)
    return text if _REGEX.fullmatch(text) else collapse(_COMMAND.sub("", text, count=1))


def without_regex(text: str) -> str | None:
    """Return what stands between the slashes of `/foo|bar/`, or None where the text is not of that form."""
    match = _REGEX.fullmatch(text)
    return match["body"].strip() if match else None
