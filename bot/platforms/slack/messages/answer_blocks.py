"""Renders replies to commands as blocks of a view.

What is pressed there is told apart from what is pressed in messages by its `action_id`: `home:…` and `find:…`
are before the names that `bot.platforms.slack.blocks.buttons` gives.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final, Literal

from bot.domain.chat.command import Text
from bot.platforms.slack.messages.render import render

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.domain.chat.command import Reply
    from bot.platforms.slack.blocks.block_kit import Json

Surface = Literal["home", "find"]

NOTICE: Final = "notice:"
"""How the `block_id` of a notice begins: what was just done, until something else is."""
_SHORT: Final = 900
"""Code points of a notice; a longer answer has a modal of its own."""
_LONG_TONES: Final = frozenset({"heading", "code", "quote"})


def answer_blocks(
    replies: Iterable[Reply], language: str, surface: Surface, *, commands: frozenset[str]
) -> tuple[Json, ...]:
    """Return the blocks of answers, in order.

    Args:
        replies: the answers.
        language: of the chat.
        surface: where they are shown.
        commands: as `render` takes them.
    """
    messages = chain.from_iterable(render(reply, language, commands=commands) for reply in replies)
    return tuple(_renamed(block, surface) for message in messages for block in message.blocks)


def is_short(reply: Reply) -> bool:
    """Whether an answer is a few lines that need no place of their own."""
    texts = [part for part in reply.parts if isinstance(part, Text)]
    if len(texts) < len(reply.parts) or any(part.tone in _LONG_TONES for part in texts):
        return False
    return sum(len(part.text) for part in texts) <= _SHORT


def is_done(reply: Reply) -> bool:
    """Whether an answer says that something was done."""
    return any(isinstance(part, Text) and part.tone == "ok" for part in reply.parts)


def said(reply: Reply) -> str:
    """Return what an answer says first, in one line: an error of an input has no more room."""
    first = next((part.text for part in reply.parts if isinstance(part, Text)), "")
    return first.strip().partition("\n")[0]


def notice(blocks: Sequence[Json]) -> tuple[Json, ...]:
    """Return blocks that are known as a notice."""
    return tuple({**block, "block_id": f"{NOTICE}{number}"} for number, block in enumerate(blocks))


def with_notice(blocks: Iterable[Json], told: Sequence[Json]) -> list[Json]:
    """Return the blocks of a modal with another notice below what is to be filled in."""
    kept = [block for block in blocks if not block.get("block_id", "").startswith(NOTICE)]
    inputs = sum(block["type"] == "input" for block in kept)
    return [*kept[:inputs], *notice(told), *kept[inputs:]]


def with_results(blocks: Iterable[Json], results: Sequence[Json]) -> list[Json]:
    """Return the blocks of a modal with other results below what is to be filled in."""
    return [*(block for block in blocks if block["type"] == "input"), *results]


def _renamed(block: Json, surface: Surface) -> Json:
    if block["type"] != "actions":
        return block
    elements = [{**one, "action_id": f"{surface}:{one['action_id']}"} for one in block["elements"]]
    return {**block, "elements": elements}
