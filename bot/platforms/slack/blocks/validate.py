"""Validates messages and views against Block Kit's documented limits before sending.

slack_sdk checks neither plain JSON nor the number of a message's blocks, their size, or the length of several
texts. Problems are for the log and for tests; what is sent goes through `bot.platforms.slack.blocks.shorten`
first.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.platforms.slack.blocks.block_kit import size
from bot.platforms.slack.blocks.limits import BLOCKS_SIZE, VIEW_SIZE
from bot.platforms.slack.blocks.message import SlackMessage
from bot.platforms.slack.blocks.schema import (
    MESSAGE,
    VIEW,
    Choice,
    Exact,
    Flag,
    Leaf,
    Many,
    Number,
    Rule,
    Shape,
    TypedObject,
    Words,
    shape_of,
)

BROADCAST: Final = re.compile(r"<!(?:channel|here|everyone|group|subteam)\b", re.IGNORECASE)
"""What calls everybody of a channel or of a group, in `mrkdwn`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that Slack would refuse.

    Attributes:
        index: the number of the block, from 0, or None where it is in no block.
        where: a JSON pointer, such as `/blocks/3/text/text`.
        what: what is wrong, for the log.
    """

    index: int | None
    where: str
    what: str


def problems(message: SlackMessage | Sequence[Mapping[str, Any]]) -> list[Problem]:
    """Return what Slack would refuse of a message, or of the blocks of one; not always all of it."""
    given: Sequence[Mapping[str, Any]]
    if isinstance(message, SlackMessage):
        text, given = message.text, message.blocks
    else:
        text, given = "-", message
    blocks: list[Any] = list(given)
    content = {"text": text, "blocks": blocks} if blocks else {"text": text}
    found = [_problem(*one) for one in _refused(content, MESSAGE, "")]
    if not found:
        found = list(_in_blocks(blocks))
        if size(blocks) > BLOCKS_SIZE:
            found.append(
                Problem(None, "/blocks", f"have {size(blocks):,} characters, more than {BLOCKS_SIZE:,}")
            )
    return found


def view_problems(view: Mapping[str, Any]) -> list[Problem]:
    """Return what Slack would refuse of a modal or of a Home tab; not always all of it."""
    found = [_problem(*one) for one in _refused(view, VIEW, "")]
    if found:
        return found
    found = list(_in_blocks(view["blocks"]))
    if lacks_submit(view):
        found.append(Problem(None, "/submit", "is missing, and there is something to fill in"))
    if view_size(view) > VIEW_SIZE:
        found.append(Problem(None, "", f"has {view_size(view):,} bytes, more than {VIEW_SIZE:,}"))
    return found


def lacks_submit(view: Mapping[str, Any]) -> bool:
    """Return whether a modal of the right form has something to fill in and no button to send it."""
    asks = any(block["type"] == "input" for block in view["blocks"])
    return asks and view["type"] == "modal" and "submit" not in view


def interactive(block: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the buttons, menus and inputs of a block of the right form."""
    if block["type"] == "actions":
        return list(block["elements"])
    return [block[name] for name in ("accessory", "element") if name in block]


def is_offered(element: Mapping[str, Any]) -> bool:
    """Return whether what an element has chosen at first is among its options, as it must be."""
    groups = element.get("option_groups", [])
    options = [*element.get("options", []), *(option for group in groups for option in group["options"])]
    chosen = [*element.get("initial_options", [])]
    if "initial_option" in element:
        chosen.append(element["initial_option"])
    return all(option in options for option in chosen)


def view_size(view: Mapping[str, Any]) -> int:
    """Return the bytes of a view as JSON."""
    return len(json.dumps(view, ensure_ascii=False, separators=(",", ":")).encode(errors="replace"))


