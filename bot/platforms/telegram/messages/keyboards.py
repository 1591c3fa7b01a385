"""Inline keyboards of a message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from bot.platforms.telegram.messages.html import web_link
from bot.platforms.telegram.messages.limits import LABEL_UNITS, ROW_KEYS, cut, units
from bot.platforms.texts.card_texts import harmless
from bot.platforms.texts.truncate import ELLIPSIS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.domain.cards.card import Card
    from bot.domain.chat.command import Button
    from bot.i18n import Translator

PAPERS_IN_ROW: Final = 5
PAPER_KEYS: Final = 9
"""The most buttons that a full card has."""
_ROW_UNITS, _ROW_LABELS = 32, 3
"""Letters and labels that a phone shows in one row without cutting them."""


@dataclass(frozen=True, slots=True)
class Key:
    """One inline button; it has one of `command`, `url` and `copy`.

    Attributes:
        label: its text, at most 64 UTF-16 units.
        command: what is asked when it is tapped, with its slash; of any length.
        url: an http or https address that is opened when it is tapped.
        copy: what is put on the clipboard when it is tapped, 1 to 256 characters.
    """

    label: str
    command: str | None = None
    url: str | None = None
    copy: str | None = None


_PAPER_COMMAND: Final = re.compile(
    r"/(?:paper|save|similar|bibtex|abstract|takeaways|mute|explain) (?P<paper>\S+)"
)
_DRAWING_HOSTS: Final = frozenset({"github.com", "gitlab.com", "huggingface.co"})

Row = tuple[Key, ...]


def short_id(card: Card) -> str:
    """Return what `/paper` and the other commands take for a card's paper."""
    return card.paper_id.removeprefix("arxiv:")


def opening(card: Card, number: int) -> Key:
    """Return the button that opens the full card of a paper in a list."""
    return Key(str(number), command=f"/paper {short_id(card)}")


def number_rows(keys: Sequence[Key]) -> list[Row]:
    """Return the buttons of a list of papers in rows."""
    return [tuple(keys[at : at + PAPERS_IN_ROW]) for at in range(0, len(keys), PAPERS_IN_ROW)]


def paper_rows(card: Card, translator: Translator) -> list[Row]:
    """Return the buttons of a full card: what to do with the paper, then where it leads."""
    _ = translator.gettext
    paper = short_id(card)
    page = web_link(card.url) if card.url else None
    leading = (
        (_page_label(page, translator), page),
        (_("PDF"), web_link(card.pdf_url) if card.pdf_url else None),
        (_("Code"), code_link(card)),
    )
    told = (
        Key(_("Abstract"), command=f"/abstract {paper}") if card.abstract else None,
        Key(_("Takeaways"), command=f"/takeaways {paper}") if card.takeaways or card.summary else None,
        Key(_("Less like this"), command=f"/mute {paper}"),
    )
    rows = (
        (
            Key(_("Save"), command=f"/save {paper}"),
            Key(_("Similar"), command=f"/similar {paper}"),
            Key(_("BibTeX"), command=f"/bibtex {paper}"),
        ),
        tuple(key for key in told if key),
        tuple(Key(label, url=url) for label, url in leading if url),
    )
    return [row for row in rows if row]


def paper_of_command(command: str) -> str | None:
    """Return the paper that the command of a button is about, or None where it is about something else."""
    found = _PAPER_COMMAND.fullmatch(command)
    return found["paper"] if found else None


def code_link(card: Card) -> str | None:
    """Return the address of a card's first repository that can be linked."""
    return next((url for url in map(web_link, card.code_urls) if url), None)


def drawn_page(card: Card) -> str | None:
    """Return the address of a repository of which its host draws a picture: name, purpose, stars."""
    return next((url for url in map(web_link, card.code_urls) if url and _host(url) in _DRAWING_HOSTS), None)


def reply_rows(buttons: Iterable[Button], already: Iterable[Row]) -> list[Row]:
    """Return a reply's own buttons in rows, those left out that a card has already."""
    taken = {key.command for row in already for key in row}
    rows: list[Row] = []
    for button in buttons:
        if button.command in taken:
            continue
        taken.add(button.command)
        key = Key(_label(button), command=button.command)
        if rows and _fits(rows[-1], key):
            rows[-1] += (key,)
        else:
            rows.append((key,))
    return rows


def _page_label(page: str | None, translator: Translator) -> str:
    return "arXiv" if page and _host(page) == "arxiv.org" else translator.gettext("Page")


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _label(button: Button) -> str:
    label = harmless(button.label).strip() or harmless(button.command).strip() or ELLIPSIS
    return cut(label, LABEL_UNITS)


def _fits(row: Row, key: Key) -> bool:
    length = units(key.label) + sum(units(other.label) for other in row)
    return len(row) < min(_ROW_LABELS, ROW_KEYS) and length <= _ROW_UNITS
