"""The page around a picture: its language, its style, and a script that tells its size."""

from __future__ import annotations

from html import escape
from typing import Final

_TAGS = {"en": "en", "zh_Hans": "zh-Hans"}

# Folded quotations get their arrow only where there is more to see; the browser alone knows.
_SCRIPT: Final = """
for (const folded of document.querySelectorAll("blockquote[expandable]"))
  folded.classList.toggle("cut", folded.scrollHeight > folded.clientHeight + 1);
document.documentElement.dataset.height = Math.ceil(document.body.getBoundingClientRect().height);
"""


class PictureError(Exception):
    """No true picture can be taken; the message says of what, or why."""


def language_tag(language: str) -> str:
    """Return the BCP 47 tag of a chat's language; by it a browser shapes Chinese characters."""
    return _TAGS[language]


def page(body: str, *, language: str, style: str, title: str) -> str:
    """Return a whole page; its root says how high it is, in CSS pixels, as `data-height`.

    Args:
        body: HTML.
        language: a BCP 47 tag.
        style: the style sheet.
        title: of the page.
    """
    # Nothing a page names is fetched, and no script runs but ours.
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'nonce-height'"
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>{escape(title)}</title><style>{style}</style></head>"
        f'<body>{body}<script nonce="height">{_SCRIPT}</script></body></html>'
    )
