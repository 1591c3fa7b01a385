"""Sentences that several commands share."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from bot.domain.cards.evidence import marks
from bot.domain.cards.make_card import card_of
from bot.domain.chat.command import Button, Reply, Text
from bot.domain.query.messages import NOTES, PROBLEMS
from bot.domain.subscriptions.preview import spoken_rate
from bot.domain.text.normalize import plain
from bot.i18n import translator

if TYPE_CHECKING:
    from bot.domain.cards.card import Card, Reason
    from bot.domain.chat.command import CommandRequest
    from bot.domain.papers.paper import Paper
    from bot.domain.query import Note, Query, UnreadableQueryError
    from bot.domain.subscriptions.preview import Preview
    from bot.i18n import Translator

_SHORT_TITLE = 76
_CONTEXT = 60
_PLACED = frozenset({"star_inside", "star_too_short"})
"""Problems whose place says what is meant, even at the very beginning."""


def speak(request: CommandRequest) -> Translator:
    """Return the translator into the language of the chat."""
    return translator(request.chat.language)


def usage(text: str, *examples: str) -> Reply:
    """Return how a command is used, with examples to tap."""
    return Reply((Text(text, "warning"),), tuple(Button(example, example) for example in examples))


def notes_of(notes: tuple[Note, ...], words: Translator) -> list[Text]:
    """Return what was read differently from how it was written."""
    lines = [words.gettext(NOTES[note.code]).format(**dict(note.params)) for note in notes]
    return [Text("\n".join(lines), "hint")] if lines else []


def also_finds(query: Query, words: Translator) -> list[Text]:
    """Return what a query finds besides what it says: English from the glossary, or another spelling."""
    return notes_of(tuple(note for note in query.notes if note.code == "glossary"), words)


def problem_of(error: UnreadableQueryError, words: Translator) -> str:
    """Return what is wrong with a query, with a caret under the place where that helps."""
    line = words.gettext(PROBLEMS[error.code]).format(**error.params)
    if "\n" in error.text or not (error.position or error.code in _PLACED):
        return line
    start = max(0, error.position - _CONTEXT)
    shown = error.text[start : start + 2 * _CONTEXT]
    # In fixed-width letters a Chinese character is as wide as an ideographic blank.
    blanks = "".join("\u3000" if cells(char) > 1 else " " for char in shown[: error.position - start])
    return f"{line}\n{shown}\n{blanks}^"


def corrected(query: Query, word: str, known: str) -> str:
    """Return a query with a word that no paper has replaced by the one that was perhaps meant."""
    text, found = re.subn(rf"(?<!\w){re.escape(word)}(?!\w)", known, query.canonical, count=1)
    return text if found else known


def cells(text: str) -> int:
    """Return how many columns a text takes in fixed-width letters: East Asian ones take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def volume(preview: Preview, words: Translator) -> str:
    """Return how much a query would bring, as far as the archive is old enough to say."""
    if preview.per_day is None:
        return words.ngettext(
            "{matched} of the {count} paper known so far", "{matched} of the {count} papers known so far",
            preview.considered,
        ).format(matched=preview.matched, count=preview.considered)  # fmt: skip
    form, count = spoken_rate(preview.per_day)
    return words.ngettext(
        "{rate} ({matched} paper in {days} days)", "{rate} ({matched} papers in {days} days)", preview.matched
    ).format(rate=words.gettext(form).format(count=count), matched=preview.matched, days=preview.days)


def samples(preview: Preview) -> list[Text]:
    """Return the titles of what a query would have brought."""
    return (
        [Text("\n".join(f"· {short_title(paper)}" for paper in preview.samples))] if preview.samples else []
    )


def short_title(paper: Paper) -> str:
    """Return a title for one line."""
    title = plain(paper.title)
    return title if len(title) <= _SHORT_TITLE else f"{title[: _SHORT_TITLE - 1].rstrip()}…"


def result_card(paper: Paper, reasons: tuple[Reason, ...], position: int) -> Card:
    """Return the card of a paper in a list, with the words that brought it marked."""
    card = card_of(paper)
    return card_of(
        paper,
        reasons=reasons,
        position=position,
        title_marks=marks(card.title, reasons),
        abstract_marks=marks(card.abstract, reasons),
    )
