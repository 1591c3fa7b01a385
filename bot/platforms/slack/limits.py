"""Slack's limits, and how texts are counted and cut for them.

Counted are code points, as Slack's Python SDK does. The figures are those of the reference at
https://docs.slack.dev/reference/block-kit; where it gives none, the constant says where it comes from.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from bot.domain.text import CJK

if TYPE_CHECKING:
    from collections.abc import Iterator

MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100
BLOCKS_SIZE: Final = 12_500
"""Characters of a message's blocks as Slack seems to count them: JSON, escaped, with an id for each block.

Slack refuses more with `msg_blocks_too_long` and publishes no figure. Who tried was refused from 13,297
characters on, and earlier where there were more blocks (https://github.com/slackapi/bolt-js/issues/2509).
"""
BLOCK_ID_SIZE: Final = 20
"""Characters of the id that Slack gives a block without one."""
VIEW_SIZE: Final = 250_000
"""Bytes of the JSON of a view; more is `view_too_large`."""
MESSAGE_TEXT: Final = 3000
"""Characters of a message's own text; Slack advises at most 4,000."""

SECTION_TEXT: Final = 3000
SECTION_FIELDS: Final = 10
FIELD_TEXT: Final = 2000
HEADER_TEXT: Final = 150
CONTEXT_ELEMENTS: Final = 10
CONTEXT_TEXT: Final = 3000
ACTIONS_ELEMENTS: Final = 25
RICH_TEXT: Final = 3000
"""Characters of one element of a rich text; not published, so that of a section's text."""
IMAGE_TEXT: Final = 2000
URL: Final = 3000
ID: Final = 255

BUTTON_TEXT: Final = 75
BUTTON_VALUE: Final = 2000
OPTION_TEXT: Final = 75
OPTION_VALUE: Final = 150
OVERFLOW_OPTIONS: Final = 5
SELECT_OPTIONS: Final = 100
CHOICE_OPTIONS: Final = 10
"""Check boxes or radio buttons of one element."""
PLACEHOLDER: Final = 150
CONFIRM_TITLE: Final = 100
CONFIRM_TEXT: Final = 300
CONFIRM_BUTTON: Final = 30
INPUT_TEXT: Final = 2000
"""Characters of the label and of the hint of an input."""
TYPED_TEXT: Final = 3000
VIEW_TITLE: Final = 24
VIEW_METADATA: Final = 3000

LINK: Final = 800
"""Characters, escaped, of an address that our messages link; longer ones leave no room for anything else."""
HELD: Final = OPTION_VALUE
"""Characters, escaped, of a command that a button or a menu holds itself; longer ones are stored."""

ELLIPSIS: Final = "…"

_LONGEST_WORD = 40
"""Code points; what is longer is cut inside, or a text without blanks would vanish."""
_SEPARATE = re.compile(rf"[\s{CJK}\u3000-\u303f\uff00-\uffef]")
"""Beside such a character a text may end: a blank, a Chinese or a full-width one."""
_DANGLING = tuple(" ,.;:，。、；：")
_MOST_DANGLING = 4
"""Code points; a text may be nothing but commas."""
_SKIN_TONES = range(0x1F3FB, 0x1F400)


def kept(text: str, limit: int) -> int:
    """Return how many code points of a text stay so that they and an ellipsis are at most `limit`.

    All of them where the text fits as it is. It ends at a word where there is one, and never between a letter
    and its accent.

    Args:
        text: what is cut.
        limit: code points, at least 1.
    """
    if len(text) <= limit:
        return len(text)
    end = _between_words(text, limit - 1, after=0)
    while end and _clings(text, end):
        end -= 1
    for _ in range(_MOST_DANGLING):
        end -= text[:end].endswith(_DANGLING)
    return end


def cut(text: str, limit: int) -> str:
    """Return a text of at most `limit` code points; an ellipsis stands for what was cut."""
    end = kept(text, limit)
    return text if end == len(text) else text[:end] + ELLIPSIS


def pieces(text: str, limit: int) -> Iterator[str]:
    """Yield a text in pieces that end at words; nothing is left out.

    Args:
        text: what is taken apart.
        limit: code points of a piece, at least 1.
    """
    start = 0
    while len(text) - start > limit:
        end = _between_words(text, start + limit, after=start)
        while end > start and _clings(text, end):
            end -= 1
        if end == start:
            end = start + limit  # nothing but accents
        yield text[start:end]
        start = end
    yield text[start:]


def _between_words(text: str, end: int, *, after: int) -> int:
    """Return the last place between two words up to `end`, or that where the word is a very long one."""
    if not 0 < end < len(text):
        return end
    for start in range(end, max(after, end - _LONGEST_WORD), -1):
        if _SEPARATE.match(text[start - 1]) or _SEPARATE.match(text[start]):
            return start
    return end


def _clings(text: str, at: int) -> bool:
    """Tell whether the character at a place belongs to the one before it."""
    return at < len(text) and (unicodedata.category(text[at])[0] == "M" or ord(text[at]) in _SKIN_TONES)
