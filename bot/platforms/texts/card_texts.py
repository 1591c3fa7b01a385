"""Texts that the renderers of several platforms share.

Escaped texts, the facts of a card, and why it is shown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.domain.cards.evidence import revealed, reveals
from bot.platforms.texts.truncate import ELLIPSIS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.domain.cards.card import Card, Reason
    from bot.i18n import Translator

SEPARATOR: Final = " · "
SIGNS: Final[Mapping[str, str]] = {"ok": "✔ ", "warning": "! ", "error": "✗ "}
"""What is before a paragraph of that tone; the same in every language, so scripts can look for it."""

_COLUMNS = re.compile(r"(?<=\S) {2,}(?=\S)")
_CARET = re.compile(r"[ \u3000]*\^")
_BLANK = re.compile("[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]")
# Controls (C0, DEL, C1: escape sequences begin with them), soft hyphens, bidi controls, zero-width and tag
# characters, interlinear annotations, lone surrogates: they steer the terminal, hide text or turn it around.
_HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def harmless(text: str) -> str:
    """Return a piece of a text for one line: nothing in it steers a terminal or turns text around."""
    return _HARMFUL.sub("", _BLANK.sub(" ", text))


def facts(card: Card) -> list[str]:
    """Return a card's category, day (ISO 8601) and version, those it has; a first version needs no word."""
    version = f"v{card.version}" if card.version is not None and card.version > 1 else None
    day = card.day.isoformat() if card.day else None
    return [harmless(fact) for fact in (card.category, day, version) if fact]


def why(reason: Reason, translator: Translator) -> str:
    """Return one line that says which query found a paper, and by which words where that differs."""
    if reason.lacking:
        return translator.gettext("without: {words}").format(words=harmless(", ".join(reason.lacking)))
    query = harmless(reason.query)
    if reason.subscription is None:
        line = translator.gettext("matches {query}").format(query=query)
    else:
        line = translator.gettext("matches #{number} {query}").format(number=reason.subscription, query=query)
    told = revealed(reason)
    if not told:
        return line
    words = harmless(", ".join(told))
    return translator.gettext("{match} (words: {words})").format(match=line, words=words)


def reasons_in_list(card: Card) -> list[Reason]:
    """Return the reasons that a card of a list tells; the same under each card would only be noise.

    Whoever searches knows what for, and a heading above has named its subscription. What brought a paper by
    words that nobody typed is told all the same.
    """
    return [
        reason
        for reason in card.reasons
        if reason.lacking or reveals(reason) or reason.subscription not in {None, card.headed_by}
    ]


def links(card: Card, translator: Translator) -> list[tuple[str, str]]:
    """Return a card's links as (translated label, URL), the page to read first."""
    _ = translator.gettext
    labelled = [
        (_("Page"), card.url),
        (_("PDF"), card.pdf_url),
        *((_("Code"), url) for url in card.code_urls),
        *((_("Project"), url) for url in card.project_urls),
    ]
    return [(label, harmless(url)) for label, url in labelled if url and harmless(url).strip()]


def without_columns(line: str) -> str:
    """Return a line of a table as a sentence: letters are not of one width, so blanks align nothing."""
    *columns, last = _COLUMNS.split(line)
    return f"{'  '.join(columns)} — {last}" if columns else line


def is_pointed(lines: Sequence[str]) -> bool:
    """Whether the last of some lines points with a caret at a place in the one before it."""
    return len(lines) > 1 and bool(_CARET.fullmatch(lines[-1]))


def around_caret(line: str, caret: str, *, before: int, shown: int) -> str:
    """Return what stands around the place a caret below it points at; under a broken line it would not.

    Args:
        line: what is pointed at.
        caret: the line below it.
        before: code points of the line that are shown before the place.
        shown: code points of it that are shown in all.
    """
    start = max(0, len(caret) - 1 - before)
    piece, below = line[start : start + shown], caret[start:]
    if start:
        piece, below = ELLIPSIS + piece, " " + below
    if start + shown < len(line):
        piece += ELLIPSIS
    return f"{piece}\n{below}"
