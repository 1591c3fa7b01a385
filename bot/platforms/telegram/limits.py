"""Telegram's limits and how texts are counted and cut for them.

Telegram counts UTF-16 code units: a character outside the Basic Multilingual Plane (most emoji) is two
(https://core.telegram.org/bots/api#messageentity). The figures are those of `telegram.constants`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from bot.domain.text import CJK

if TYPE_CHECKING:
    from collections.abc import Iterator

MESSAGE_UNITS: Final = 4096
"""UTF-16 units of a message after its markup is read (`MessageLimit.MAX_TEXT_LENGTH`)."""
MESSAGE_ENTITIES: Final = 100
"""Links, bold pieces and so on of a message; Telegram drops the rest (`MessageLimit.MESSAGE_ENTITIES`)."""
MESSAGE_KEYS: Final = 100
"""Buttons of a message (`InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER`)."""
ROW_KEYS: Final = 8
"""Buttons in a row (`InlineKeyboardMarkupLimit.BUTTONS_PER_ROW`)."""
LABEL_UNITS: Final = 64
"""UTF-16 units of a button's label; no limit is published, and longer ones are cut on a phone."""
URL_UNITS: Final = 2048
"""Characters of an address that is linked; longer ones are refused by browsers on phones."""

ELLIPSIS: Final = "…"

_LONGEST_WORD = 40
"""Code points; what is longer is cut inside, or a text without blanks would vanish."""
_SEPARATE = re.compile(rf"[\s{CJK}\u3000-\u303f\uff00-\uffef]")
"""Beside such a character a text may end: a blank, a Chinese or a full-width one."""
_DANGLING = tuple(" ,.;:，。、；：\u2060")
_MOST_DANGLING = 4
"""Code points; a text may be nothing but commas."""
_LAST_OF_ONE_UNIT = "\uffff"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_REGIONAL = range(0x1F1E6, 0x1F200)


def units(text: str) -> int:
    """Return the UTF-16 code units of a text."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def kept(text: str, limit: int) -> int:
    """Return how many code points of a text stay so that they and an ellipsis take at most `limit` units.

    All of them where the text fits as it is. It ends at a word where there is one, and never between a letter
    and its accent or inside a flag.

    Args:
        text: what is cut.
        limit: UTF-16 units, at least 1.
    """
    if len(text) <= limit and units(text) <= limit:
        return len(text)
    end = _between_words(text, _fitting(text, limit - 1))
    while end and _clings(text, end):
        end -= 1
    for _ in range(_MOST_DANGLING):
        end -= text[:end].endswith(_DANGLING)
    return end


def cut(text: str, limit: int) -> str:
    """Return a text of at most `limit` UTF-16 units; an ellipsis stands for what was cut."""
    end = kept(text, limit)
    return text if end == len(text) else text[:end] + ELLIPSIS


def pieces(text: str, limit: int) -> Iterator[str]:
    """Yield a text in pieces that end at words; nothing is left out.

    Args:
        text: what is taken apart.
        limit: UTF-16 units of a piece, at least 2.
    """
    start = 0
    while len(text) - start > limit or units(text[start:]) > limit:
        most = start + max(1, _fitting(text[start : start + limit], limit))
        end = _between_words(text, most, after=start)
        while end > start and _clings(text, end):
            end -= 1
        if end == start:
            end = most  # nothing but accents
        yield text[start:end]
        start = end
    yield text[start:]


def _fitting(text: str, limit: int) -> int:
    """Return how many code points fit into `limit` units."""
    end, room = 0, limit
    for char in text[: max(0, limit)]:
        room -= 2 if char > _LAST_OF_ONE_UNIT else 1
        if room < 0:
            break
        end += 1
    return end


def _between_words(text: str, end: int, *, after: int = 0) -> int:
    """Return the last place between two words up to `end`, or that where the word is a very long one."""
    if not 0 < end < len(text) or _SEPARATE.match(text[end]) or _SEPARATE.match(text[end - 1]):
        return end
    for start in range(end - 1, max(after, end - _LONGEST_WORD), -1):
        if _SEPARATE.match(text[start - 1]):
            return start
    return end


def _clings(text: str, at: int) -> bool:
    """Tell whether the character at a place belongs to the one before it."""
    if at >= len(text):
        return False
    char = text[at]
    if unicodedata.category(char) in {"Mn", "Mc", "Me"} or ord(char) in _SKIN_TONES:
        return True
    return ord(char) in _REGIONAL and _regionals_before(text, at) % 2 == 1


def _regionals_before(text: str, at: int) -> int:
    start = at
    while start and ord(text[start - 1]) in _REGIONAL:
        start -= 1
    return at - start
