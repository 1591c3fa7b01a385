"""Truncates texts between words, in whichever unit a platform counts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.text.normalize import CJK

if TYPE_CHECKING:
    from collections.abc import Iterator

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


@dataclass(frozen=True, slots=True)
class Truncation:
    """One way to measure and truncate text.

    Attributes:
        astral: units of a character outside the Basic Multilingual Plane, such as most emoji.
    """

    astral: int

    def units(self, text: str) -> int:
        """Return the units of a text."""
        if self.astral == 1 or text.isascii():
            return len(text)
        return len(text) + (self.astral - 1) * sum(char > _LAST_OF_ONE_UNIT for char in text)

    def kept(self, text: str, limit: int) -> int:
        """Return how many code points of a text stay so that they and an ellipsis take at most `limit` units.

        All of them where the text fits as it is. It ends at a word where there is one, and never between a
        letter and its accent or inside a flag.

        Args:
            text: what is cut.
            limit: units, at least 1.
        """
        if len(text) <= limit and self.units(text) <= limit:
            return len(text)
        end = _between_words(text, self._fitting(text, limit - 1), after=0)
        while end and _clings(text, end):
            end -= 1
        for _ in range(_MOST_DANGLING):
            end -= text[:end].endswith(_DANGLING)
        return end

    def cut(self, text: str, limit: int) -> str:
        """Return a text of at most `limit` units; an ellipsis stands for what was cut."""
        end = self.kept(text, limit)
        return text if end == len(text) else text[:end] + ELLIPSIS

    def pieces(self, text: str, limit: int) -> Iterator[str]:
        """Yield a text in pieces that end at words; nothing is left out.

        Args:
            text: what is taken apart.
            limit: units of a piece, at least those of one character.
        """
        start = 0
        while len(text) - start > limit or self.units(text[start:]) > limit:
            most = start + max(1, self._fitting(text[start : start + limit], limit))
            end = _between_words(text, most, after=start)
            while end > start and _clings(text, end):
                end -= 1
            if end == start:
                end = most  # nothing but accents
            yield text[start:end]
            start = end
        yield text[start:]

    def _fitting(self, text: str, limit: int) -> int:
        """Return how many code points fit into `limit` units."""
        if self.astral == 1:
            return min(len(text), max(0, limit))
        end, room = 0, limit
        for char in text[: max(0, limit)]:
            room -= self.astral if char > _LAST_OF_ONE_UNIT else 1
            if room < 0:
                break
            end += 1
        return end


CODE_POINTS: Final = Truncation(1)
UTF_16: Final = Truncation(2)


def _between_words(text: str, end: int, *, after: int) -> int:
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
    if unicodedata.category(char)[0] == "M" or ord(char) in _SKIN_TONES:
        return True
    return ord(char) in _REGIONAL and _regionals_before(text, at) % 2 == 1


def _regionals_before(text: str, at: int) -> int:
    start = at
    while start and ord(text[start - 1]) in _REGIONAL:
        start -= 1
    return at - start
