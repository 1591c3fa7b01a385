"""Shortens an invalid message or view until Slack accepts it.

Texts that people read are cut, with an ellipsis. What programs read (ids, values, addresses) is never cut,
since part of it means something else: it is left out, and with it whatever can't be without it. Nothing is
added but an ellipsis where blocks were left out, and the button without which a modal can't be sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from bot.platforms.slack.blocks.block_kit import Json, context, plain_text, size
from bot.platforms.slack.blocks.limits import BLOCKS_SIZE, MESSAGE_BLOCKS, VIEW_BLOCKS, VIEW_SIZE, cut
from bot.platforms.slack.blocks.message import SlackMessage
from bot.platforms.slack.blocks.schema import (
    BLOCK,
    MESSAGE,
    VIEW,
    Many,
    Rule,
    Shape,
    TypedObject,
    Words,
    shape_of,
)
from bot.platforms.slack.blocks.validate import (
    BROADCAST,
    interactive,
    is_offered,
    lacks_submit,
    problems,
    view_problems,
    view_size,
    wrong,
)
from bot.platforms.texts.truncate import ELLIPSIS

_LENGTHS: Final = (3000, 2000, 1000, 500, 250, 120, 60, 30)
"""Code points to which texts are cut, one after the other, until all of them together fit."""
_SUBMIT: Final = "✓"


def shortened(message: SlackMessage) -> SlackMessage:
    """Return a message that Slack takes; the same where it does so already. Never raises."""
    if not problems(message):
        return message
    text = _nearest(message.text, MESSAGE.fields["text"], _LENGTHS[0]) or ELLIPSIS
    return SlackMessage(text, shortened_blocks(message.blocks))


def shortened_blocks(blocks: Sequence[Mapping[str, Any]]) -> tuple[Json, ...]:
    """Return blocks for a message that Slack takes; they may be none at all. Never raises."""
    return tuple(_within(list(blocks), MESSAGE_BLOCKS, lambda made: size(made) <= BLOCKS_SIZE))


def shortened_view(view: Mapping[str, Any]) -> Json:
    """Return a modal or a Home tab that Slack takes; the same where it does so already. Never raises."""
    if not view_problems(view):
        return dict(view)
    kind = str(view["type"]) if shape_of(view, VIEW) else "modal" if "title" in view else "home"
    fields = VIEW.shapes[kind].fields
    made: Json = {"type": kind}
    for name in fields.keys() & view.keys() - {"blocks"}:
        field = _nearest(view[name], fields[name], _LENGTHS[0])
        if field is not None:
            made[name] = field
    if kind == "modal":
        made.setdefault("title", plain_text(ELLIPSIS))
    blocks = view.get("blocks")
    made["blocks"] = _within(
        list(blocks) if isinstance(blocks, list | tuple) else [],
        VIEW_BLOCKS,
        lambda fitting: view_size({**made, "submit": plain_text(_SUBMIT), "blocks": fitting}) <= VIEW_SIZE,
    ) or [context(ELLIPSIS)]
    if lacks_submit(made):
        made["submit"] = plain_text(_SUBMIT)
    return made


def _within(blocks: list[Any], most: int, fit: Callable[[list[Json]], bool]) -> list[Json]:
    """Return the blocks of the right form, so many of them and their texts so long that they fit."""
    more = [context(ELLIPSIS)]
    left_out = more if len(blocks) > most else []
    made: list[Json] = []
    for length in _LENGTHS:
        made = [block for item in blocks[: most - len(left_out)] if (block := _nearest(item, BLOCK, length))]
        made = _consistent(made)
        if fit([*made, *left_out]):
            return [*made, *left_out]
    while made and not fit([*made, *more]):
        made.pop()
    return [*made, *more]


def _nearest(value: Any, rule: Rule, length: int) -> Any:  # noqa: ANN401 (whatever somebody would send)
    """Return the value that is nearest to one and keeps a rule, or None where there is none."""
    if isinstance(rule, Many):
        return _nearest_list(value, rule, length)
    if isinstance(rule, Shape | TypedObject):
        return _nearest_object(value, rule, length)
    if isinstance(rule, Words):
        return _nearest_words(value, rule, length)
    return value if wrong(value, rule) is None else None


def _nearest_words(value: object, rule: Words, length: int) -> str | None:
    if not isinstance(value, str):
        return None
    most = min(rule.most, length)
    text = cut(value.encode(errors="ignore").decode(), most)
    if rule.is_markup and BROADCAST.search(text):
        text = cut(text.replace("<!", "&lt;!"), most)
    return text or None


def _nearest_list(value: object, rule: Many, length: int) -> list[Any] | None:
    if not isinstance(value, list | tuple):
        return None
    made = [near for item in value if (near := _nearest(item, rule.of, length)) is not None]
    return made[: rule.most] or None


def _nearest_object(value: object, rule: Shape | TypedObject, length: int) -> Json | None:
    shape = shape_of(value, rule)
    if not isinstance(value, Mapping) or shape is None:
        return None
    made: Json = {"type": value["type"]} if isinstance(rule, TypedObject) else {}
    for name in value:
        if name in shape.fields:
            field = _nearest(value[name], shape.fields[name], length)
            if field is not None:
                made[name] = field
    needed = shape.required | (shape.vital & value.keys())
    has_all = needed <= made.keys() and (not shape.any_of or shape.any_of & made.keys())
    return made if has_all else None


def _consistent(blocks: list[Json]) -> list[Json]:
    """Return blocks without ids that are there twice, and without what contradicts."""
    names: set[str] = set()
    focused = False
    for block in blocks:
        if block.get("block_id") in names:
            del block["block_id"]
        names.add(block.get("block_id", ""))
        actions: set[str] = set()
        for element in interactive(block):
            if element.get("action_id") in actions:
                del element["action_id"]
            actions.add(element.get("action_id", ""))
            if "options" in element:
                element.pop("option_groups", None)
            if not is_offered(element):
                element.pop("initial_option", None)
                element.pop("initial_options", None)
            if focused:
                element.pop("focus_on_load", None)
            focused = focused or element.get("focus_on_load", False)
    return blocks
