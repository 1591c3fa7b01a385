"""A message for Slack: blocks and fallback text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """One message; it is sent with `unfurl_links=False` and `unfurl_media=False`.

    Attributes:
        text: what notifications show and screen readers read, escaped; at most 3000 characters.
        blocks: Block Kit as JSON, at most 50; never to be changed in place, since messages share parts of it.
            Commands in it may be longer than Slack takes: of `bot.platforms.slack.blocks.buttons`,
            `commands_to_store` names those, and `with_stored` puts in their place what they are stored as.
        paper_id: the paper of its only card, or None where it shows none or several.
    """

    text: str
    blocks: tuple[dict[str, Any], ...]
    paper_id: str | None = None
