"""Builds the message of a digest: scheduled, requested, or missed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.cards.make_card import card_of
from bot.domain.chat.command import Button, Reply, Text
from bot.i18n import translator
from handlers.wording import result_card, short_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.cards.card import Card, Reason
    from bot.domain.papers.paper import Paper, PaperEvent
    from bot.i18n import Translator
    from bot.services.digests.read_digests import DigestContent

    Item = tuple[Paper, tuple[Reason, ...]]


def message_of(content: DigestContent, language: str) -> Reply:
    """Return the message of a stored digest.

    Args:
        content: what it shows.
        language: of the chat it goes to.
    """
    words = translator(language)
    parts: list[Text | Card] = []
    buttons = []
    if content.items:
        parts += papers(content.items, words)
    if content.events:
        parts += _events(content, words)
    if content.digest.held_back:
        parts.append(more_wait(content.digest.held_back, words))
        buttons.append(Button(words.gettext("More papers"), "/digest"))
    for number in content.offered:
        line = words.gettext("An earlier digest may not have arrived.")
        parts.append(Text(line, "warning"))
        buttons.append(Button(words.gettext("Show it"), f"/missed {number}"))
    return Reply(tuple(parts), tuple(buttons))


def papers(items: Sequence[Item], words: Translator) -> Iterator[Text | Card]:
    """Yield the heading and the cards, those of a list under the subscription that brought them."""
    heading = words.ngettext("Your digest: {count} paper", "Your digest: {count} papers", len(items))
    yield Text(heading.format(count=len(items)), "heading")
    groups: dict[tuple[int | None, str], list[Item]] = {}
    for item in items:
        first = item[1][0] if item[1] else None
        groups.setdefault((first.subscription, first.query) if first else (None, ""), []).append(item)
    position = 0
    for (number, query), group in groups.items():
        headed_by = number if len(items) > 1 else None
        if headed_by is not None:
            yield Text(f"#{number} {query}", "heading")
        for paper, reasons in group:
            position += 1
            yield replace(result_card(paper, reasons, position), headed_by=headed_by)


def more_wait(count: int, words: Translator) -> Text:
    """Return what is said of papers over the limit."""
    more = words.ngettext("{count} more paper waits.", "{count} more papers wait.", count)
    return Text(more.format(count=count), "hint")


def _events(content: DigestContent, words: Translator) -> Iterator[Text | Card]:
    if not content.events_as_cards:
        yield Text("\n".join(_line(paper, event, words) for paper, event in content.events))
        return
    for paper, event in content.events:
        yield Text(_line(paper, event, words), "warning" if event.kind == "withdrawn" else "plain")
        yield card_of(paper)


def _line(paper: Paper, event: PaperEvent, words: Translator) -> str:
    if event.kind == "withdrawn":
        form = words.gettext("Withdrawn by its authors: {title} ({id})")
    elif event.version is None:
        form = words.gettext("New version: {title} ({id})")
    else:
        form = words.gettext("New version v{version}: {title} ({id})")
    return form.format(version=event.version, title=short_title(paper), id=paper.canonical_id)
