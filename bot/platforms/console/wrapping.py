"""Wraps and truncates lines for a terminal.

Rich breaks at blanks only: of `AI: 本文提出…` it would leave the label alone on the first line.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len, split_graphemes
from rich.text import Text

from bot.domain.text.normalize import CJK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.domain.cards.card import Span

ELLIPSIS: Final = "…"

# Between two Chinese or full-width characters a line may end, but not before a closing mark nor after an
# opening one (GB/T 15834-2011, 5.1).
_WIDE = rf"{CJK}\u3000-\u303f\uff00-\uffef"
_CLOSING = "，。、；：？！…—）」』】》〉”’％,.;:?!)\\]}%"
_OPENING = "（「『【《〈“‘(\\[{"
_WORD = re.compile(r"\S+")
_BREAK = re.compile(
    rf"(?<=[{_WIDE}])(?<![{_OPENING}])(?![{_CLOSING}])|(?<!^)(?<![{_OPENING}])(?=[{_WIDE}])(?![{_CLOSING}])"
)
_DANGLING = " ,.;:，。、；："


def break_lines(text: str, width: int) -> Iterator[Span]:
    """Yield the lines of one paragraph, each at most `width` cells wide, without the blanks between them.

    Only a character that is wider than the whole width stands over it.
    """
    line: Span | None = None
    for start, end in _units(text, width):
        if line and cell_len(text[line[0] : end]) <= width:
            line = (line[0], end)
            continue
        if line:
            yield line
        line = (start, end)
    if line:
        yield line


def cut_lines(text: str, width: int, count: int) -> tuple[list[Span], bool]:
    """Return at most `count` lines and whether text was cut; the last line then has room for `ELLIPSIS`."""
    lines = list(islice(break_lines(text, width), count + 1))
    if len(lines) <= count:
        return lines, False
    start, _ = lines[count - 1]
    _, length = next(break_lines(text[start:], width - cell_len(ELLIPSIS)))
    kept = text[start : start + length].rstrip(_DANGLING)
    return [*lines[: count - 1], (start, start + len(kept))], True


def hang(prefix: Text, text: Text, width: int) -> Iterator[Text]:
    """Yield a prefix and a text beside it, the text's further lines below its first; nothing for no text."""
    indent = cell_len(prefix.plain)
    for number, (start, end) in enumerate(break_lines(text.plain, width - indent)):
        yield Text.assemble(" " * indent if number else prefix, text[start:end])


def pack(items: Iterable[Text], separator: Text, width: int) -> Iterator[Text]:
    """Yield lines of as many whole items as fit; an item wider than the width is broken."""
    line: Text | None = None
    for item in items:
        if line and cell_len(line.plain + separator.plain + item.plain) <= width:
            line = Text.assemble(line, separator, item)
            continue
        if line:
            yield from hang(Text(), line, width)
        line = item
    if line:
        yield from hang(Text(), line, width)


def _units(text: str, width: int) -> Iterator[Span]:
    """Yield what stays on one line: a word, a Chinese character with its marks, a piece of too wide a one."""
    for word in _WORD.finditer(text):
        cuts = [word.start() + found.start() for found in _BREAK.finditer(word[0])]
        for start, end in zip([word.start(), *cuts], [*cuts, word.end()], strict=True):
            if start < end:
                yield from _pieces(text, start, end, width)


def _pieces(text: str, start: int, end: int, width: int) -> Iterator[Span]:
    if cell_len(text[start:end]) <= width:
        yield (start, end)
        return
    first = last = start
    for grapheme_start, grapheme_end, _ in split_graphemes(text[start:end])[0]:
        if last > first and cell_len(text[first : start + grapheme_end]) > width:
            yield (first, last)
            first = start + grapheme_start
        last = start + grapheme_end
    yield (first, last)
