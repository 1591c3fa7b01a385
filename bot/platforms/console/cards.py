"""Cards in the terminal: compact in lists, full when shown alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text as Line

from bot.domain.cards.evidence import reveals
from bot.platforms.console.wrapping import ELLIPSIS, cut_lines, hang, pack
from bot.platforms.texts.card_texts import SEPARATOR, facts, harmless, links, why

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.domain.cards.card import Card, Span
    from bot.i18n import Translator

COMPACT_AUTHORS: Final = 3
COMPACT_ABSTRACT_LINES: Final = 2

_MARK, _WHY, _DIM, _LABEL = "underline yellow", "green", "dim", "bold"
_WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?]\s+|[。！？]")


def render_card(card: Card, translator: Translator, width: int) -> Iterator[Line]:
    """Yield the lines of a card, each at most `width` cells wide."""
    number = Line("" if card.position is None else f"{card.position:>2}. ", style=_DIM)
    title = Line(style=Style.combine([Style(bold=True), _linked(card.url or card.pdf_url)]))
    yield from hang(number, title.append_text(_marked(card.title, card.title_marks)), width)
    indent = " " * max(2, len(number))
    body = _full if card.full else _compact
    for line in body(card, translator, width - len(indent)):
        yield Line.assemble(indent, line) if line else line


def _compact(card: Card, translator: Translator, width: int) -> Iterator[Line]:
    names = harmless(", ".join(card.authors[:COMPACT_AUTHORS]))
    more = len(card.authors) - COMPACT_AUTHORS
    meta = [f"{names} +{more}" if more > 0 else names, *facts(card)]
    yield from hang(Line(), Line(SEPARATOR.join(filter(None, meta)), style=_DIM), width)
    yield from _excerpt(_marked(card.abstract, card.abstract_marks), width, COMPACT_ABSTRACT_LINES)
    if card.summary:
        summary = translator.gettext("AI: {summary}").format(summary=harmless(card.summary))
        count = 1 if card.abstract else COMPACT_ABSTRACT_LINES
        yield from _excerpt(Line(summary, style="italic"), width, count)
    for reason in card.reasons:
        # Whoever searches knows what for; repeated under each hit it is only noise.
        if reason.subscription is None and not reveals(reason):
            continue
        yield from hang(Line(), Line(why(reason, translator), style=_WHY), width)
    # The page leads to the PDF and needs no label; where there is no page, the PDF stands for it.
    page = harmless(card.url or card.pdf_url or "")
    shown = [
        _url(url) if url == page else Line.assemble((f"{label} ", _DIM), _url(url))
        for label, url in links(card, translator)
        if url == page or url != card.pdf_url
    ]
    yield from pack(shown, Line(SEPARATOR, style=_DIM), width)


def _full(card: Card, translator: Translator, width: int) -> Iterator[Line]:
    _ = translator.gettext
    yield from hang(Line(), Line(SEPARATOR.join([harmless(card.paper_id), *facts(card)]), style=_DIM), width)
    yield from hang(Line(), Line(harmless(", ".join(card.authors))), width)
    abstract = _marked(card.abstract, card.abstract_marks)
    summary = Line(harmless(card.summary or ""))
    takeaways = [Line(harmless(takeaway)) for takeaway in card.takeaways]
    yield from _section(_("Abstract"), [(Line(), abstract)], width)
    yield from _section(_("AI summary (unverified)"), [(Line(), summary)], width)
    yield from _section(_("AI takeaways (unverified)"), [(Line("• "), item) for item in takeaways], width)
    rows = [
        (_("Comment"), Line(harmless(card.comment or ""))),
        *((_("Why"), Line(why(reason, translator), style=_WHY)) for reason in card.reasons),
        *((label, _url(url)) for label, url in links(card, translator)),
        (_("Sources"), Line(harmless(", ".join(card.sources)))),
    ]
    yield from _table([(label, value) for label, value in rows if value.plain.strip()], width)


def _section(heading: str, items: Iterable[tuple[Line, Line]], width: int) -> Iterator[Line]:
    lines = [line for prefix, item in items for line in hang(prefix, item, width)]
    if lines:
        yield from (Line(), *hang(Line(), Line(heading, style=_LABEL), width), *lines)


def _table(rows: Sequence[tuple[str, Line]], width: int) -> Iterator[Line]:
    column = max((cell_len(label) for label, _ in rows), default=0) + 2
    if rows:
        yield Line()
    for label, value in rows:
        yield from hang(Line.assemble((label, _LABEL), " " * (column - cell_len(label))), value, width)


def _excerpt(text: Line, width: int, count: int) -> Iterator[Line]:
    """Yield at most `count` lines; they begin later where the first marked word would be cut off."""
    spans, cut = cut_lines(text.plain, width, count)
    first_mark = min((span.start for span in text.spans), default=0)
    if cut and first_mark >= spans[-1][1]:
        sentence = max((m.end() for m in _SENTENCE_END.finditer(text.plain, 0, first_mark)), default=0)
        start = sentence
        if cell_len(text.plain[start:first_mark]) > width:
            start = text.plain.rfind(" ", 0, max(first_mark - width // 2, 0)) + 1
        text = Line.assemble(ELLIPSIS, text[start:])
        spans, cut = cut_lines(text.plain, width, count)
    for number, (start, end) in enumerate(spans, start=1):
        yield Line.assemble(text[start:end], ELLIPSIS if cut and number == len(spans) else "")


def _marked(text: str, marks: Sequence[Span]) -> Line:
    """Return a text with its marks; what is harmful goes last, since the marks count in the text as given."""
    line, end = Line(), 0
    for mark_start, mark_end in sorted(marks):
        start, stop = max(end, mark_start), min(mark_end, len(text))
        if start < stop:
            line.append(harmless(text[end:start])).append(harmless(text[start:stop]), style=_MARK)
            end = stop
    return line.append(harmless(text[end:]))


def _linked(url: str | None) -> Style:
    """Return a terminal hyperlink (OSC 8 asks for an encoded URI), for web addresses only."""
    if url is None or not _WEB.match(url):
        return Style.null()
    return Style(link=quote(harmless(url), safe="%/:?#[]@!$&'()*+,;=~"))


def _url(url: str) -> Line:
    return Line(harmless(url), style=_linked(url))
