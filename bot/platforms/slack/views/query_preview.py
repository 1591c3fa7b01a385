"""Shows below the input field how a query is read and what it would bring."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from bot.domain.chat.command import Text
from bot.platforms.slack.blocks.block_kit import bullets, leaf, rich_text, section
from bot.platforms.slack.blocks.paragraphs import paragraphs, with_slack_commands

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.chat.command import Reply
    from bot.platforms.slack.blocks.block_kit import Json

_SAMPLE: Final = "· "
"""What is before each title in a preview."""


def reading_blocks(preview: Reply, commands: frozenset[str]) -> tuple[Json, ...]:
    """Return the answer to `/preview` without its buttons: the reading stands out, papers are a list.

    Args:
        preview: the answer; it may be that the query can't be read.
        commands: as `render` takes them.
    """
    texts = (part for part in preview.parts if isinstance(part, Text))
    return tuple(chain.from_iterable(_blocks(text, commands) for text in texts))


def better_query(reply: Reply, command: str) -> str | None:
    """Return the query that an answer offers for the same command, or None.

    Args:
        reply: the answer.
        command: such as `/preview`.
    """
    offered = (button.command for button in reply.buttons)
    return next((one[len(command) + 1 :] for one in offered if one.startswith(f"{command} ")), None)


def _blocks(text: Text, commands: frozenset[str]) -> Iterable[Json]:
    lines = text.text.splitlines()
    if text.tone != "plain" or not text.text.strip():
        return paragraphs(with_slack_commands(text, commands), first=False)
    if all(line.startswith(_SAMPLE) for line in lines):
        return (rich_text(bullets(leaf(line.removeprefix(_SAMPLE)) for line in lines)),)
    return (rich_text(section(leaf(text.text, style="bold"))),)