def wrong(value: object, rule: Leaf) -> str | None:
    """Return what is wrong with a text, a number or a flag, or None."""
    match rule:
        case Words() | Exact() if not isinstance(value, str):
            return "is no text"
        case Words() | Exact():
            return _wrong_text(str(value), rule)
        case Choice():
            is_one = isinstance(value, str) and value in rule.words
            return None if is_one else f"is none of {', '.join(sorted(rule.words))}"
        case Number():
            is_whole = isinstance(value, int) and not isinstance(value, bool)
            return (
                None
                if is_whole and value in range(rule.least, rule.most + 1)
                else f"is no whole number from {rule.least} to {rule.most}"
            )
        case Flag():
            return None if isinstance(value, bool) else "is neither true nor false"


def _wrong_text(text: str, rule: Words | Exact) -> str | None:
    if not text:
        return "is empty"
    if len(text) > rule.most:
        return f"has {len(text)} characters, more than {rule.most}"
    if not text.isascii() and text != text.encode(errors="ignore").decode():
        return "has halves of characters"
    if isinstance(rule, Exact):
        return None if rule.pattern.fullmatch(text) else "is not of its form"
    return "calls a whole channel" if rule.is_markup and BROADCAST.search(text) else None


_Found = Iterator[tuple[str, str]]


def _problem(where: str, what: str) -> Problem:
    beginning = re.match(r"/blocks/(\d+)", where)
    return Problem(int(beginning[1]) if beginning else None, where, what)


def _refused(value: object, rule: Rule, where: str) -> _Found:
    """Yield where a value breaks a rule, and how."""
    if isinstance(rule, Many):
        yield from _refused_list(value, rule, where)
    elif isinstance(rule, Shape | TypedObject):
        yield from _refused_object(value, rule, where)
    else:
        what = wrong(value, rule)
        if what:
            yield where, what


def _refused_list(value: object, rule: Many, where: str) -> _Found:
    if not isinstance(value, list | tuple):
        yield where, "is no list"
        return
    if not value:
        yield where, "is empty"
    if len(value) > rule.most:
        yield where, f"has {len(value)} items, more than {rule.most}"
    for number, item in enumerate(value):
        yield from _refused(item, rule.of, f"{where}/{number}")


def _refused_object(value: object, rule: Shape | TypedObject, where: str) -> _Found:
    if not isinstance(value, Mapping):
        yield where, "is no object"
        return
    shape = shape_of(value, rule)
    if shape is None:
        yield f"{where}/type", f"{str(value.get('type'))[:50]!r} is no type that may stand here"
        return
    names = value.keys() - {"type"} if isinstance(rule, TypedObject) else value.keys()
    for name in sorted(shape.required - names):
        yield f"{where}/{name}", "is missing"
    if shape.any_of and not shape.any_of & names:
        yield where, f"has none of {', '.join(sorted(shape.any_of))}"
    for name in names:
        if name in shape.fields:
            yield from _refused(value[name], shape.fields[name], f"{where}/{name}")
        else:
            yield f"{where}/{str(name)[:50]}", "is no field of it"


def _in_blocks(blocks: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    """Yield what is wrong in blocks of the right form: ids that are there twice, and what contradicts."""
    names = Counter(block["block_id"] for block in blocks if "block_id" in block)
    focused = 0
    for index, block in enumerate(blocks):
        where = f"/blocks/{index}"
        if names[block.get("block_id")] > 1:
            yield Problem(index, f"{where}/block_id", "is that of another block, too")
        elements = interactive(block)
        actions = Counter(element["action_id"] for element in elements if "action_id" in element)
        for action, times in actions.items():
            if times > 1:
                yield Problem(index, where, f"has {times} elements with the action_id {action[:50]!r}")
        for element in elements:
            if "options" in element and "option_groups" in element:
                yield Problem(index, where, "has an element with options and with groups of them")
            if not is_offered(element):
                yield Problem(index, where, "has chosen an option that is not there")
            focused += element.get("focus_on_load", False)
    if focused > 1:
        yield Problem(None, "/blocks", f"want the cursor {focused} times")
