"""Renders cards in Telegram's HTML: compact in lists, full when shown alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.domain.cards.evidence import reveals
from bot.i18n import translator
from bot.platforms.telegram.messages.html import (
    NOTHING,
    bold,
    copied,
    folded,
    italic,
    joined,
    leaf,
    lines,
    link,
    web_link,
)
from bot.platforms.texts.card_texts import SEPARATOR, facts, harmless, reasons_in_list, why
from bot.platforms.texts.excerpts import one_line
from bot.platforms.texts.truncate import ELLIPSIS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.domain.cards.card import Card, Reason
    from bot.i18n import Translator
    from bot.platforms.telegram.messages.detail import Detail
    from bot.platforms.telegram.messages.html import Markup

COMPACT_AUTHORS: Final = 3
FULL_AUTHORS: Final = 12

# UTF-16 units. A Chinese character takes the room of two letters.
_LINE = 130
_TITLE, _LEAST_TITLE = 1000, 300
_NAME, _FACTS, _WHY, _SHORT_WHY, _FACT, _SHORT_FACT = 60, 100, 300, 70, 300, 60
_MOST_REASONS, _MOST_TAKEAWAYS, _LEAST_TAKEAWAYS = 5, 12, 3
_MOST_LINKS = 5


def compact(card: Card, number: int, detail: Detail, language: str) -> Markup:
    """Return the card of a list: title, authors and facts, one line of what it says, why it is shown."""
    words = translator(language)
    _ = words.gettext
    beside = [
        *_labelled(_("Code"), card.code_urls, 1, detail),
        *_labelled(_("Project"), card.project_urls, 1, detail),
    ]
    known = [leaf(SEPARATOR.join(facts(card)), limit=_FACTS), *beside]
    return lines(
        (
            leaf(f"{number}. ") + _title(card, detail),
            _authors(card, COMPACT_AUTHORS),
            joined(known, SEPARATOR),
            _one_line(card, detail, language),
            *_reasons(reasons_in_list(card), detail, words),
        )
    )


def full(card: Card, detail: Detail, language: str) -> Markup:
    """Return everything known about a paper; a long abstract is folded to three lines until it is tapped."""
    words = translator(language)
    _ = words.gettext
    marks = card.abstract_marks if detail.reasons else ()
    known = (copied(card.paper_id, limit=_FACTS), leaf(SEPARATOR.join(facts(card)), limit=_FACTS))
    takeaways = card.takeaways[: _MOST_TAKEAWAYS if detail.reasons else _LEAST_TAKEAWAYS]
    points = [_after("• ", leaf(point, limit=detail.abstract)) for point in takeaways]
    fact = _FACT if detail.reasons else _SHORT_FACT
    # The page, the PDF and the first repository are buttons.
    links = (
        *_labelled(_("Code"), card.code_urls[1:], _MOST_LINKS, detail),
        *_labelled(_("Project"), card.project_urls, _MOST_LINKS, detail),
    )
    above = (
        _title(card, detail),
        _authors(card, FULL_AUTHORS if detail.reasons else COMPACT_AUTHORS),
        joined(known, SEPARATOR),
        *_reasons(card.reasons, detail, words),
    )
    below = (
        _after(f"{_('Comment')}: ", leaf(card.comment or "", limit=fact)),
        joined(links, SEPARATOR),
        _after(f"{_('Sources')}: ", leaf(", ".join(card.sources), limit=fact)),
    )
    abstract = folded(leaf(card.abstract, marks=marks, limit=detail.abstract))
    summary = leaf(card.summary or "", limit=detail.summary)
    return joined(
        (
            lines(above),
            _headed(_("Abstract"), [abstract]),
            _headed(_("AI summary (unverified)"), [summary]),
            _headed(_("AI takeaways (unverified)"), [*points, _rest(len(card.takeaways) - len(takeaways))]),
            lines(below),
        ),
        "\n\n",
    )


def page_of(card: Card) -> str | None:
    """Return the address that the title leads to: the page to read first, else the PDF."""
    addresses = [url for url in (card.url, card.pdf_url) if url and harmless(url).strip()]
    return next((url for url in addresses if web_link(url)), addresses[0] if addresses else None)


def _title(card: Card, detail: Detail) -> Markup:
    marks = card.title_marks if detail.reasons else ()
    title = leaf(card.title, marks=marks, limit=_TITLE if detail.links else _LEAST_TITLE)
    if not title.plain.strip():
        title = leaf(card.paper_id, limit=_LEAST_TITLE)
    if not title.plain.strip():
        title = leaf(ELLIPSIS)  # a link without a text vanishes
    url = page_of(card)
    return link(title, url) if url else title


def _authors(card: Card, most: int) -> Markup:
    names = joined((leaf(author.strip(), limit=_NAME) for author in card.authors[:most]), ", ")
    return joined((names, _rest(len(card.authors) - most)), " ")


def _rest(count: int) -> Markup:
    """Return how many more there are."""
    return leaf(f"+{count}") if count > 0 else NOTHING


def _one_line(card: Card, detail: Detail, language: str) -> Markup:
    marks = card.abstract_marks if detail.reasons else ()
    line = one_line(
        card, language, width=_LINE, summary=detail.summary, abstract=detail.abstract, marks=marks
    )
    shown = leaf(line.text, marks=line.marks, limit=line.limit)
    return leaf(ELLIPSIS) + shown if line.is_later else shown


def _reasons(reasons: Sequence[Reason], detail: Detail, words: Translator) -> Iterator[Markup]:
    if not reasons:
        return
    if detail.reasons:
        yield from (italic(leaf(why(reason, words), limit=_WHY)) for reason in reasons[:_MOST_REASONS])
        yield _rest(len(reasons) - _MOST_REASONS)
        return
    line = leaf(why(replace(reasons[0], words=()), words), limit=_SHORT_WHY)
    yield joined((line, leaf(ELLIPSIS) if reveals(reasons[0]) else NOTHING, _rest(len(reasons) - 1)), " ")


def _labelled(label: str, urls: Sequence[str], most: int, detail: Detail) -> Iterator[Markup]:
    """Yield links with the same label, and how many more there are."""
    there = [url for url in urls if harmless(url).strip()]
    if not detail.links:
        most = 0
    yield from (link(leaf(label), url) for url in there[:most])
    if len(there) > most:
        yield leaf(f"{label} +{len(there) - most}" if most else f"{label} {ELLIPSIS}")


def _headed(heading: str, content: Iterable[Markup]) -> Markup:
    below = lines(content)
    return lines((bold(leaf(heading)), below)) if below else NOTHING


def _after(label: str, content: Markup) -> Markup:
    return leaf(label) + content if content.plain.strip() else NOTHING
