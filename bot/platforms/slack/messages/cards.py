"""Renders cards as blocks: compact in lists, full when shown alone or in a thread."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.domain.cards.evidence import reveals
from bot.i18n import translator
from bot.platforms.slack.blocks.block_kit import (
    bullets,
    joined,
    leaf,
    link,
    quotation,
    rich_text,
    section,
    web_link,
)
from bot.platforms.slack.blocks.buttons import listed_row, paper_row
from bot.platforms.slack.blocks.limits import cut
from bot.platforms.texts.card_texts import SEPARATOR, facts, harmless, reasons_in_list, why
from bot.platforms.texts.excerpts import one_line
from bot.platforms.texts.truncate import ELLIPSIS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.cards.card import Card, Reason, Span
    from bot.i18n import Translator
    from bot.platforms.slack.blocks.block_kit import Inline, Json, Style
    from bot.platforms.slack.messages.detail import Detail

COMPACT_AUTHORS: Final = 3
FULL_AUTHORS: Final = 12

# Code points. A Chinese character takes the room of two letters.
_LINE = 160
_TITLE, _LEAST_TITLE = 500, 150
_NAME, _FACTS, _WHY, _SHORT_WHY, _FACT, _SHORT_FACT = 60, 100, 300, 70, 300, 60
_MOST_REASONS, _MOST_TAKEAWAYS, _LEAST_TAKEAWAYS = 5, 12, 3
_MOST_LINKS = 5
_SPOKEN = 1200
"""Code points of an abstract in a message's own text."""


def compact(card: Card, number: int, detail: Detail, language: str) -> list[Json]:
    """Return the card of a list: title, authors and facts, one line of what it says, why it is shown."""
    words = translator(language)
    _ = words.gettext
    pdf = (card.pdf_url,) if card.pdf_url and detail.menu else ()
    beside = [
        *_labelled(_("PDF"), pdf, 1, detail),
        *_labelled(_("Code"), card.code_urls, 1, detail),
        *_labelled(_("Project"), card.project_urls, 1, detail),
    ]
    meta = [_authors(card, COMPACT_AUTHORS), leaf(SEPARATOR.join(facts(card)), limit=_FACTS), *beside]
    title = _title(card, detail, marks=card.title_marks if detail.marks else ())
    shown = _lines(
        leaf(f"{number}. ") + title,
        joined(meta, SEPARATOR),
        _one_line(card, detail, language),
        *_reasons(reasons_in_list(card), detail, words),
    )
    return [rich_text(section(shown)), listed_row(card, words, whole_menu=detail.menu)]


def full(card: Card, number: int | None, detail: Detail, language: str) -> list[Json]:
    """Return everything known about a paper.

    Args:
        card: the paper.
        number: what it is in the list that a thread belongs to, or None.
        detail: how much of it is shown.
        language: of the chat.
    """
    words = translator(language)
    title = _title(card, detail, bold=True)
    paper_id = leaf(card.paper_id.strip(), limit=_FACTS, style="code")
    known = (paper_id, leaf(SEPARATOR.join(facts(card)), limit=_FACTS))
    above = _lines(
        (leaf(f"{number}. ", style="bold") if number is not None else ()) + title,
        _authors(card, FULL_AUTHORS if detail.reasons else COMPACT_AUTHORS),
        joined(known, SEPARATOR),
        *_reasons(card.reasons, detail, words),
    )
    return [
        rich_text(section(above)),
        *_said(card, detail, words),
        *_below(card, detail, words),
        paper_row(card, words, is_cut=_is_cut(card, detail)),
    ]


def page_of(card: Card) -> str | None:
    """Return the address that the title leads to: the page to read first, else the PDF."""
    addresses = [url for url in (card.url, card.pdf_url) if url and harmless(url).strip()]
    return next((url for url in addresses if web_link(url)), addresses[0] if addresses else None)


def spoken(card: Card, number: int | None) -> str:
    """Return what is said of a paper where there are no blocks: screen readers read nothing else."""
    title = harmless(card.title[: 2 * _TITLE]).strip() or harmless(card.paper_id[:_TITLE]).strip() or ELLIPSIS
    named = cut(title, _TITLE) if number is None else f"{number}. {cut(title, _TITLE)}"
    if not card.full:
        return named
    authors = ", ".join(cut(author, _NAME) for author in card.authors[:COMPACT_AUTHORS])
    rest = len(card.authors) - COMPACT_AUTHORS
    return "\n".join((named, f"{authors} +{rest}" if rest > 0 else authors, cut(card.abstract, _SPOKEN)))


