"""A strict reader of Telegram's HTML, for where TDLib's own is not installed.

Grammar and messages are those of TDLib's `parse_html` (td/telegram/MessageEntity.cpp); a test holds this
reader against it. Left out are custom emoji and times, which paperwire does not send: here, their tags are
unsupported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SIMPLE = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
}
_TAGS = {*_SIMPLE, "a", "blockquote"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_BLANKS = " \t\r\n\x00\x0b"
_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]{1,8})|#(?P<number>[0-9]{1,10})|(?P<name>[a-z]{1,4}));?")
_TAG_NAME = re.compile(r"[^ \t\r\n\x00\x0b>]*")
_ATTRIBUTE = re.compile(
    r"[ \t\r\n\x00\x0b]*(?P<name>[^ \t\r\n\x00\x0b=>\"'/]+)"
    r"(?:[ \t\r\n\x00\x0b]*=[ \t\r\n\x00\x0b]*"
    r"(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[A-Za-z0-9._-]+)))?"
)


class UnreadableHtmlError(Exception):
    """A text that Telegram refuses; the message is TDLib's."""


@dataclass(frozen=True, slots=True)
class _Open:
    name: str
    attributes: Mapping[str, str]
    start: int


class HtmlSubset:
    """Reads one text.

    Args:
        source: HTML as it was sent.
        utf16: counts UTF-16 units.

    Attributes:
        text: what is shown.
        entities: `MessageEntity` objects, outer ones first; offsets and lengths in UTF-16 units.
    """

    def __init__(self, source: str, utf16: Callable[[str], int]) -> None:
        self._source = source
        self._utf16 = utf16
        self._at = 0
        self._open: list[_Open] = []
        self.text = ""
        self.entities: list[dict[str, Any]] = []
        while self._at < len(source):
            self._step()
        if self._open:
            _refuse(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        self.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))

    def _step(self) -> None:
        rest = self._source[self._at :]
        if rest.startswith("</"):
            self._end_tag()
        elif rest.startswith("<"):
            self._start_tag()
        else:
            shown, length = _character(self._source, self._at)
            self.text += shown
            self._at += length

    def _start_tag(self) -> None:
        begin = self._at
        match = _TAG_NAME.match(self._source, begin + 1)
        assert match is not None, "the pattern matches nothing, too"
        name, at = match.group().lower(), match.end()
        if at >= len(self._source):
            _refuse(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if name not in _TAGS:
            _refuse(f'Unsupported start tag "{name}" at byte offset {self._bytes(begin)}')
        attributes: dict[str, str] = {}
        while True:
            at = self._skip_blanks(at)
            if at >= len(self._source):
                _refuse(f'Unclosed start tag "{name}" at byte offset {self._bytes(begin)}')
            if self._source[at] == ">":
                break
            found = _ATTRIBUTE.match(self._source, at)
            if found is None:
                _refuse(f'Can\'t read an attribute of tag "{name}" at byte offset {self._bytes(at)}')
            values = (found["double"], found["single"], found["bare"])
            value = next((one for one in values if one is not None), "")
            attributes[found["name"].lower()] = _decoded(value)
            at = found.end()
        if name == "span" and attributes.get("class") != "tg-spoiler":
            _refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}')
        self._open.append(_Open(name, attributes, len(self.text)))
        self._at = at + 1

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            _refuse(f"Unexpected end tag at byte offset {self._bytes(begin)}")
        match = _TAG_NAME.match(self._source, begin + 2)
        assert match is not None, "the pattern matches nothing, too"
        at = self._skip_blanks(match.end())
        if at >= len(self._source) or self._source[at] != ">":
            _refuse(f"Unclosed end tag at byte offset {self._bytes(begin)}")
        name, tag = match.group().lower(), self._open.pop()
        if name and name != tag.name:
            expected = f'expected "</{tag.name}>", found "</{name}>"'
            _refuse(f"Unmatched end tag at byte offset {self._bytes(begin)}, {expected}")
        self._at = at + 1
        self._close(tag)

    def _close(self, tag: _Open) -> None:
        inside = self.text[tag.start :]
        kind: dict[str, Any] | None
        if tag.name == "a":
            url = shown_url(tag.attributes.get("href", "") or inside)
            kind = {"type": "text_link", "url": url} if url else None
        elif tag.name == "blockquote":
            kind = {"type": "expandable_blockquote" if "expandable" in tag.attributes else "blockquote"}
        else:
            kind = {"type": _SIMPLE[tag.name]}
        if kind is not None and inside:
            offset = self._utf16(self.text[: tag.start])
            self.entities.append({"offset": offset, "length": self._utf16(inside)} | kind)

    def _skip_blanks(self, at: int) -> int:
        while at < len(self._source) and self._source[at] in _BLANKS:
            at += 1
        return at

    def _bytes(self, at: int) -> int:
        return len(self._source[:at].encode())


def shown_url(url: str) -> str | None:
    """Return the address of a link as Telegram stores it, or None where the link is dropped."""
    url = url.strip()
    if "://" not in url:
        url = f"http://{url}"
    parts = urlsplit(url)
    if parts.scheme.lower() not in {"http", "https"} or "." not in parts.netloc or " " in parts.netloc:
        return None
    path = parts.path or "/"
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower(), path=path).geturl()


def _character(source: str, at: int) -> tuple[str, int]:
    """Return what is shown for the character or reference at a place, and how long it is written."""
    match = _REFERENCE.match(source, at)
    if match is None:
        return source[at], 1
    if match["name"] is not None:
        if match["name"] not in _NAMED:
            return "&", 1
        return _NAMED[match["name"]], len(match.group())
    code = int(match["hex"], 16) if match["hex"] else int(match["number"])
    if not 0 < code <= 0x10FFFF:
        return "&", 1
    if 0xD800 <= code <= 0xDFFF:
        _refuse(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return chr(code), len(match.group())


def _decoded(value: str) -> str:
    shown, at = "", 0
    while at < len(value):
        character, length = _character(value, at)
        shown, at = shown + character, at + length
    return shown


def _refuse(reason: str) -> NoReturn:
    raise UnreadableHtmlError(f"Can't parse entities: {reason}")
