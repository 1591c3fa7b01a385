"""Distributes a reply over messages so that each is within Telegram's limits.

All of a reply is one message where that is possible: rather say less of each paper than send two. Where even
the least of each does not fit, the blocks are spread over several messages, and each shows as much as it can.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from bot.platforms.telegram.messages.detail import EVERYTHING, LEAST, STEPS
from bot.platforms.telegram.messages.html import Markup, joined
from bot.platforms.telegram.messages.limits import MESSAGE_ENTITIES, MESSAGE_KEYS, MESSAGE_UNITS, units
from bot.platforms.texts.truncate import ELLIPSIS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.domain.cards.card import Card
    from bot.platforms.telegram.messages.detail import Detail


_CARD_KEYS = MESSAGE_KEYS - 20
"""Buttons that the cards of a message may bring; the rest is room for the reply's own."""


@dataclass(frozen=True, slots=True)
class Block:
    """What is never broken: a card, or a line of a text.

    Attributes:
        write: returns it with so much detail.
        apart: whether an empty line is before it.
        leads: whether it is a heading, which never ends a message.
        card: the card it shows, or None.
        number: of the card in the reply, from 1; of other blocks 0.
        keys: the buttons that it brings, at most.
    """

    write: Callable[[Detail], Markup]
    apart: bool = False
    leads: bool = False
    card: Card | None = None
    number: int = 0
    keys: int = 0


def body(blocks: Sequence[Block]) -> tuple[str, str]:
    """Return the text of a message, as HTML and plain, each with as much detail as fits."""
    written = cache(lambda detail: _written(blocks, detail))
    html = _first_fitting(written, _html_fits)
    plain = _first_fitting(written, _plain_fits)
    return html.html.strip() or ELLIPSIS, plain.plain.strip() or ELLIPSIS


def spread(blocks: Sequence[Block]) -> list[list[Block]]:
    """Return the blocks of each message; always at least one message."""
    messages: list[list[Block]] = [[]]
    taken = _NO_ROOM
    for block in blocks:
        needed = _room(block)
        if messages[-1] and not _fits(_sum(taken, needed)):
            headings = _headings_for(needed, messages[-1])
            messages.append(headings)
            taken = _sum(*map(_room, headings))
        messages[-1].append(block)
        taken = _sum(taken, needed)
    return messages


_Room = tuple[int, ...]
_NO_ROOM: _Room = (0, 0, 0, 0)
_MOST = (MESSAGE_UNITS, MESSAGE_UNITS, MESSAGE_ENTITIES, _CARD_KEYS)


def _room(block: Block) -> _Room:
    """Return what a block takes at least, with the lines before it, of each limit of a message."""
    least = block.write(LEAST)
    gap = len(_gap(block))
    return least.units + gap, units(least.plain) + gap, least.entities, block.keys


def _sum(*rooms: _Room) -> _Room:
    return tuple(map(sum, zip(_NO_ROOM, *rooms, strict=True)))


def _fits(taken: _Room) -> bool:
    return all(amount <= most for amount, most in zip(taken, _MOST, strict=True))


def _html_fits(whole: Markup) -> bool:
    return whole.units <= MESSAGE_UNITS and whole.entities <= MESSAGE_ENTITIES


def _plain_fits(whole: Markup) -> bool:
    return units(whole.plain) <= MESSAGE_UNITS


def _first_fitting(written: Callable[[Detail], Markup], fits: Callable[[Markup], bool]) -> Markup:
    if fits(written(EVERYTHING)):
        return written(EVERYTHING)
    # The last step is not tried: `spread` has seen that it fits.
    return written(STEPS[bisect_left(STEPS, True, hi=len(STEPS) - 1, key=lambda step: fits(written(step)))])


def _written(blocks: Sequence[Block], detail: Detail) -> Markup:
    pieces: list[Markup] = []
    for block in blocks:
        piece = block.write(detail)
        if piece and pieces:
            gap = _gap(block)
            pieces.append(Markup(gap, gap, len(gap)))
        pieces.append(piece)
    return joined(pieces, "")


def _gap(block: Block) -> str:
    return "\n\n" if block.apart else "\n"


def _headings_for(needed: _Room, message: list[Block]) -> list[Block]:
    """Take from the end of a full message the headings of the block that goes into the next one."""
    start = len(message)
    while start and message[start - 1].leads:
        start -= 1
    headings = message[start:]
    if not start or not _fits(_sum(needed, *map(_room, headings))):
        return []
    del message[start:]
    return headings
