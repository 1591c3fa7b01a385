"""Slack's texts as HTML: plain ones, its own markup (mrkdwn), and the elements of rich text.

References: https://docs.slack.dev/messaging/formatting-message-text and
https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING, Any, Final

from web_page import PictureError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Json = dict[str, Any]

EMOJI: Final[Mapping[str, str]] = {
    "bell": "🔔",
    "bookmark": "🔖",
    "gear": "⚙️",
    "hourglass": "⌛",
    "mag": "🔍",
    "newspaper": "📰",
    "no_bell": "🔕",
    "page_facing_up": "📄",
    "warning": "⚠️",
    "white_check_mark": "✅",
    "x": "❌",
}
"""What Slack draws for a name between colons; a name that is not here stays as it is written."""

_EMOJI = re.compile(r":([a-z0-9_+-]+):")
_MRKDWN = re.compile(
    r"```\n?(?P<pre>.+?)```"
    r"|`(?P<code>[^`\n]+)`"
    r"|<(?P<link>(?:https?:|mailto:)[^|>]+)(?:\|(?P<label>[^>]*))?>"
    r"|<!date\^[^|>]*\|(?P<date>[^>]*)>"
    r"|<(?P<mention>[@#!][^>]*)>"
    r"|(?<![\w*])\*(?P<b>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
    r"|(?<![\w_])_(?P<i>[^\s_](?:[^_\n]*[^\s_])?)_(?![\w_])"
    r"|(?<![\w~])~(?P<s>[^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])"
    r"|(?:(?<=\n)|(?<![\s\S]))&gt; ?(?P<quote>[^\n]*)(?:\n|$)",
    re.DOTALL,
)
_STYLES: Final[Mapping[str, str]] = {
    "bold": "b",
    "italic": "i",
    "strike": "s",
    "underline": "u",
    "code": "code",
}


def text_html(text: Json) -> str:
    """Return a text object.

    Raises:
        PictureError: it is neither `plain_text` nor `mrkdwn`, or mentions somebody.
    """
    match text["type"]:
        case "plain_text":
            plain = str(text["text"])
            return escape(_with_emoji(plain) if text.get("emoji", True) else plain, quote=False)
        case "mrkdwn":
            return mrkdwn_html(str(text["text"]))
        case other:
            raise PictureError(f"no picture of a text of type {other!r}")


def mrkdwn_html(text: str) -> str:
    """Return a text in Slack's markup.

    Raises:
        PictureError: it mentions somebody, or a channel: none of our messages may.
    """
    written, end = [], 0
    for found in _MRKDWN.finditer(text):
        written += [_plain(text[end : found.start()]), _marked(found)]
        end = found.end()
    return "".join((*written, _plain(text[end:])))


def _marked(found: re.Match[str]) -> str:
    kind = found.lastgroup
    if found["mention"]:
        raise PictureError(f"a message mentions <{found['mention']}>")
    if found["link"]:
        shown = mrkdwn_html(found["label"]) if found["label"] else _plain(found["link"])
        return f'<a href="{escape(unescape(found["link"]))}">{shown}</a>'
    if kind in {"pre", "code"}:
        return f"<{kind}>{'' if kind == 'code' else chr(10)}{_literal(found[kind])}</{kind}>"
    if kind == "quote":
        return f"<blockquote>{mrkdwn_html(found['quote'])}</blockquote>"
    if kind == "date":
        return _plain(found["date"])
    return f"<{kind}>{mrkdwn_html(found[kind or 0])}</{kind}>"


def _plain(text: str) -> str:
    return escape(_with_emoji(_unescaped(text)), quote=False)


def _literal(text: str) -> str:
    return escape(_unescaped(text), quote=False)


def _unescaped(text: str) -> str:
    """Undo the three escapes that Slack knows, and no others."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _with_emoji(text: str) -> str:
    return _EMOJI.sub(lambda found: EMOJI.get(found[1], found[0]), text)


def rich_text_html(block: Json) -> str:
    """Return a block of rich text.

    Raises:
        PictureError: an element of it can't be drawn.
    """
    return "".join(map(_paragraph, block["elements"]))


def _paragraph(element: Json) -> str:
    match element["type"]:
        case "rich_text_section":
            return f'<div class="line">{_inline(element["elements"])}</div>'
        case "rich_text_quote":
            return f"<blockquote>{_inline(element['elements'])}</blockquote>"
        case "rich_text_preformatted":
            return f"<pre>\n{_inline(element['elements'])}</pre>"
        case "rich_text_list":
            tag = "ol" if element["style"] == "ordered" else "ul"
            items = "".join(f"<li>{_inline(item['elements'])}</li>" for item in element["elements"])
            return f'<{tag} data-indent="{int(element.get("indent", 0))}">{items}</{tag}>'
        case other:
            raise PictureError(f"no picture of {other!r} in a rich text")


def _inline(elements: Iterable[Json]) -> str:
    return "".join(_styled(element, _element(element)) for element in elements)


def _element(element: Json) -> str:
    draw = _ELEMENTS.get(element["type"])
    if draw is None:
        raise PictureError(f"no picture of {element['type']!r} in a line of rich text")
    return draw(element)


def _link(element: Json) -> str:
    return (
        f'<a href="{escape(element["url"])}">{escape(element.get("text") or element["url"], quote=False)}</a>'
    )


def _emoji(element: Json) -> str:
    if "unicode" in element:
        return "".join(chr(int(point, 16)) for point in element["unicode"].split("-"))
    return escape(_with_emoji(f":{element['name']}:"))


_ELEMENTS: Final[Mapping[str, Callable[[Json], str]]] = {
    "text": lambda element: escape(element["text"], quote=False),
    "link": _link,
    "emoji": _emoji,
    "date": lambda element: escape(element["fallback"], quote=False),
}


def _styled(element: Json, drawn: str) -> str:
    for style, on in element.get("style", {}).items():
        if style not in _STYLES:
            raise PictureError(f"no picture of the style {style!r}")
        if on:
            drawn = f"<{_STYLES[style]}>{drawn}</{_STYLES[style]}>"
    return drawn
