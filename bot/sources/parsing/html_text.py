"""Converts the HTML in feeds to plain text, and names items without a title."""

from __future__ import annotations

import hashlib
import html
import re

from bot.domain.text.normalize import collapse, title_key

_BLOCK = re.compile(
    r"</?(?:address|article|aside|blockquote|br|dd|details|div|dl|dt|figcaption|figure|footer|h[1-6]|header|hr|li|"
    r"main|nav|ol|p|pre|section|summary|table|td|th|tr|ul)\b",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]*>")
_UNSEEN = ("script", "style", "template", "noscript")
# An HTML tree costs the square of its depth (8,000 nested <div>: 1.7 s), so longer markup is only stripped.
_MOST_TAGS = 200


def text_of_html(markup: str) -> str:
    """Return the text that a browser would show, collapsed; scripts and styles are not shown."""
    if "<" not in markup:
        return collapse(html.unescape(markup)) if "&" in markup else collapse(markup)
    markup = _BLOCK.sub(r" \g<0>", markup)
    return _stripped(markup) if markup.count("<") > _MOST_TAGS else _rendered(markup)


def title_name(title: str) -> str:
    """Return what to call an item that has no other name: a hash of its title."""
    return f"title:{hashlib.sha256(title_key(title).encode()).hexdigest()[:32]}"


def _rendered(markup: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(markup)
    for node in tree.css(", ".join(_UNSEEN)):
        node.decompose()
    return collapse(tree.body.text(separator="")) if tree.body else ""


def _stripped(markup: str) -> str:
    for element in _UNSEEN:
        markup = _without(element, markup)
    return collapse(html.unescape(_TAG.sub("", markup)))


def _without(element: str, markup: str) -> str:
    """Drop an element with its content; one that is never closed goes to the end."""
    lower, kept, position = markup.lower(), [], 0
    if len(lower) != len(markup):  # a letter whose lower case is longer: places would not agree
        return markup
    while (start := lower.find(f"<{element}", position)) >= 0:
        kept.append(markup[position:start])
        end = lower.find(f"</{element}", start)
        position = len(markup) if end < 0 else end
    return "".join((*kept, markup[position:]))
