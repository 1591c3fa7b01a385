"""Distributes a reply over messages so that each is within Slack's limits.

All of a reply is one message where that is possible: rather say less of each paper than send two. Where even
the least of each does not fit, the pieces are spread over several messages, and each shows as much as it can.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from bot.platforms.slack.blocks.block_kit import divider, size
from bot.platforms.slack.blocks.buttons import commands_to_store, with_stored
from bot.platforms.slack.blocks.limits import BLOCKS_SIZE, MESSAGE_BLOCKS
from bot.platforms.slack.messages.detail import EVERYTHING, LEAST, STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.platforms.slack.blocks.block_kit import Json
    from bot.platforms.slack.messages.detail import Detail


_STORED = "#" + "0" * 19
"""As long as what may stand for a stored command."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a message that is never split: a card, or lines of a text.

    Attributes:
        write: returns its blocks with so much detail.
        spoken: what the message's own text says of it.
        leads: whether it is a heading, which never ends a message.
        paper_id: the paper whose card it is, or None.
        apart: whether a line stands between it and what comes before it.
    """

    write: Callable[[Detail], list[Json]]
    spoken: str = ""
    leads: bool = False
    paper_id: str | None = None
    apart: bool = False


def body(pieces: Sequence[Piece]) -> list[Json]:
    """Return the blocks of a message, with as much detail as fits."""

    @cache
    def written(detail: Detail) -> tuple[list[Json], bool]:
        blocks = list(
            chain.from_iterable(_blocks(piece, detail, first=piece is pieces[0]) for piece in pieces)
        )
        return blocks, len(blocks) <= MESSAGE_BLOCKS and _size(blocks) <= BLOCKS_SIZE

    if written(EVERYTHING)[1]:
        return written(EVERYTHING)[0]
    # The last step is not tried: `spread` has seen that it fits.
    step = bisect_left(STEPS, True, hi=len(STEPS) - 1, key=lambda detail: written(detail)[1])
    return written(STEPS[step])[0]


def spread(pieces: Sequence[Piece], detail: Detail = LEAST) -> list[list[Piece]]:
    """Return the pieces of each message; always at least one message.

    Args:
        pieces: all of them, in order.
        detail: with how much of it pieces go into one message together.
    """
    messages: list[list[Piece]] = [[]]
    taken = _NO_ROOM
    for piece in pieces:
        needed = _room(piece, detail)
        if messages[-1] and not _fits(_sum(taken, needed)):
            headings = _headings_for(needed, messages[-1])
            messages.append(headings)
            taken = _sum(*(_room(heading, detail) for heading in headings))
        messages[-1].append(piece)
        taken = _sum(taken, needed)
    return messages


def _size(blocks: list[Json]) -> int:
    """Return the characters of blocks when what stands for long commands is in their place."""
    long = commands_to_store(blocks)
    return size(list(with_stored(blocks, dict.fromkeys(long, _STORED)))) if long else size(blocks)


def _blocks(piece: Piece, detail: Detail, *, first: bool = False) -> list[Json]:
    written = piece.write(detail)
    return [divider(), *written] if piece.apart and not first else written


_Room = tuple[int, int]
_NO_ROOM: _Room = (0, 0)


def _room(piece: Piece, detail: Detail) -> _Room:
    """Return the blocks and the characters that a piece takes."""
    written = _blocks(piece, detail)
    return len(written), _size(written)


def _sum(*rooms: _Room) -> _Room:
    return sum(blocks for blocks, _ in rooms), sum(characters for _, characters in rooms)


def _fits(taken: _Room) -> bool:
    return taken[0] <= MESSAGE_BLOCKS and taken[1] <= BLOCKS_SIZE


def _headings_for(needed: _Room, message: list[Piece]) -> list[Piece]:
    """Take from the end of a full message the headings of the piece that goes into the next one."""
    start = len(message)
    while start and message[start - 1].leads:
        start -= 1
    headings = message[start:]
    if not start or not _fits(_sum(needed, *(_room(heading, LEAST) for heading in headings))):
        return []
    del message[start:]
    return headings
