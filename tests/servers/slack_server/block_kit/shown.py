"""What people read of blocks, and the controls they find there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slack_server.block_kit.mrkdwn import shown as mrkdwn_shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Control:
    """An element that can be used.

    Attributes:
        block: what it is in.
        element: its JSON, with its `action_id`.
        option: the option that was meant, or None.
    """

    block: dict[str, Any]
    element: dict[str, Any]
    option: dict[str, Any] | None = None

    @property
    def kind(self) -> str:
        """Its type, such as `button`."""
        return str(self.element["type"])

    @property
    def key(self) -> tuple[str, str]:
        """Its block's id and its own."""
        return self.block["block_id"], self.element["action_id"]

    @property
    def label(self) -> str:
        """What it shows; of menus, what the chosen option shows."""
        text = (self.option or {}).get("text") or self.element.get("text") or {}
        return str(text.get("text", self.element.get("action_id", "")))

    @property
    def url(self) -> str | None:
        """The page it opens, if it does."""
        return (self.option or self.element).get("url")

    @property
    def value(self) -> str | None:
        """What the bot gets with it."""
        return (self.option or self.element).get("value")


def options_of(element: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the options of a menu, of its groups in order."""
    listed = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        listed += group["options"]
    return listed


def controls(blocks: Sequence[dict[str, Any]]) -> Iterator[Control]:
    """Return all controls of blocks, in order."""
    for block in blocks:
        candidates = [block.get("accessory"), block.get("element"), *(block.get("elements") or [])]
        for element in candidates:
            if isinstance(element, dict) and "action_id" in element:
                yield Control(block, element)


def found_controls(blocks: Sequence[dict[str, Any]], wanted: str) -> list[Control]:
    """Return the controls that a word names.

    It may be a button's label or value, an input's label or block_id, any `action_id` or
    `block_id/action_id`, or an option's text or value; with an option its menu is returned.
    """
    found = []
    for control in controls(blocks):
        block_id, action_id = control.key
        names = {action_id, f"{block_id}/{action_id}"}
        if control.kind == "button":
            names |= {control.label, control.value or control.label}
        if control.block["type"] == "input":
            names |= {block_id, control.block["label"]["text"]}
        if wanted in names:
            found.append(control)
            continue
        found.extend(
            Control(control.block, control.element, option)
            for option in options_of(control.element)
            if wanted in {option["text"]["text"], option.get("value")}
        )
    return found


def names_of_controls(blocks: Sequence[dict[str, Any]]) -> list[str]:
    """Return what can be pressed, for failures: labels, options, or ids."""
    names: list[str] = []
    for control in controls(blocks):
        names.extend([option["text"]["text"] for option in options_of(control.element)] or [control.label])
    return names


def pick(blocks: Sequence[dict[str, Any]], wanted: str, nth: int = 0) -> Control:
    """Return the nth control that a word names.

    Raises:
        LookupError: there are not so many; says which there are.
    """
    found = found_controls(blocks, wanted)
    if len(found) <= nth:
        raise LookupError(f"no control {wanted!r} ({nth=}); there are {names_of_controls(blocks)}")
    return found[nth]


def text_of_blocks(blocks: Sequence[dict[str, Any]]) -> str:
    """Return what blocks show, a line or more each, without the controls."""
    return "\n".join(line for block in blocks if (line := _text_of_block(block)))


def _text_of_block(block: dict[str, Any]) -> str:
    kind = block.get("type", "")
    if kind in _READERS:
        return _READERS[kind](block)
    return _text(block["text"]) if isinstance(block.get("text"), dict) else ""


def _text_of_section(block: dict[str, Any]) -> str:
    texts = [block["text"]] if block.get("text") else []
    return "\n".join(_text(one) for one in [*texts, *(block.get("fields") or [])])


def _text_of_image(block: dict[str, Any]) -> str:
    return str((block.get("title") or {}).get("text") or block["alt_text"])


def _text_of_input(block: dict[str, Any]) -> str:
    return "\n".join(_text(block[name]) for name in ("label", "hint") if block.get(name))


def _text_of_table(block: dict[str, Any]) -> str:
    return "\n".join(" | ".join(_cell(cell) for cell in row) for row in block["rows"])


def _cell(cell: dict[str, Any]) -> str:
    return _rich(cell) if cell["type"] == "rich_text" else str(cell["text"])


def _text(said: dict[str, Any]) -> str:
    if said["type"] == "image":
        return str(said["alt_text"])
    return mrkdwn_shown(said["text"]) if said["type"] == "mrkdwn" else str(said["text"])


def _rich(element: dict[str, Any]) -> str:
    kind = element["type"]
    if kind == "rich_text_list":
        return "\n".join(f"• {_rich(one)}" for one in element["elements"])
    if kind == "rich_text":
        return "\n".join(_rich(one) for one in element["elements"])
    if "elements" in element:
        return "".join(_rich(one) for one in element["elements"])
    if kind == "emoji":
        return f":{element['name']}:"
    return str(element.get("text") or element.get("url") or element.get("fallback") or f"<{kind}>")


_READERS: dict[str, Callable[[dict[str, Any]], str]] = {
    "rich_text": _rich,
    "context": lambda block: " ".join(_text(one) for one in block["elements"]),
    "section": _text_of_section,
    "image": _text_of_image,
    "input": _text_of_input,
    "markdown": lambda block: str(block["text"]),
    "table": _text_of_table,
}
