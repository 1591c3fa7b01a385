"""Renders replies for a terminal as lines of rich text, already wrapped to its width.

Texts of papers only ever become `rich.text.Text`, never markup, and pass `harmless` first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.text import Text as Line

from bot.domain.cards.card import Card
from bot.platforms.console.cards import render_card
from bot.platforms.console.wrapping import hang, pack
from bot.platforms.texts.card_texts import SEPARATOR, SIGNS, harmless

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.chat.command import Button, Reply, Text
    from bot.i18n import Translator

MAX_WIDTH: Final = 100
"""Cells of the longest line, however wide the terminal: longer ones are tiring to read."""
MIN_WIDTH: Final = 24
"""Cells a line gets at least; a narrower terminal breaks it once more."""

_COMMAND = "cyan"
_STYLES: Final = {"ok": "green", "warning": "yellow", "error": "bold red"}
_TEXT_STYLES: Final = {"heading": "bold", "hint": "dim"}
_COMMAND_IN_TEXT = re.compile(r"(?<!\S)/[a-z][a-z_]*\b")
# What the further lines of a broken one hang from: its indent, a bullet, or the last column of a table.
_HANG = re.compile(r" *(?:[-•·*] |\d+\. |\S.*? {2,}(?=\S))?")


def render(reply: Reply, translator: Translator, width: int) -> list[Line]:
    """Return the lines of a reply and an empty one, each at most `width` cells wide.

    A width below MIN_WIDTH or above MAX_WIDTH counts as that.
    """
    width = max(MIN_WIDTH, min(width, MAX_WIDTH))
    lines: list[Line] = []
    for part in reply.parts:
        apart = isinstance(part, Card) or part.tone == "heading"
        if apart and lines and lines[-1].plain:
            lines.append(Line())
        lines += (
            [*render_card(part, translator, width), Line()] if isinstance(part, Card) else _text(part, width)
        )
    lines += _buttons(reply.buttons, width)
    return lines if lines and not lines[-1].plain else [*lines, Line()]


def _text(text: Text, width: int) -> Iterator[Line]:
    sign = SIGNS.get(text.tone, "")
    for number, content in enumerate(map(harmless, text.text.splitlines())):
        line = Line(content, style=_TEXT_STYLES.get(text.tone, ""))
        line.highlight_regex(_COMMAND_IN_TEXT, _COMMAND)
        margin = Line(" " * len(sign) if number else sign, style=_STYLES.get(text.tone, ""))
        if not content.strip():
            yield Line()
        elif cell_len(sign + content) <= width:
            yield Line.assemble(margin, line)
        else:
            beside = _hanging_part(content, width // 2)
            yield from hang(Line.assemble(margin, line[:beside]), line[beside:], width)


def _hanging_part(content: str, limit: int) -> int:
    match = _HANG.match(content)
    if match and match.end() < len(content) and cell_len(match[0]) <= limit:
        return match.end()
    return min(len(content) - len(content.lstrip(" ")), limit)


def _buttons(buttons: Sequence[Button], width: int) -> Iterator[Line]:
    hints = [
        Line.assemble((_label(button), "dim"), (harmless(button.command), _COMMAND)) for button in buttons
    ]
    return pack(hints, Line(SEPARATOR, style="dim"), width)


def _label(button: Button) -> str:
    """Return what is before a command; nothing where the label is the command."""
    return "" if button.label == button.command else f"{harmless(button.label)}: "
