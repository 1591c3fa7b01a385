"""Parses the numbered items of a review section, in any of the markings that models use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.domain.text.normalize import collapse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FRAME = r"[-*•·#> ]{0,12}"
_NUMBERED = re.compile(rf"{_FRAME}[(（](\d{{1,2}})[)）][*_ ]{{0,4}}[:：、.．]?[*_ ]{{0,4}}")
# Where a model gave no (1): 一、 or bullets or plain numbers; else each line is an item.
_OTHER_MARKS = (
    re.compile(rf"{_FRAME}[一二三四五六七八九十]{{1,3}}、"),
    re.compile(r"[-*•·][ \t]+"),
    re.compile(r"\d{1,2}(?:[.)．][ \t]+|、)"),
)
_EVERY_LINE = re.compile("")
_INLINE = re.compile(r"(?<=[。；;.！!？?])[ ]?[(（](\d{1,2})[)）][:：、.]?")


def is_numbered(line: str) -> bool:
    """Tell whether a line opens an item by its number, (1)."""
    return bool(_NUMBERED.match(line))


def split_items(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the texts of a section's items without their marks.

    Words before the first marked item only lead to it and are left out.
    """
    mark = next((mark for mark in (_NUMBERED, *_OTHER_MARKS) if any(map(mark.match, lines))), _EVERY_LINE)
    items: list[list[str]] = []
    for line in lines:
        start = mark.match(line)
        if start:
            items.append([line[start.end() :]])
        elif items:
            items[-1].append(line)
    texts = [text for item in items if (text := _text(item))]
    if mark is _NUMBERED and len(texts) == 1:
        return tuple(text for part in _inline_items(texts[0]) if (text := collapse(part)))
    return tuple(texts)


def _text(item: Sequence[str]) -> str:
    return collapse(" ".join(line.replace("**", "").removesuffix("*") for line in item))


def _inline_items(text: str) -> Iterator[str]:
    """Split one line that holds all items, `first。（2）second。（3）third`, while the numbers continue."""
    start, expected = 0, 2
    for mark in _INLINE.finditer(text):
        if int(mark[1]) == expected:
            yield text[start : mark.start()]
            start, expected = mark.end(), expected + 1
    yield text[start:]
