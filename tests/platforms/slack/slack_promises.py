"""What holds of the messages of every reply, however odd its papers."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING

from slack_reading import Json, links, mentions, objects, rows, seen_block
from slack_sdk.models.blocks import Block

from bot.domain.cards.card import Card
from bot.platforms.slack.blocks.block_kit import web_link
from bot.platforms.slack.blocks.buttons import commands_of, commands_to_store, sendable, short_id, with_stored
from bot.platforms.slack.blocks.shorten import shortened
from bot.platforms.slack.blocks.validate import problems
from bot.platforms.slack.messages.cards import page_of
from bot.platforms.slack.messages.render import SlackMessage
from bot.platforms.texts.card_texts import harmless

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.chat.command import Reply

OWN_TYPES = frozenset(
    "header divider context actions button overflow plain_text rich_text rich_text_section rich_text_quote "
    "rich_text_preformatted rich_text_list text link".split()
)
_STEERING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_ACTION = re.compile(r"(command|overflow|link):(\d+)", re.ASCII)
_STORED = "#9223372036854775807"
"""The longest that may stand for a stored command."""
_COMPARED = 40
"""Code points of a title that are looked for; the rest may be cut."""


def check(reply: Reply, messages: Sequence[SlackMessage]) -> None:
    """Check everything that is promised of the messages of a reply.

    Raises:
        AssertionError: it does not hold.
        SlackObjectFormationError: slack_sdk would refuse a message.
    """
    assert messages
    for message in messages:
        check_message(message)
    cards = [part for part in reply.parts if isinstance(part, Card)]
    _check_cards(cards, messages)
    commands = Counter(command for message in messages for command in commands_of(message.blocks))
    opened = Counter(sendable(f"/paper {short_id(card)}") for card in cards if not card.full)
    assert not opened - commands, "a paper can't be opened"
    assert {sendable(button.command) for button in reply.buttons} <= set(commands)


def check_message(message: SlackMessage) -> None:
    """Check what is promised of every message, whatever it shows."""
    sent = SlackMessage(message.text, _as_sent(message))
    assert problems(sent) == []
    assert shortened(sent) is sent
    _check_with_slack_sdk(sent)
    assert mentions(sent) == []
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", message.text), "the text is not escaped"
    assert message.text.strip()
    assert message.blocks
    assert not _STEERING.search(message.text)
    assert {one["type"] for one in objects(sent.blocks) if isinstance(one.get("type"), str)} <= OWN_TYPES
    for one in objects(sent.blocks):
        if isinstance(one.get("text"), str):
            assert not _STEERING.search(one["text"])
        if "url" in one:
            assert web_link(one["url"]) == one["url"]
            assert re.fullmatch(r"https?://[^\s@/<>\"]+/[!-~]*", one["url"])
    _check_actions(sent.blocks)


def _as_sent(message: SlackMessage) -> tuple[Json, ...]:
    stored = dict.fromkeys(commands_to_store(message.blocks), _STORED)
    return with_stored(message.blocks, stored)


def _check_with_slack_sdk(message: SlackMessage) -> None:
    """The library reads every block, finds nothing wrong and would send the same."""
    blocks = [json.loads(json.dumps(block)) for block in message.blocks]
    for block, parsed in zip(blocks, Block.parse_all(blocks), strict=True):
        parsed.validate_json()
        assert parsed.to_dict() == block


def _check_actions(blocks: Sequence[Json]) -> None:
    pressed = [element for block in blocks if block["type"] == "actions" for element in block["elements"]]
    names = [element["action_id"] for element in pressed]
    assert len(set(names)) == len(names)
    for element in pressed:
        kind = _ACTION.fullmatch(element["action_id"])
        assert kind
        assert kind[1] == _kind(element)
        for one in element.get("options", [element]):
            assert one["text"]["text"].strip()
            if "options" in element and "url" in one:
                assert one["value"].startswith("link:")
            elif "url" not in one:
                assert one["value"].startswith(("/", "#"))


def _kind(element: Json) -> str:
    if element["type"] == "overflow":
        return "overflow"
    return "link" if "url" in element else "command"


def _check_cards(cards: Sequence[Card], messages: Sequence[SlackMessage]) -> None:
    """Cards are in their order; above the row of a card's buttons are its title and the link of that."""
    above: list[Json] = []
    shown = []
    for block in (block for message in messages for block in message.blocks):
        above.append(block)
        if block["type"] == "actions":
            shown.append(above)
            above = []
    at = 0
    for card in cards:
        wanted = sendable(f"/save {short_id(card)}")
        while at < len(shown) and wanted not in [command for _, command in rows(shown[at])[0]]:
            at += 1
        assert at < len(shown), f"{wanted} is lost"
        title = harmless(card.title).strip()[:_COMPARED].rstrip()
        assert title in "\n".join(map(seen_block, shown[at])), f"the title {title!r} is lost"
        page = page_of(card)
        address = web_link(page) if page else None
        leading = [url for _, url in links(SlackMessage("", tuple(shown[at])))]
        assert address is None or address in leading, "the link of a title is lost"
        at += 1
