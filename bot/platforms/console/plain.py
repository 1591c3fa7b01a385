"""Renders replies as plain text for pipes and files.

No colours, nothing cut, one fact a line, in a fixed order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.cards.card import Card
from bot.platforms.texts.card_texts import SEPARATOR, SIGNS, facts, harmless, links, why

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.chat.command import Button, Reply, Text
    from bot.i18n import Translator

_INDENT = "   "


def render_plain(reply: Reply, translator: Translator) -> str:
    """Return the reply's lines, each ended by a line feed, with an empty line after each card and at the end.

    Every fact of a card is on one line of its own, however long, after its translated label.
    """
    lines: list[str] = []
    for part in reply.parts:
        lines += [*_card(part, translator), ""] if isinstance(part, Card) else _text(part)
    lines += [_button(button) for button in reply.buttons]
    while lines and not lines[-1]:
        lines.pop()
    return "".join(f"{line.rstrip()}\n" for line in [*lines, ""])


def _text(text: Text) -> list[str]:
    first, *others = map(harmless, text.text.splitlines() or [""])
    return [SIGNS.get(text.tone, "") + first, *others]


def _button(button: Button) -> str:
    command = harmless(button.command)
    return command if command and button.label == button.command else f"{harmless(button.label)}: {command}"


def _card(card: Card, translator: Translator) -> Iterator[str]:
    number = "" if card.position is None else f"{card.position}. "
    yield number + harmless(card.title)
    yield _INDENT + SEPARATOR.join([harmless(card.paper_id), *facts(card)])
    for label, value in _fields(card, translator):
        if content := harmless(value).strip():
            yield f"{_INDENT}{label}: {content}"


def _fields(card: Card, translator: Translator) -> Iterator[tuple[str, str]]:
    _ = translator.gettext
    yield _("Authors"), ", ".join(card.authors)
    yield _("Abstract"), card.abstract
    yield _("AI summary (unverified)"), card.summary or ""
    if card.full:
        for takeaway in card.takeaways:
            yield _("AI takeaway (unverified)"), takeaway
        yield _("Comment"), card.comment or ""
    for reason in card.reasons:
        yield _("Why"), why(reason, translator)
    yield from links(card, translator)
    if card.full:
        yield _("Sources"), ", ".join(card.sources)
