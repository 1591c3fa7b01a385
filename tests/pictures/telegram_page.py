"""A Telegram chat as a web page: the messages as they were rendered, in a frame like a phone's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

from web_page import PictureError, language_tag, page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.platforms.telegram.messages.render import Key, TelegramMessage

WIDTH: Final = 412
"""CSS pixels of a phone's screen."""

_INLINE = frozenset({"b", "i", "u", "s", "a", "code", "tg-spoiler"})
_BLOCKS = frozenset({"blockquote", "pre"})
_ATTRIBUTES = {"a": "href", "blockquote": "expandable", "code": "class"}
# What Telegram finds by itself in a text, and that paperwire leaves alive: its own commands.
_COMMAND = re.compile(r"(?<![\w/.:\u2060])/[A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Typed:
    """What the reader wrote or, as the command it stands for, tapped.

    Attributes:
        text: what was typed.
        time: what the clock showed, `08:30`.
    """

    text: str
    time: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What the bot sent.

    Attributes:
        message: as the renderer made it. Its `preview_url` is not drawn: Telegram shows a foreign page's own
            picture there, and the samples' invented pages have none.
        time: what the clock showed, `08:30`.
    """

    message: TelegramMessage
    time: str


def telegram_page(
    turns: Sequence[Typed | Sent], *, language: str, style: str, name: str = "paperwire"
) -> str:
    """Return a page that shows a chat from its first to its last line.

    Args:
        turns: what was said, in order.
        language: of the chat, `en` or `zh_Hans`; fonts and Telegram's own words follow it.
        style: the style sheet.
        name: of the bot.

    Raises:
        PictureError: a message holds markup that Telegram's HTML does not have.
    """
    head = (
        '<header><span class="back"></span>'
        f'<span class="avatar">{escape(name[:1].upper())}</span>'
        f'<span class="name"><b>{escape(name)}</b></span></header>'
    )
    said = "".join(_typed(turn) if isinstance(turn, Typed) else _sent(turn) for turn in turns)
    return page(f"{head}<main>{said}</main>", language=language_tag(language), style=style, title=name)


def _typed(turn: Typed) -> str:
    text = _with_commands(turn.text)
    stamp = f'<time>{escape(turn.time)}<span class="read"></span></time>'
    return f'<div class="message out"><div class="bubble">{text}{stamp}</div></div>'


def _sent(turn: Sent) -> str:
    bubble = f'<div class="bubble">{telegram_html(turn.message.html)}<time>{escape(turn.time)}</time></div>'
    return f'<div class="message in">{bubble}{"".join(map(_row, turn.message.keys))}</div>'


def _row(keys: Sequence[Key]) -> str:
    return f'<div class="keys">{"".join(map(_key, keys))}</div>'


def _key(key: Key) -> str:
    kind = "leads" if key.url else "copies" if key.copy else "asks"
    return f'<span class="key {kind}"><span>{escape(key.label)}</span></span>'


def telegram_html(text: str) -> str:
    """Return Telegram's HTML as a browser's, of which the reader sees the same text.

    Quotations and code are in lines of their own, so the line break before and after them goes; commands
    are marked as Telegram marks them (https://core.telegram.org/bots/api#html-style).

    Raises:
        PictureError: it holds markup that Telegram's HTML does not have, or tags that do not match.
    """
    if "<!" in text or "<?" in text:
        raise PictureError("Telegram has no declarations")
    reader = _TelegramHtml()
    reader.feed(text)
    reader.close()
    if reader.open:
        raise PictureError(f"<{reader.open[-1]}> is not closed")
    return "".join(reader.written)


class _TelegramHtml(HTMLParser):
    """Writes again what it reads.

    Attributes:
        written: HTML for a browser.
        open: the tags that are not closed yet, the outermost first.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self.open: list[str] = []
        self._after_block = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _INLINE | _BLOCKS or any(name != _ATTRIBUTES.get(tag) for name, _ in attrs):
            raise PictureError(f"Telegram has no {self.get_starttag_text()}")
        if tag in _BLOCKS and self.written:
            self.written[-1] = self.written[-1].removesuffix("\n")
        attributes = "".join(
            f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in attrs
        )
        # A browser drops the first line break in <pre>.
        self.written.append(f"<{tag}{attributes}>" + "\n" * (tag == "pre"))
        self.open.append(tag)
        self._after_block &= tag not in _BLOCKS

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise PictureError(f"</{tag}> closes nothing")
        self.written.append(f"</{tag}>")
        self._after_block = tag in _BLOCKS

    def handle_data(self, data: str) -> None:
        if self._after_block:
            data = data.removeprefix("\n")
        self._after_block = False
        marked = not {"a", "code", "pre"} & set(self.open)
        self.written.append(_with_commands(data) if marked else escape(data, quote=False))

    def handle_comment(self, data: str) -> None:
        raise PictureError(f"Telegram has no comments: {data[:40]!r}")


def _with_commands(text: str) -> str:
    written, end = [], 0
    for found in _COMMAND.finditer(text):
        written += [escape(text[end : found.start()], quote=False), f"<a>{escape(found[0])}</a>"]
        end = found.end()
    return "".join((*written, escape(text[end:], quote=False)))
