"""Block elements as plain JSON: buttons, selects and inputs, and the values that Slack sends back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from bot.platforms.slack.blocks.block_kit import escaped, plain_text
from bot.platforms.slack.blocks.buttons import sendable
from bot.platforms.slack.blocks.limits import BUTTON_TEXT, OPTION_TEXT, OPTION_VALUE, PLACEHOLDER, cut
from bot.platforms.slack.blocks.limits import VIEW_TITLE as TITLE
from bot.platforms.texts.card_texts import harmless
from bot.platforms.texts.truncate import ELLIPSIS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.platforms.slack.blocks.block_kit import Json

_SECTION: Final = 2_000
"""Code points of a paragraph; Slack allows a thousand more."""


def press(label: str, action_id: str, value: str = "", *, style: str | None = None) -> Json:
    """Return a button.

    Args:
        label: any text; what is too long is cut.
        action_id: unique in its block.
        value: what comes back, at most 2,000 characters; empty for nothing.
        style: `primary`, `danger`, or None.
    """
    made: Json = {"type": "button", "action_id": action_id, "text": plain_text(shown(label, BUTTON_TEXT))}
    held = sendable(value)
    if held:
        made["value"] = held
    if style:
        made["style"] = style
    return made


def option(label: str, value: str, *, url: str | None = None) -> Json:
    """Return what can be chosen in a menu; a command as its value may be too long (`long_values`)."""
    made: Json = {"text": plain_text(shown(label, OPTION_TEXT)), "value": sendable(value)}
    return {**made, "url": url} if url else made


def menu(action_id: str, options: Sequence[Json]) -> Json:
    """Return the menu behind three dots."""
    return {"type": "overflow", "action_id": action_id, "options": list(options)}


def select(action_id: str, options: Sequence[Json], chosen: str | None) -> Json:
    """Return a menu of which one option is chosen, the first where `chosen` is the value of none."""
    initial = next((one for one in options if one["value"] == chosen), options[0])
    return {
        "type": "static_select",
        "action_id": action_id,
        "options": list(options),
        "initial_option": initial,
    }


def typed(action_id: str, value: str, *, placeholder: str, most: int) -> Json:
    """Return a field for one line of text.

    Args:
        action_id: as told when it is sent.
        value: what is in it at first.
        placeholder: what an empty one shows.
        most: characters that may be typed.
    """
    made: Json = {
        "type": "plain_text_input",
        "action_id": action_id,
        "max_length": most,
        "placeholder": plain_text(shown(placeholder, PLACEHOLDER)),
    }
    initial = sendable(value)[:most]
    return {**made, "initial_value": initial} if initial else made


def field(block_id: str, label: str, element: Json, *, hint: str = "", optional: bool = False) -> Json:
    """Return an input with its label; an error of the input is shown at its `block_id`."""
    made: Json = {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(label),
        "element": element,
        "optional": optional,
    }
    return {**made, "hint": plain_text(hint)} if hint else made


def row(*elements: Json) -> Json:
    """Return buttons beside each other."""
    return {"type": "actions", "elements": list(elements)}


def paragraph(text: str, accessory: Json | None = None) -> Json:
    """Return a paragraph of any text, perhaps with something to press beside it."""
    made: Json = {"type": "section", "text": plain_text(shown(text, _SECTION))}
    return {**made, "accessory": accessory} if accessory else made


def title(text: str) -> Json:
    """Return what is above a modal; Slack has room for 24 characters."""
    return plain_text(shown(text, TITLE))


def shown(text: str, most: int) -> str:
    """Return a text as it is shown in `plain_text`: harmless, not empty, at most so many code points."""
    lines = [harmless(line).strip() for line in text[: 2 * most].splitlines()]
    return cut(sendable("\n".join(line for line in lines if line)), most) or ELLIPSIS


def long_values(blocks: Sequence[Json]) -> tuple[str, ...]:
    """Return the commands, each once, that are too long for the menus beside paragraphs."""
    options = (one for block in blocks for one in (block.get("accessory") or {}).get("options", ()))
    return tuple(dict.fromkeys(one["value"] for one in options if len(escaped(one["value"])) > OPTION_VALUE))


def with_values(blocks: Sequence[Json], stored: Mapping[str, str]) -> list[Json]:
    """Return blocks in which what stands for a stored command is in its place.

    Args:
        blocks: of a view.
        stored: of each command of `long_values` what is sent instead.
    """

    def replaced(block: Json) -> Json:
        beside = block.get("accessory") or {}
        if "options" not in beside:
            return block
        options = [{**one, "value": stored.get(one["value"], one["value"])} for one in beside["options"]]
        return {**block, "accessory": {**beside, "options": options}}

    return [replaced(block) for block in blocks]


Value = str | tuple[str, ...] | None
"""What an input holds: a text, the value of an option, the values of several, or nothing."""


def values_of(view: Mapping[str, Any]) -> dict[str, Value]:
    """Return what was filled in, by block; of what is none of our inputs nothing.

    Args:
        view: as Slack describes it (https://docs.slack.dev/reference/views/view-payloads).
    """
    values: Mapping[str, Any] = (view.get("state") or {}).get("values") or {}
    return {block: _value(state) for block, states in values.items() for state in states.values()}


def _value(state: Mapping[str, Any]) -> Value:
    if "selected_options" in state:
        return tuple(str(one["value"]) for one in state["selected_options"] or ())
    chosen = state.get("selected_option")
    if isinstance(chosen, Mapping):
        return str(chosen["value"])
    value = state.get("value") or state.get("selected_time")
    return None if value is None else str(value)
