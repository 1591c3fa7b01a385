"""What an element's state is: at first, and after somebody chose or typed something.

Source: docs.slack.dev/reference/views/view-payloads (`view.state.values`): an object a kind of element, with
the element's `type`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_server.block_kit.shown import controls, options_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slack_server.block_kit.shown import Control

_FIELDS = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
_LISTS = frozenset(kind for kind, (name, _) in _FIELDS.items() if name.endswith("s"))
_TYPED = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})


def is_stateful(element: dict[str, Any]) -> bool:
    """Return whether an element keeps what was chosen; buttons and overflow menus do not."""
    return element["type"] in _FIELDS


def initial_values(blocks: Sequence[dict[str, Any]]) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """Return the state of each stateful element before anybody used it."""
    for control in controls(blocks):
        if is_stateful(control.element):
            initial = _FIELDS[control.kind][1]
            empty: Any = [] if control.kind in _LISTS else None
            yield control.key, _state(control.element, control.element.get(initial, empty))


def chosen(control: Control, value: Any) -> dict[str, Any]:
    """Return the state of an element after somebody chose or typed a value.

    Args:
        control: the element; its own option is chosen where no value is given.
        value: a text; of menus an option's text or value, or several; an id, or what has one; None empties.

    Raises:
        LookupError: there is no such option; says which there are.
    """
    element = control.element
    if value is None and control.option is not None:
        value = control.option["text"]["text"]
    if control.kind in _LISTS:
        listed = value if isinstance(value, list | tuple | set) else [] if value is None else [value]
        return _state(element, [_one(element, each) for each in listed])
    return _state(element, None if value is None or value == "" else _one(element, value))


def is_empty(state: dict[str, Any]) -> bool:
    """Return whether nothing is chosen or typed."""
    return state.get(_FIELDS[state["type"]][0]) in (None, "", [])


def complaint_of_the_client(element: dict[str, Any], state: dict[str, Any]) -> str | None:
    """Return why Slack's client would not let somebody submit a state, or None."""
    typed = state.get("value")
    if element["type"] not in _TYPED or not typed:
        return None
    if element["type"] == "plain_text_input":
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        return None if least <= len(typed) <= most else f"must have {least} to {most} characters"
    if element["type"] == "number_input":
        return _complaint_of_number(element, typed)
    if element["type"] == "email_text_input" and "@" not in typed:
        return "must be an email address"
    if element["type"] == "url_text_input" and not typed.startswith(("http://", "https://")):
        return "must be an address"
    return None


def _complaint_of_number(element: dict[str, Any], typed: str) -> str | None:
    try:
        number = float(typed) if element["is_decimal_allowed"] else int(typed)
    except ValueError:
        return "must be a number"
    least, most = float(element.get("min_value", "-inf")), float(element.get("max_value", "inf"))
    return None if least <= number <= most else f"must be between {least:g} and {most:g}"


def _state(element: dict[str, Any], value: Any) -> dict[str, Any]:
    return {"type": element["type"], _FIELDS[element["type"]][0]: value}


def _one(element: dict[str, Any], value: Any) -> Any:
    if _FIELDS[element["type"]][0].startswith("selected_option"):
        listed = options_of(element)
        for option in listed:
            if value in (option, option["text"]["text"], option.get("value")):
                return option
        texts = [option["text"]["text"] for option in listed]
        raise LookupError(f"no option {value!r}; there are {texts}")
    return getattr(value, "id", value)
