"""Cards in Telegram's HTML: a compact one in lists, a full one alone."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.domain.evidence import reveals
from bot.domain.text import CJK
from bot.i18n import translator
from bot.platforms.telegram.limits import ELLIPSIS
from bot.platforms.telegram.markup import (
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
from bot.platforms.wording import SEPARATOR, facts, harmless, reasons_in_list, why

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.domain.card import Card, Reason, Span
    from bot.i18n import Translator
    from bot.platforms.telegram.detail import Detail
    from bot.platforms.telegram.markup import Markup

COMPACT_AUTHORS: Final = 3
FULL_AUTHORS: Final = 12

# UTF-16 units. A Chinese character takes the room of two letters.
_LINE, _CHINESE_LINE = 130, 65
_TITLE, _LEAST_TITLE = 1000, 300
_NAME, _FACTS, _WHY, _SHORT_WHY, _FACT, _SHORT_FACT = 60, 100, 300, 70, 300, 60
_MOST_REASONS, _MOST_TAKEAWAYS, _LEAST_TAKEAWAYS = 5, 12, 3
_MOST_LINKS = 5

_CHINESE = re.compile(f"[{CJK}]")
_SENTENCE_END = re.compile(r"[.!?]\s+|[。！？]")


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
    """Return the model's summary where it is in the chat's language, else the authors' own words.

    Whoever reads English is not helped by a Chinese summary of an English abstract, and the other way round.
    """
    summary = (card.summary or "").strip()
    chinese = bool(_CHINESE.search(summary))
    if summary and (not card.abstract or chinese == language.startswith("zh")):
        text = translator(language).gettext("AI: {summary}").format(summary=summary)
        return leaf(text, limit=min(_width(text), detail.summary))
    marks = card.abstract_marks if detail.reasons else ()
    return _excerpt(card.abstract, marks, min(_width(card.abstract), detail.abstract))


def _width(text: str) -> int:
    return _CHINESE_LINE if _CHINESE.search(text[:_LINE]) else _LINE


def _excerpt(text: str, marks: Sequence[Span], limit: int) -> Markup:
    """Return one line of a text; it begins later where the first marked word would be cut off."""
    first = min((span for span in marks if 0 <= span[0] < span[1]), default=None)
    if first is None or first[1] < limit:
        return leaf(text, marks=marks, limit=limit)
    start = max((end.end() for end in _SENTENCE_END.finditer(text, 0, first[0])), default=0)
    if first[1] - start >= limit:
        start = text.rfind(" ", 0, max(first[0] - limit // 2, 0)) + 1
    if first[1] - start >= limit:
        start = first[0]  # Chinese has no blanks
    later = [(max(0, begin - start), end - start) for begin, end in marks if end > start]
    shown = leaf(text[start:], marks=later, limit=limit - len(ELLIPSIS))
    return leaf(ELLIPSIS) + shown if start else shown


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
