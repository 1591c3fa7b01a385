"""Reads blocks as Slack's clients do, without our own code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.platforms.slack.messages.render import SlackMessage

Json = dict[str, Any]

_MENTION = re.compile(r"<[!@#][^>]*>?")
_CALLING = frozenset({"user", "channel", "broadcast", "usergroup", "team"})
"""Elements of rich text that call somebody, or lead to a channel."""


def objects(value: object) -> Iterator[Json]:
    """Yield every object of a JSON document, outer ones first."""
    if isinstance(value, dict):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    for one in inner:
        yield from objects(one)


def mentions(message: SlackMessage) -> list[str]:
    """Return everything in a message that would call somebody or lead to a channel."""
    found = _MENTION.findall(message.text)
    for one in objects(message.blocks):
        if one.get("type") == "mrkdwn":
            found += _MENTION.findall(one["text"])
        elif one.get("type") in _CALLING:
            found.append(str(one))
    return found


def seen(message: SlackMessage) -> str:
    """Return what a reader sees of a message, without its buttons."""
    return "\n".join(shown for block in message.blocks if (shown := seen_block(block)))


def seen_block(block: Json) -> str:
    """Return what a reader sees of a block; lists have bullets."""
    match block["type"]:
        case "actions" | "divider":
            return ""
        case "header" | "section":
            return str(block["text"]["text"])
        case "context":
            return "\n".join(element["text"] for element in block["elements"])
        case _:
            return "\n".join(map(_seen_part, block["elements"]))


def _seen_part(part: Json) -> str:
    if part["type"] == "rich_text_list":
        return "\n".join(f"• {_seen_part(item)}" for item in part["elements"])
    return "".join(element.get("text", element.get("url", "")) for element in part["elements"])


def spans(message: SlackMessage, style: str) -> list[str]:
    """Return the texts of a style: `bold`, `italic` or `code`."""
    return [one["text"] for one in objects(message.blocks) if one.get("style", {}) and _has(one, style)]


def _has(one: Json, style: str) -> bool:
    return isinstance(one["style"], dict) and bool(one["style"].get(style))


def links(message: SlackMessage) -> list[tuple[str, str]]:
    """Return the links in the texts of a message as (label, address)."""
    return [(one["text"], one["url"]) for one in objects(message.blocks) if one.get("type") == "link"]


def rows(blocks: Sequence[Json]) -> list[list[tuple[str, str]]]:
    """Return the buttons of each row as (label, command or address); menus have their options there."""
    return [
        [pressed for element in block["elements"] for pressed in _pressed(element)]
        for block in blocks
        if block["type"] == "actions"
    ]


def _pressed(element: Json) -> list[tuple[str, str]]:
    if element["type"] == "overflow":
        return [(f"… {one['text']['text']}", one.get("url", one["value"])) for one in element["options"]]
    return [(element["text"]["text"], element["url"] if "url" in element else element["value"])]
