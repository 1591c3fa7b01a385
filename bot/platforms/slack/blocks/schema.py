"""Block Kit's documented schema as data: fields, required fields, maximum lengths.

Only what this app sends is in it; anything else is our mistake. Broadcasts and mentions of groups are
not in it on purpose: nothing that we send may call a whole channel.

Source: https://docs.slack.dev/reference/block-kit and https://docs.slack.dev/reference/views.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.platforms.slack.blocks import limits


@dataclass(frozen=True, slots=True)
class Words:
    """A text for people; a longer one may be truncated.

    Attributes:
        most: code points.
        is_markup: whether Slack reads `mrkdwn` in it.
    """

    most: int
    is_markup: bool = False


@dataclass(frozen=True, slots=True)
class Exact:
    """A text for programs, an id or a value; it can't be truncated.

    Attributes:
        most: code points.
        pattern: what it looks like.
    """

    most: int
    pattern: re.Pattern[str] = re.compile(r"(?s).+")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number of a range, both ends included."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""


@dataclass(frozen=True, slots=True)
class Many:
    """A list of one or more.

    Attributes:
        of: what is in it.
        most: how many of that.
    """

    of: Rule
    most: int


@dataclass(frozen=True, slots=True)
class Shape:
    """An object.

    Attributes:
        fields: by name; no others are allowed.
        required: names of fields that must be there.
        any_of: names of fields of which at least one must be there; none where it is empty.
        vital: names of fields that need not be there; an object that was to have one is nothing without it.
    """

    fields: Mapping[str, Rule]
    required: frozenset[str] = frozenset()
    any_of: frozenset[str] = frozenset()
    vital: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TypedObject:
    """An object whose `type` says which of several shapes it has; that field is in none of them."""

    shapes: Mapping[str, Shape]


Leaf = Words | Exact | Choice | Number | Flag
Rule = Leaf | Many | Shape | TypedObject


def shape_of(value: object, rule: Shape | TypedObject) -> Shape | None:
    """Return the shape that an object must have, or None where its type is not known."""
    if isinstance(rule, Shape):
        return rule
    kind = value.get("type") if isinstance(value, Mapping) else None
    return rule.shapes.get(kind) if isinstance(kind, str) else None


def _shape(required: str = "", *, any_of: str = "", vital: str = "", **fields: Rule) -> Shape:
    return Shape(fields, frozenset(required.split()), frozenset(any_of.split()), frozenset(vital.split()))


def _words(*choices: str) -> Choice:
    return Choice(frozenset(choices))


def _plain(most: int) -> TypedObject:
    return TypedObject({"plain_text": _shape("text", text=Words(most), emoji=_FLAG)})


def _text(most: int) -> TypedObject:
    markup = _shape("text", text=Words(most, is_markup=True), verbatim=_FLAG)
    return TypedObject({**_plain(most).shapes, "mrkdwn": markup})


_FLAG: Final = Flag()
_ID: Final = Exact(limits.ID)
_URL: Final = Exact(limits.URL, re.compile(r"https?://[^\s<>\"]+"))
_TIME: Final = Exact(5, re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII))
_DATE: Final = Exact(10, re.compile(r"\d{4}-\d\d-\d\d", re.ASCII))
_WHOLE: Final = Exact(20, re.compile(r"-?\d+", re.ASCII))
_ANY_NUMBER: Final = Number(-(2**53), 2**53)

# Compositions: https://docs.slack.dev/reference/block-kit/composition-objects
_CONFIRM: Final = _shape(
    "title text confirm deny",
    title=_plain(limits.CONFIRM_TITLE),
    text=_plain(limits.CONFIRM_TEXT),
    confirm=_plain(limits.CONFIRM_BUTTON),
    deny=_plain(limits.CONFIRM_BUTTON),
    style=_words("primary", "danger"),
)
_VALUE: Final = Exact(limits.OPTION_VALUE)
_OPTION: Final = _shape(
    "text value", text=_plain(limits.OPTION_TEXT), value=_VALUE, description=_plain(limits.OPTION_TEXT)
)
_CHOICE: Final = _shape(
    "text value", text=_text(limits.OPTION_TEXT), value=_VALUE, description=_text(limits.OPTION_TEXT)
)
_MENU_OPTION: Final = Shape({**_OPTION.fields, "url": _URL}, _OPTION.required, vital=frozenset({"url"}))
_GROUP: Final = _shape(
    "label options", label=_plain(limits.OPTION_TEXT), options=Many(_OPTION, limits.SELECT_OPTIONS)
)
_FILTER: Final = _shape(
    include=Many(_words("im", "mpim", "private", "public"), 4),
    exclude_external_shared_channels=_FLAG,
    exclude_bot_users=_FLAG,
)
_DISPATCH: Final = _shape(trigger_actions_on=Many(_words("on_enter_pressed", "on_character_entered"), 2))

# Elements: https://docs.slack.dev/reference/block-kit/block-elements
_ASKED: Final[Mapping[str, Rule]] = {"action_id": _ID, "confirm": _CONFIRM, "focus_on_load": _FLAG}
_SELECT: Final[Mapping[str, Rule]] = {**_ASKED, "placeholder": _plain(limits.PLACEHOLDER)}
_OPTIONS: Final[Mapping[str, Rule]] = {
    "options": Many(_OPTION, limits.SELECT_OPTIONS),
    "option_groups": Many(_GROUP, limits.SELECT_OPTIONS),
}
_EITHER_OPTIONS: Final = frozenset(_OPTIONS)
_CHOICES: Final = Many(_CHOICE, limits.CHOICE_OPTIONS)
_SEVERAL: Final[Mapping[str, Rule]] = {"max_selected_items": Number(1, limits.SELECT_OPTIONS)}
_NEEDS_OPTIONS: Final = frozenset({"options"})
_TYPED: Final[Mapping[str, Rule]] = {
    "action_id": _ID,
    "focus_on_load": _FLAG,
    "placeholder": _plain(limits.PLACEHOLDER),
    "dispatch_action_config": _DISPATCH,
}

_IMAGE: Final = _shape("image_url alt_text", image_url=_URL, alt_text=Words(limits.IMAGE_TEXT))
_BUTTONS: Final[Mapping[str, Shape]] = {
    "button": _shape(
        "text",
        vital="value url",
        action_id=_ID,
        text=_plain(limits.BUTTON_TEXT),
        value=Exact(limits.BUTTON_VALUE),
        url=_URL,
        style=_words("primary", "danger"),
        confirm=_CONFIRM,
        accessibility_label=Words(limits.BUTTON_TEXT),
    ),
    "overflow": _shape(
        "options", action_id=_ID, confirm=_CONFIRM, options=Many(_MENU_OPTION, limits.OVERFLOW_OPTIONS)
    ),
}
_CHOOSERS: Final[Mapping[str, Shape]] = {
    "static_select": Shape({**_SELECT, **_OPTIONS, "initial_option": _OPTION}, any_of=_EITHER_OPTIONS),
    "multi_static_select": Shape(
        {**_SELECT, **_OPTIONS, **_SEVERAL, "initial_options": Many(_OPTION, limits.SELECT_OPTIONS)},
        any_of=_EITHER_OPTIONS,
    ),
    "conversations_select": Shape(
        {
            **_SELECT,
            "initial_conversation": _ID,
            "default_to_current_conversation": _FLAG,
            "response_url_enabled": _FLAG,
            "filter": _FILTER,
        }
    ),
    "channels_select": Shape({**_SELECT, "initial_channel": _ID, "response_url_enabled": _FLAG}),
    "users_select": Shape({**_SELECT, "initial_user": _ID}),
    "checkboxes": Shape({**_ASKED, "options": _CHOICES, "initial_options": _CHOICES}, _NEEDS_OPTIONS),
    "radio_buttons": Shape({**_ASKED, "options": _CHOICES, "initial_option": _CHOICE}, _NEEDS_OPTIONS),
    "timepicker": Shape({**_SELECT, "initial_time": _TIME, "timezone": _ID}),
    "datepicker": Shape({**_SELECT, "initial_date": _DATE}),
}
_INPUTS: Final[Mapping[str, Shape]] = {
    "plain_text_input": Shape(
        {
            **_TYPED,
            "initial_value": Words(limits.TYPED_TEXT),
            "multiline": _FLAG,
            "min_length": Number(0, limits.TYPED_TEXT),
            "max_length": Number(1, limits.TYPED_TEXT),
        }
    ),
    "number_input": Shape(
        {
            **_TYPED,
            "is_decimal_allowed": _FLAG,
            "initial_value": _WHOLE,
            "min_value": _WHOLE,
            "max_value": _WHOLE,
        },
        frozenset({"is_decimal_allowed"}),
    ),
}

# Rich text: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
_STYLE: Final = _shape(bold=_FLAG, italic=_FLAG, strike=_FLAG, code=_FLAG, underline=_FLAG)
_RICH: Final[Mapping[str, Shape]] = {
    "text": _shape("text", text=Words(limits.RICH_TEXT), style=_STYLE),
    "link": _shape("url", url=_URL, text=Words(limits.RICH_TEXT), style=_STYLE),
    "emoji": _shape("name", name=_ID, unicode=_ID, skin_tone=Number(1, 6), style=_STYLE),
    "date": _shape(
        "timestamp format",
        timestamp=_ANY_NUMBER,
        format=Words(limits.ID),
        url=_URL,
        fallback=Words(limits.RICH_TEXT),
        style=_STYLE,
    ),
    "user": _shape("user_id", user_id=_ID, style=_STYLE),
    "channel": _shape("channel_id", channel_id=_ID, style=_STYLE),
}
_MOST_RICH: Final = 500
"""Elements of one rich text; not published, and more than the size of a message leaves room for."""
_LITERAL: Final = TypedObject({name: _RICH[name] for name in ("text", "link")})
_RUN: Final = Many(TypedObject(_RICH), _MOST_RICH)
_BORDER: Final = Number(0, 1)
_SECTION: Final = _shape("elements", elements=_RUN)
_RICH_BLOCKS: Final[Mapping[str, Shape]] = {
    "rich_text_section": _SECTION,
    "rich_text_quote": _shape("elements", elements=_RUN, border=_BORDER),
    "rich_text_preformatted": _shape("elements", elements=Many(_LITERAL, _MOST_RICH), border=_BORDER),
    "rich_text_list": _shape(
        "elements style",
        elements=Many(TypedObject({"rich_text_section": _SECTION}), _MOST_RICH),
        style=_words("bullet", "ordered"),
        indent=Number(0, 8),
        offset=Number(0, _MOST_RICH),
        border=_BORDER,
    ),
}

# Blocks: https://docs.slack.dev/reference/block-kit/blocks
_ACTIONS: Final = TypedObject({**_BUTTONS, **_CHOOSERS})
_BLOCKS: Final[Mapping[str, Shape]] = {
    "section": _shape(
        any_of="text fields",
        text=_text(limits.SECTION_TEXT),
        fields=Many(_text(limits.FIELD_TEXT), limits.SECTION_FIELDS),
        accessory=TypedObject({**_BUTTONS, **_CHOOSERS, "image": _IMAGE}),
        expand=_FLAG,
    ),
    "header": _shape("text", text=_plain(limits.HEADER_TEXT)),
    "divider": _shape(),
    "context": _shape(
        "elements",
        elements=Many(
            TypedObject({**_text(limits.CONTEXT_TEXT).shapes, "image": _IMAGE}), limits.CONTEXT_ELEMENTS
        ),
    ),
    "actions": _shape("elements", elements=Many(_ACTIONS, limits.ACTIONS_ELEMENTS)),
    "image": Shape({**_IMAGE.fields, "title": _plain(limits.IMAGE_TEXT)}, _IMAGE.required),
    "input": _shape(
        "label element",
        label=_plain(limits.INPUT_TEXT),
        element=TypedObject({**_INPUTS, **_CHOOSERS}),
        hint=_plain(limits.INPUT_TEXT),
        optional=_FLAG,
        dispatch_action=_FLAG,
    ),
    "rich_text": _shape("elements", elements=Many(TypedObject(_RICH_BLOCKS), _MOST_RICH)),
}
BLOCK: Final = TypedObject(
    {
        name: Shape({**shape.fields, "block_id": _ID}, shape.required, shape.any_of)
        for name, shape in _BLOCKS.items()
    }
)
MESSAGE: Final = _shape(
    "text", text=Words(limits.MESSAGE_TEXT, is_markup=True), blocks=Many(BLOCK, limits.MESSAGE_BLOCKS)
)

_VIEW: Final[Mapping[str, Rule]] = {
    "blocks": Many(BLOCK, limits.VIEW_BLOCKS),
    "private_metadata": Exact(limits.VIEW_METADATA),
    "callback_id": _ID,
    "external_id": _ID,
}
VIEW: Final = TypedObject(
    {
        "home": Shape(_VIEW, frozenset({"blocks"})),
        "modal": Shape(
            {
                **_VIEW,
                **dict.fromkeys(("title", "submit", "close"), _plain(limits.VIEW_TITLE)),
                "clear_on_close": _FLAG,
                "notify_on_close": _FLAG,
            },
            frozenset({"title", "blocks"}),
        ),
    }
)
