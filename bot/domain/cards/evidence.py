"""Turns what a query found in a paper into reasons and highlighted words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.domain.cards.card import Reason
from bot.domain.text.plurals import singular

if TYPE_CHECKING:
    from bot.domain.cards.card import Span
    from bot.domain.query import Evidence, Query


def reason_of(query: Query, evidence: Evidence, *, subscription: int | None = None) -> Reason:
    """Return why a query brings a paper, with the words as the paper writes them, in whatever case."""
    written: dict[str, str] = {}
    for hit in evidence.hits:
        written.setdefault(hit.written.casefold(), hit.written)
    return Reason(query.canonical, tuple(written.values()), subscription)


def revealed(reason: Reason) -> list[str]:
    """Return the words that found a paper and are not in its query (by the glossary, say), each once.

    A plural is the word of the query; so is what differs in capitals or hyphens only.
    """
    query = reason.query.casefold().replace("-", " ")
    words: dict[str, str] = {}
    for word in reason.words:
        plain = word.casefold().replace("-", " ")
        folded = " ".join(map(singular, plain.split(" ")))
        if plain not in query and folded not in query:
            words.setdefault(folded, word)
    return list(words.values())


def reveals(reason: Reason) -> bool:
    """Return whether a paper was found by words that are not in its query."""
    return bool(revealed(reason))


def marks(text: str, reasons: tuple[Reason, ...]) -> tuple[Span, ...]:
    """Return where the words of reasons are in a text, ascending and apart from each other."""
    words = sorted({word for reason in reasons for word in reason.words if word}, key=len, reverse=True)
    if not words:
        return ()
    pattern = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
    return tuple(match.span() for match in pattern.finditer(text) if _whole(text, *match.span()))


def _whole(text: str, start: int, end: int) -> bool:
    """Tell whether a piece is not the inside of a longer word; CJK has no word breaks."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (_joins(before, text[start]) or _joins(after, text[end - 1]))


def _joins(outside: str, inside: str) -> bool:
    return outside.isalnum() and inside.isalnum() and outside.isascii() and inside.isascii()
