"""Splits documents into sections, and formats warnings about unreadable parts."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from bot.domain.text.normalize import collapse

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator, Sequence

_SHOWN = 80


def sections(marks: Iterable[re.Match[str]], text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Yield each mark with the text from its end to the next one."""
    found = list(marks)
    for mark, following in zip_longest(found, found[1:]):
        yield mark, text[mark.end() : following.start() if following else len(text)]


def left_out(unread: Sequence[str], reason: str) -> tuple[str, ...]:
    """Return one line about the items that were left out, with the first of them; nothing for none."""
    if not unread:
        return ()
    count = "1 item was" if len(unread) == 1 else f"{len(unread)} items were"
    return (f'{count} left out ({reason}): "{collapse(unread[0])[:_SHOWN]}"',)
