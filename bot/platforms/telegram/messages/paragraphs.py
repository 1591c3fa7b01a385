"""Renders the paragraphs of a reply in Telegram's HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.platforms.telegram.messages.html import bold, fixed_width, italic, leaf
from bot.platforms.telegram.messages.limits import MESSAGE_UNITS, pieces, units
from bot.platforms.texts.card_texts import around_caret, is_pointed, without_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.domain.chat.command import Text
    from bot.platforms.telegram.messages.html import Markup

SIGNS: Final[Mapping[str, str]] = {"ok": "✅ ", "warning": "⚠️ ", "error": "❌ "}
"""What is before a paragraph of that tone."""

# Joiners and a sign are added to it: half of a message is room for both.
_PIECE = MESSAGE_UNITS // 2 - 40
_BEFORE_CARET, _SHOWN = 18, 32
"""Code points: what of a line is before a caret, and what a phone shows of it without breaking it."""


def paragraphs(text: Text) -> Iterator[Markup]:
    """Yield the lines of a paragraph; a line that is longer than half of a message comes in pieces."""
    if text.tone == "code":
        yield from _code(text.text)
        return
    written = text.text.splitlines() or [""]
    pointed = is_pointed(written)
    sign = SIGNS.get(text.tone, "")
    for number, line in enumerate(written[:-2] if pointed else written):
        for part in pieces(without_columns(line), _PIECE):
            shown = leaf(f"{sign}{part}" if not number else part, commands=text.tone != "quote")
            sign = ""
            yield _toned(shown, text.tone)
    if pointed:
        yield fixed_width(around_caret(*written[-2:], before=_BEFORE_CARET, shown=_SHOWN))


def _code(text: str) -> Iterator[Markup]:
    """Yield lines that are copied with a tap, as many together as half of a message holds."""
    together: list[str] = []
    for line in text.splitlines():
        for part in pieces(line, _PIECE):
            if together and units("\n".join((*together, part))) > _PIECE:
                yield fixed_width("\n".join(together))
                together = []
            together.append(part)
    yield fixed_width("\n".join(together))


def _toned(line: Markup, tone: str) -> Markup:
    if tone == "heading":
        return bold(line)
    return italic(line) if tone == "hint" else line
