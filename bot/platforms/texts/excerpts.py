"""The one-line excerpt of a paper in a list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.text.normalize import CJK
from bot.i18n import translator
from bot.platforms.texts.truncate import ELLIPSIS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.cards.card import Card, Span

_CHINESE: Final = re.compile(f"[{CJK}]")
_SENTENCE_END: Final = re.compile(r"[.!?]\s+|[。！？]")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a text.

    Attributes:
        text: of it, up to its end.
        marks: what of it to mark.
        limit: the room it has; what is over is cut.
        is_later: whether something stood before it, for which an ellipsis stands.
    """

    text: str
    marks: Sequence[Span]
    limit: int
    is_later: bool = False


def one_line(
    card: Card, language: str, *, width: int, summary: int, abstract: int, marks: Sequence[Span]
) -> Excerpt:
    """Return the model's summary where it is in the chat's language, else the authors' own words.

    Whoever reads English is not helped by a Chinese summary of an English abstract, and the other way round.

    Args:
        card: of the paper.
        language: of the chat.
        width: letters of a line; a Chinese character takes the room of two.
        summary: what a summary may take at most.
        abstract: what an abstract may take at most.
        marks: pieces of the abstract that brought the paper.
    """
    written = (card.summary or "").strip()
    is_chinese = bool(_CHINESE.search(written))
    if written and (not card.abstract or is_chinese == language.startswith("zh")):
        text = translator(language).gettext("AI: {summary}").format(summary=written)
        return Excerpt(text, (), min(_letters(text, width), summary))
    return excerpt(card.abstract, marks, min(_letters(card.abstract, width), abstract))


def excerpt(text: str, marks: Sequence[Span], limit: int) -> Excerpt:
    """Return one line of a text; it begins later where the first marked word would be cut off."""
    first = min((span for span in marks if 0 <= span[0] < span[1]), default=None)
    if first is None or first[1] < limit:
        return Excerpt(text, marks, limit)
    start = max((end.end() for end in _SENTENCE_END.finditer(text, 0, first[0])), default=0)
    if first[1] - start >= limit:
        start = text.rfind(" ", 0, max(first[0] - limit // 2, 0)) + 1
    if first[1] - start >= limit:
        start = first[0]  # Chinese has no blanks
    later = [(max(0, begin - start), end - start) for begin, end in marks if end > start]
    return Excerpt(text[start:], later, limit - len(ELLIPSIS), is_later=start > 0)


def _letters(text: str, width: int) -> int:
    return width // 2 if _CHINESE.search(text[:width]) else width
