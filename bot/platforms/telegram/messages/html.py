"""Builds Telegram's HTML from escaped parts.

Every text becomes a piece in `leaf`, `fixed_width` or `copied` and nowhere else: there it is made harmless,
escaped and kept from coming alive. In what a bot sends, Telegram itself finds `@names` (and notifies them),
`/commands`, `#tags`, `$CASHTAGS`, addresses and host names, so that even `cs.CV` leads to Cape Verde. After
the sign that makes them so stands a word joiner (U+2060): no font shows it, no line breaks at it, and queries
are read without it. Addresses with http or https stay as they are: they are shown whole, and who copies one
needs it without joiners. Rules: https://core.telegram.org/bots/api#html-style; tests ask Telegram's parser.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.platforms.telegram.messages.limits import MESSAGE_UNITS, URL_UNITS, cut, kept, units
from bot.platforms.texts.card_texts import harmless
from bot.platforms.texts.truncate import ELLIPSIS
from bot.platforms.texts.web_links import linkable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.domain.cards.card import Span

JOINER: Final = "\u2060"

# The places before which a joiner stands, as wide as what Telegram looks for or wider: it knows letters of
# later versions of Unicode than Python does, so every character outside ASCII counts as one.
_NAMES = (
    r"(?<=@)(?=[A-Za-z0-9_])"
    r"|(?<=#)(?=\w|[^\x00-\x7f])(?![0-9]+(?:[\s,.;:)]|$))"  # `#3` is the number of a subscription and no tag
    r"|(?<=\$)(?=[A-Z1])"  # 1INCH is a cashtag too
    r"|(?<=:)(?=//)"
    r"|(?<=[^\s.]\.)(?=(?:[A-Za-z]|[^\x00-\x7f]){2})"  # no top-level domain has a digit there
    r"|(?<=\d\.)(?=\d+\.\d+\.\d)"  # IPv4
)
_COMMAND = r"(?<=/)(?<![A-Za-z0-9_]/)(?=[A-Za-z0-9_])"
# As wide as what Telegram takes for an address (TDLib's MessageEntity.cpp), or narrower: within it Telegram
# looks for its own schemes only. Of hosts without a full stop it makes no link, so nothing may be alive
# behind them.
_ADDRESS = (
    r"(?<![^\s(\[<\"'，。：；（、“《])(?i:https?)://(?!\S*(?i:tg|ton|tonsite)://)(?:"
    r"(?:(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}|[0-9]{1,3}(?:\.[0-9]{1,3}){3})"
    r"(?::[0-9]{1,5})?(?![\w@:]|[.-]\w)(?:[/?#][\w!#$%&'()*+,./:;=?@~-]*)?"
    r"|[A-Za-z0-9-]+(?::[0-9]{1,5})?(?:/[A-Za-z0-9_%-]+)*/?(?![^\s,;)]))"
)
_ADDRESSES = re.compile(_ADDRESS)
_ALIVE = re.compile(f"{_NAMES}|{_COMMAND}")
_ALIVE_BUT_COMMANDS = re.compile(_NAMES)
_COMMANDS = re.compile(_COMMAND)
# What is cut anyhow is not looked at: a text of a megabyte costs no more than a long one. Of a text of which
# more than half is invisible the end is cut, too.
_LOOKED_AT, _LOOKED_AT_LEAST = 2, 64
_MOST_COMMANDS, _MOST_ADDRESSES = 40, 10
"""Commands and addresses of one text that stay alive: each takes one of the entities of a message."""


@dataclass(frozen=True, slots=True)
class Markup:
    """A piece of a message, in both of its forms.

    Attributes:
        html: as Telegram reads it with `parse_mode=HTML`.
        plain: the same without markup; the address of a link is after it.
        units: UTF-16 units of the text that Telegram reads in `html`.
        entities: what of a message's entities it takes.
    """

    html: str = ""
    plain: str = ""
    units: int = 0
    entities: int = 0

    def __add__(self, other: Markup) -> Markup:
        """Return one piece after the other."""
        return Markup(
            self.html + other.html,
            self.plain + other.plain,
            self.units + other.units,
            self.entities + other.entities,
        )

    def __bool__(self) -> bool:
        """Tell whether there is anything in it."""
        return self.units > 0


NOTHING: Final = Markup()


def joined(pieces: Iterable[Markup], separator: str) -> Markup:
    """Return the pieces that are not empty, with a separator of our own between them."""
    there = [piece for piece in pieces if piece]
    between = max(0, len(there) - 1)
    return Markup(
        html.escape(separator, quote=False).join(piece.html for piece in there),
        separator.join(piece.plain for piece in there),
        sum(piece.units for piece in there) + between * units(separator),
        sum(piece.entities for piece in there),
    )


def lines(pieces: Iterable[Markup]) -> Markup:
    """Return the pieces that are not empty, one below the other."""
    return joined(pieces, "\n")


def leaf(
    text: str, *, marks: Sequence[Span] = (), limit: int = MESSAGE_UNITS, commands: bool = False
) -> Markup:
    """Return a text for one line, safe and cut.

    Args:
        text: any text.
        marks: pieces of it to underline, in whatever order; they count in the text as given.
        limit: UTF-16 units it may take, an ellipsis included.
        commands: whether what looks like a command can be tapped.
    """
    looked_at = text[: _LOOKED_AT * limit + _LOOKED_AT_LEAST]
    return _leaf(looked_at, tuple(marks), limit, commands=commands, longer=len(looked_at) < len(text))


@lru_cache(maxsize=512)
def _leaf(text: str, marks: tuple[Span, ...], limit: int, *, commands: bool, longer: bool) -> Markup:
    """Kept for a while: where a message does not fit, most of its texts are asked for again and again."""
    pieces = [(harmless(text[start:end]), marked) for start, end, marked in _split(text, marks)]
    whole = "".join(piece for piece, _ in pieces)
    alive = len(_COMMANDS.findall(whole)) if commands else 0
    commands = commands and alive <= _MOST_COMMANDS
    addresses = _addresses(whole, limit)
    places = _places(whole, addresses, commands=commands)
    quiet = _with_joiners(whole, places)
    end = kept(quiet, limit - 1 if longer else limit)
    for start, stop in addresses:
        first = start + bisect_left(places, start)
        last = first + stop - start
        if first < end < last or (longer and end == last == len(quiet)):
            end = first  # a piece of an address leads elsewhere
    tail = ELLIPSIS if longer or end < len(quiet) else ""
    written, entities, before = [], len(addresses) + (alive if commands else 0), 0
    for piece, marked in pieces:
        after = before + len(piece)
        shown = quiet[before + bisect_left(places, before) : min(end, after + bisect_left(places, after))]
        escaped = html.escape(shown, quote=False)
        if marked and shown.strip():
            escaped = f"<u>{escaped}</u>"
            entities += 1
        written.append(escaped)
        before = after
    plain = quiet[:end] + tail
    return Markup("".join(written) + tail, plain, units(plain), entities)


def fixed_width(text: str) -> Markup:
    """Return lines in letters of one width; nothing in them comes alive."""
    safe = "\n".join(map(harmless, text.split("\n")))
    return _literal(safe, "pre")


def copied(text: str, *, limit: int) -> Markup:
    """Return a text that is copied as it is when it is tapped; nothing in it comes alive."""
    safe = cut(harmless(text[: _LOOKED_AT * limit + _LOOKED_AT_LEAST]).strip(), limit)
    return _literal(safe, "code") if safe else NOTHING


def bold(piece: Markup) -> Markup:
    """Return a piece in bold letters."""
    return _tagged(piece, "b")


def italic(piece: Markup) -> Markup:
    """Return a piece in italics."""
    return _tagged(piece, "i")


def folded(piece: Markup) -> Markup:
    """Return a quotation of which Telegram shows three lines until it is tapped."""
    return _tagged(piece, "blockquote", " expandable")


def link(label: Markup, url: str) -> Markup:
    """Return a label that leads to an address; where none can be linked, the address as text behind it."""
    address = web_link(url)
    if address is None:
        return joined((label, leaf(url, limit=_SHOWN_ADDRESS)), " ")
    written = f'<a href="{html.escape(address)}">{label.html}</a>'
    return Markup(written, f"{label.plain} {address}", label.units, label.entities + 1)


_SHOWN_ADDRESS = 100


def web_link(url: str) -> str | None:
    """Return an http or https address as Telegram takes it in links and on buttons, or None."""
    address = linkable(url)
    return address if address and len(address) <= URL_UNITS else None


def _literal(safe: str, tag: str) -> Markup:
    """Return a text that needs no joiners where there is markup: Telegram finds nothing in code."""
    plain = _with_joiners(safe, _places(safe, _addresses(safe, MESSAGE_UNITS)))
    return Markup(f"<{tag}>{html.escape(safe, quote=False)}</{tag}>", plain, units(safe), 1)


def _tagged(piece: Markup, tag: str, attributes: str = "") -> Markup:
    if not piece:
        return NOTHING
    written = f"<{tag}{attributes}>{piece.html}</{tag}>"
    return Markup(written, piece.plain, piece.units, piece.entities + 1)


def _split(text: str, marks: Sequence[Span]) -> Iterator[tuple[int, int, bool]]:
    """Yield all of a text in pieces: start, end, and whether it is marked."""
    end = 0
    for mark_start, mark_end in sorted(marks):
        start, stop = max(end, mark_start), min(mark_end, len(text))
        if start < stop:
            yield end, start, False
            yield start, stop, True
            end = stop
    yield end, len(text), False


def _addresses(text: str, limit: int) -> list[tuple[int, int]]:
    """Return where the addresses of a text stand that are left as they are: all, or none."""
    found = [one.span() for one in _ADDRESSES.finditer(text)] if "://" in text else []
    is_shown_whole = all(stop - start < limit for start, stop in found)
    return found if is_shown_whole and len(found) <= _MOST_ADDRESSES else []


def _places(text: str, addresses: Sequence[tuple[int, int]], *, commands: bool = False) -> list[int]:
    """Return the places of a text where joiners stand, outside of some addresses."""
    places = [found.start() for found in (_ALIVE_BUT_COMMANDS if commands else _ALIVE).finditer(text)]
    for start, stop in addresses:
        places = [place for place in places if not start <= place < stop]
    return places


def _with_joiners(text: str, places: Sequence[int]) -> str:
    if not places:
        return text
    starts, ends = (0, *places), (*places, len(text))
    return JOINER.join(text[start:end] for start, end in zip(starts, ends, strict=True))
