"""Block elements: what can be pressed, chosen or typed into, and which block takes which.

Source: docs.slack.dev/reference/block-kit/block-elements, one page each.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from slack_server.block_kit.composition import (
    ID,
    confirm,
    conversation_filter,
    dispatch_config,
    initial_is_an_option,
    option_groups,
    options,
    options_or_groups,
    plain,
)
from slack_server.block_kit.schema import (
    Complaints,
    boolean,
    choice,
    every,
    integer,
    items,
    one_of_fields,
    shape,
    string,
    url,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_server.block_kit.schema import Check

_PLACEHOLDER = plain(150)
_FOCUS: Mapping[str, Check] = {"focus_on_load": boolean}
_MENU: Mapping[str, Check] = {"action_id": ID, "placeholder": _PLACEHOLDER, "confirm": confirm, **_FOCUS}
_MULTI: Mapping[str, Check] = {**_MENU, "max_selected_items": integer(1, 1_000_000)}
_TYPED: Mapping[str, Check] = {
    "action_id": ID,
    "placeholder": _PLACEHOLDER,
    "dispatch_action_config": dispatch_config,
    **_FOCUS,
}


def _option(value: Any, place: str, said: Complaints) -> None:
    if not isinstance(value, dict):
        said.add("must be an object", place)


def _matching(pattern: str, what: str) -> Check:
    compiled = re.compile(pattern)

    def check(value: Any, place: str, said: Complaints) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            said.add(f"must be {what}", place)

    return check


_DATE = _matching(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])", "a date of the form YYYY-MM-DD")
_TIME = _matching(r"(?:[01]\d|2[0-3]):[0-5]\d", "a time of the form HH:mm")
_NUMBER = _matching(r"-?\d+(?:\.\d+)?", "a number as text")
_FEEDBACK = shape({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})

_button = shape(
    {"text": plain(75)},
    {
        "action_id": ID,
        "url": url(3000),
        "value": string(2000, least=0),
        "style": choice("primary", "danger"),
        "confirm": confirm,
        "accessibility_label": string(75),
    },
)
_image = every(
    one_of_fields("image_url", "slack_file"),
    shape(
        {"alt_text": string(2000)},
        {"image_url": url(3000), "slack_file": shape({}, {"id": ID, "url": url()})},
    ),
)


def _select(many: str, one: Mapping[str, Check], *checks: Check) -> tuple[str, Check]:
    return many, every(*checks, shape({}, {**(_MULTI if many.startswith("multi_") else _MENU), **one}))


_STATIC: Mapping[str, Check] = {"options": options(), "option_groups": option_groups}
_SELECTS: dict[str, Check] = dict(
    [
        _select("static_select", {**_STATIC, "initial_option": _option}, options_or_groups),
        _select("external_select", {"initial_option": _option, "min_query_length": integer(0, 3000)}),
        _select("users_select", {"initial_user": ID}),
        _select(
            "conversations_select",
            {
                "initial_conversation": ID,
                "default_to_current_conversation": boolean,
                "response_url_enabled": boolean,
                "filter": conversation_filter,
            },
        ),
        _select("channels_select", {"initial_channel": ID, "response_url_enabled": boolean}),
    ]
)
_MULTI_SELECTS: dict[str, Check] = dict(
    [
        _select(
            "multi_static_select", {**_STATIC, "initial_options": items(_option, most=100)}, options_or_groups
        ),
        _select(
            "multi_external_select",
            {"initial_options": items(_option, most=100), "min_query_length": integer(0, 3000)},
        ),
        _select("multi_users_select", {"initial_users": items(ID, most=100)}),
        _select(
            "multi_conversations_select",
            {
                "initial_conversations": items(ID, most=100),
                "default_to_current_conversation": boolean,
                "filter": conversation_filter,
            },
        ),
        _select("multi_channels_select", {"initial_channels": items(ID, most=100)}),
    ]
)
_CHOICES: dict[str, Check] = {
    "radio_buttons": every(
        initial_is_an_option,
        shape(
            {"options": options(most=10, formatted=True)},
            {"action_id": ID, "initial_option": _option, "confirm": confirm, **_FOCUS},
        ),
    ),
    "checkboxes": every(
        initial_is_an_option,
        shape(
            {"options": options(most=10, formatted=True)},
            {"action_id": ID, "initial_options": items(_option, most=10), "confirm": confirm, **_FOCUS},
        ),
    ),
}
_TIMES: dict[str, Check] = {
    "datepicker": shape({}, {**_MENU, "initial_date": _DATE}),
    "timepicker": shape({}, {**_MENU, "initial_time": _TIME, "timezone": string(100)}),
    "datetimepicker": shape(
        {},
        {
            "action_id": ID,
            "initial_date_time": integer(1_000_000_000, 9_999_999_999),
            "confirm": confirm,
            **_FOCUS,
        },
    ),
}


def _bounds(value: Any, place: str, said: Complaints) -> None:
    least, most = value.get("min_length", 0), value.get("max_length", 3000)
    if isinstance(least, int) and isinstance(most, int) and least > most:
        said.add("min_length must not be more than max_length", place)


_INPUTS: dict[str, Check] = {
    "plain_text_input": every(
        _bounds,
        shape(
            {},
            {
                **_TYPED,
                "initial_value": string(3000, least=0),
                "multiline": boolean,
                "min_length": integer(0, 3000),
                "max_length": integer(1, 3000),
            },
        ),
    ),
    "rich_text_input": shape({}, {**_TYPED, "initial_value": _option}),
    "email_text_input": shape({}, {**_TYPED, "initial_value": string(255)}),
    "url_text_input": shape({}, {**_TYPED, "initial_value": url(3000)}),
    "number_input": shape(
        {"is_decimal_allowed": boolean},
        {**_TYPED, "initial_value": _NUMBER, "min_value": _NUMBER, "max_value": _NUMBER},
    ),
    "file_input": shape(
        {}, {"action_id": ID, "filetypes": items(string(20), most=100), "max_files": integer(1, 10)}
    ),
}
_OVERFLOW: dict[str, Check] = {
    "overflow": shape({"options": options(most=5, links=True)}, {"action_id": ID, "confirm": confirm})
}

IN_ACTIONS: Mapping[str, Check] = {"button": _button, **_OVERFLOW, **_SELECTS, **_CHOICES, **_TIMES}
"""Elements of an actions block."""
IN_SECTION: Mapping[str, Check] = {**IN_ACTIONS, **_MULTI_SELECTS, "image": _image}
"""What may be beside a section's text."""
IN_INPUT: Mapping[str, Check] = {**_INPUTS, **_SELECTS, **_MULTI_SELECTS, **_CHOICES, **_TIMES}
"""Elements of an input block."""
IN_CONTEXT_ACTIONS: Mapping[str, Check] = {
    "feedback_buttons": shape(
        {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, {"action_id": ID}
    ),
    "icon_button": shape(
        {"icon": choice("trash"), "text": plain(75)},
        {
            "action_id": ID,
            "value": string(2000),
            "confirm": confirm,
            "accessibility_label": string(75),
            "visible_to_user_ids": items(ID, most=100),
        },
    ),
}
"""Elements of a context_actions block."""
IMAGE: Check = _image
"""An image as an element."""