def _said(card: Card, detail: Detail, words: Translator) -> Iterator[Json]:
    """Yield what the authors say, then what a model says of it, labelled so."""
    _ = words.gettext
    marks = card.abstract_marks if detail.reasons else ()
    abstract = leaf(card.abstract, marks=marks, limit=detail.abstract)
    if abstract:
        yield rich_text(_heading(_("Abstract")), quotation(abstract))
    summary = leaf(card.summary or "", limit=detail.summary)
    if summary:
        yield rich_text(_heading(_("AI summary (unverified)")), section(summary))
    takeaways = card.takeaways[: _MOST_TAKEAWAYS if detail.reasons else _LEAST_TAKEAWAYS]
    points = [point for point in (leaf(point, limit=detail.abstract) for point in takeaways) if point]
    if points:
        rest = _rest(len(card.takeaways) - len(takeaways))
        label = _heading(_("AI takeaways (unverified)"))
        yield rich_text(label, bullets([*points, rest] if rest else points))


def _is_cut(card: Card, detail: Detail) -> bool:
    most = _MOST_TAKEAWAYS if detail.reasons else _LEAST_TAKEAWAYS
    told = max(map(len, (card.abstract, *card.takeaways)))
    return told > detail.abstract or len(card.summary or "") > detail.summary or len(card.takeaways) > most


def _below(card: Card, detail: Detail, words: Translator) -> Iterator[Json]:
    _ = words.gettext
    fact = _FACT if detail.reasons else _SHORT_FACT
    links = (
        *_labelled(_("PDF"), (card.pdf_url,) if card.pdf_url else (), 1, detail),
        *_labelled(_("Code"), card.code_urls, _MOST_LINKS, detail),
        *_labelled(_("Project"), card.project_urls, _MOST_LINKS, detail),
    )
    shown = _lines(
        _after(f"{_('Comment')}: ", leaf(card.comment or "", limit=fact)),
        joined(links, SEPARATOR),
        _after(f"{_('Sources')}: ", leaf(", ".join(card.sources), limit=fact)),
    )
    if shown:
        yield rich_text(section(shown))


def _title(card: Card, detail: Detail, *, marks: Sequence[Span] = (), bold: bool = False) -> Inline:
    url = page_of(card)
    address = web_link(url) if url else None
    limit = _TITLE if detail.links else _LEAST_TITLE
    style: Style | None = "bold" if bold else None
    marks = marks if detail.reasons else ()
    title = (
        leaf(
            card.title.strip() if not marks else card.title,
            marks=marks,
            limit=limit,
            style=style,
            url=address,
        )
        or leaf(card.paper_id, limit=_LEAST_TITLE, style=style, url=address)
        or leaf(ELLIPSIS, style=style, url=address)
    )
    # An address that can't be linked is shown as it is.
    return title if address or not url else joined((title, link("", url)), " ")


def _authors(card: Card, most: int) -> Inline:
    names = joined((leaf(author.strip(), limit=_NAME) for author in card.authors[:most]), ", ")
    return joined((names, _rest(len(card.authors) - most)), " ")


def _rest(count: int) -> Inline:
    """Return how many more there are."""
    return leaf(f"+{count}") if count > 0 else ()


def _one_line(card: Card, detail: Detail, language: str) -> Inline:
    marks = card.abstract_marks if detail.reasons else ()
    line = one_line(
        card, language, width=_LINE, summary=detail.summary, abstract=detail.abstract, marks=marks
    )
    shown = leaf(line.text, marks=line.marks, limit=line.limit)
    return joined((leaf(ELLIPSIS), shown), "") if line.is_later else shown


def _reasons(reasons: Sequence[Reason], detail: Detail, words: Translator) -> Iterator[Inline]:
    if not reasons:
        return
    if detail.reasons:
        for reason in reasons[:_MOST_REASONS]:
            yield leaf(why(reason, words), limit=_WHY, style="italic")
        yield _rest(len(reasons) - _MOST_REASONS)
        return
    line = leaf(why(replace(reasons[0], words=()), words), limit=_SHORT_WHY)
    more = (leaf(ELLIPSIS) if reveals(reasons[0]) else (), _rest(len(reasons) - 1))
    yield joined((line, *more), " ")


def _labelled(label: str, urls: Sequence[str], most: int, detail: Detail) -> Iterator[Inline]:
    """Yield links with the same label, and how many more there are."""
    there = [url for url in urls if harmless(url).strip()]
    if not detail.links:
        most = 0
    yield from (link(label, url) for url in there[:most])
    if len(there) > most:
        yield leaf(f"{label} +{len(there) - most}" if most else f"{label} {ELLIPSIS}")


def _lines(*lines: Inline) -> Inline:
    return joined(lines, "\n")


def _heading(label: str) -> Json:
    return section(leaf(label, style="bold"))


def _after(label: str, content: Inline) -> Inline:
    return joined((leaf(label), content), "") if content else ()
