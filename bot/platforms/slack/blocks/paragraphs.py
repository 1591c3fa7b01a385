"""Renders the paragraphs of a reply as blocks."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.platforms.slack.blocks.block_kit import (
    context,
    fixed_width,
    header,
    leaf,
    lines,
    quotation,
    rich_text,
    section,
)
from bot.platforms.slack.blocks.limits import CONTEXT_TEXT, HEADER_TEXT, pieces
from bot.platforms.texts.card_texts import around_caret, harmless, is_pointed, without_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.domain.chat.command import Text
    from bot.platforms.slack.blocks.block_kit import Json

SIGNS: Final[Mapping[str, str]] = {"ok": "✅ ", "warning": "⚠️ ", "error": "❌ "}
"""What is before a paragraph of that tone."""

# A sign, and the escapes that JSON needs, are added to it.
_PIECE = 2000
_LINES = 40
"""Lines of one block."""
_BEFORE_CARET, _SHOWN = 30, 60
"""Code points: what of a line is before a caret, and what a narrow window shows of it unbroken."""


def slack_command(text: str, commands: frozenset[str], slash: str = "/papers") -> str:
    """Return our own text in which our commands are those of Slack: `/subscribe` is `/papers subscribe`.

    An app has one slash command there, and what comes first after it says what to do. Only whole words at the
    beginning of a text, after a blank or after an opening bracket or quote are commands: no path, no address.

    Args:
        text: of ours; texts of feeds are not given to it.
        commands: the names and aliases of our commands, without slash.
        slash: the slash command of the app.
    """
    if not commands or "/" not in text:
        return text
    return _commands(commands).sub(lambda found: f"{slash} {found[1]}", text)


@lru_cache(maxsize=8)
def _commands(commands: frozenset[str]) -> re.Pattern[str]:
    names = "|".join(map(re.escape, sorted(commands, key=len, reverse=True)))
    return re.compile(rf"""(?<![^\s(\["'“‘（「：:，、])/({names})(?![\w/])""")


def with_slack_commands(text: Text, commands: frozenset[str]) -> Text:
    """Return a paragraph that names our commands as Slack's.

    What is copied, what somebody else said, what a heading names (a paper, say) and what a caret points at
    stays as it is.
    """
    if text.tone in {"code", "quote", "heading"}:
        return text
    written = text.text.split("\n")
    changed = len(written) - (2 if is_pointed(written) else 0)
    lines = [slack_command(line, commands) for line in written[:changed]]
    return replace(text, text="\n".join((*lines, *written[changed:])))


def paragraphs(text: Text, *, first: bool) -> Iterator[Json]:
    """Yield the blocks of a paragraph.

    Args:
        text: the paragraph.
        first: whether nothing is before it: only there a heading is a large one.
    """
    written = list(map(harmless, text.text.splitlines()))
    if text.tone == "code":
        yield from (rich_text(fixed_width(part)) for part in _together(written))
    elif text.tone == "hint":
        yield from (context(part) for part in _together(written, CONTEXT_TEXT // 2))
    elif text.tone == "quote":
        yield from (rich_text(quotation(lines(part))) for part in _together(written))
    elif text.tone == "heading":
        yield from _heading(" ".join(written).strip(), first=first)
    else:
        pointed = is_pointed(written)
        yield from _lines(written[:-2] if pointed else written, SIGNS.get(text.tone, ""))
        if pointed:
            yield rich_text(_pointed(*written[-2:]))


def _heading(line: str, *, first: bool) -> Iterator[Json]:
    if first and line and len(line) <= HEADER_TEXT:
        yield header(line)
        return
    for part in pieces(line, _PIECE):
        shown = leaf(part, style="bold")
        if shown:
            yield rich_text(section(shown))


def _lines(written: list[str], sign: str) -> Iterator[Json]:
    for part in _together(map(without_columns, written)):
        yield rich_text(section(lines(sign + part)))
        sign = ""


def _together(written: Iterator[str] | list[str], limit: int = _PIECE) -> Iterator[str]:
    """Yield lines, as many together as fit; a longer line comes in pieces. Nothing yielded is all blanks."""
    together: list[str] = []
    length = 0
    for part in (part for line in written for part in pieces(line, limit)):
        if length + len(part) > limit or len(together) == _LINES:
            if any(shown.strip() for shown in together):
                yield "\n".join(together)
            together, length = [], 0
        together.append(part)
        length += len(part) + 1
    if any(shown.strip() for shown in together):
        yield "\n".join(together)


def _pointed(line: str, caret: str) -> Json:
    return fixed_width(around_caret(line, caret, before=_BEFORE_CARET, shown=_SHOWN))
