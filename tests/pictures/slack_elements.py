"""What is pressed, chosen or typed into in Slack's blocks, as HTML.

Reference: https://docs.slack.dev/reference/block-kit/block-elements
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from slack_text import text_html
from web_page import PictureError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_text import Json


def element_html(element: Json) -> str:
    """Return an element.

    Raises:
        PictureError: an element of its type can't be drawn.
    """
    draw = _ELEMENTS.get(element["type"])
    if draw is None:
        raise PictureError(f"no picture of an element of type {element['type']!r}")
    return draw(element)


def _button(element: Json) -> str:
    style = element.get("style", "default")
    return f'<span class="button {escape(style)}">{text_html(element["text"])}</span>'


def _overflow(element: Json) -> str:
    """Draw the closed menu: what it offers is seen once it is pressed."""
    return f'<span class="button overflow" data-options="{len(element["options"])}"></span>'


def _select(element: Json) -> str:
    chosen = element.get("initial_option")
    return _field(
        text_html(chosen["text"]) if chosen else _placeholder(element), "select", filled=bool(chosen)
    )


def _multi_select(element: Json) -> str:
    chosen = element.get("initial_options", ())
    tokens = "".join(f'<span class="token">{text_html(option["text"])}</span>' for option in chosen)
    return _field(tokens or _placeholder(element), "select", filled=bool(chosen))


def _select_of_slack(element: Json) -> str:
    """Draw a menu that Slack fills itself: what is chosen in it is an id that only Slack can name."""
    if any(name.startswith("initial_") for name in element):
        raise PictureError(f"no picture of what is chosen in a {element['type']!r}")
    return _field(_placeholder(element), "select", filled=False)


def _typed(element: Json) -> str:
    value = element.get("initial_value")
    kind = "text several" if element.get("multiline") else "text"
    return _field(escape(value, quote=False) if value else _placeholder(element), kind, filled=bool(value))


def _moment(name: str) -> Callable[[Json], str]:
    def draw(element: Json) -> str:
        value = element.get(f"initial_{name}")
        return _field(escape(value) if value else _placeholder(element), f"select {name}", filled=bool(value))

    return draw


def _choices(kind: str) -> Callable[[Json], str]:
    def draw(element: Json) -> str:
        one = element.get("initial_option")
        chosen = [
            option["value"] for option in (*element.get("initial_options", ()), *((one,) if one else ()))
        ]
        return "".join(_choice(option, kind, on=option["value"] in chosen) for option in element["options"])

    return draw


def _choice(option: Json, kind: str, *, on: bool) -> str:
    described = option.get("description")
    below = f"<small>{text_html(described)}</small>" if described else ""
    return f'<div class="choice {kind}{" on" * on}"><span>{text_html(option["text"])}{below}</span></div>'


def _field(content: str, kind: str, *, filled: bool) -> str:
    return f'<div class="field {kind}{"" if filled else " empty"}">{content}</div>'


def _placeholder(element: Json) -> str:
    return text_html(element["placeholder"]) if "placeholder" in element else ""


_ELEMENTS: Final[Mapping[str, Callable[[Json], str]]] = {
    "button": _button,
    "overflow": _overflow,
    "static_select": _select,
    "external_select": _select,
    "multi_static_select": _multi_select,
    "multi_external_select": _multi_select,
    "conversations_select": _select_of_slack,
    "channels_select": _select_of_slack,
    "users_select": _select_of_slack,
    "plain_text_input": _typed,
    "email_text_input": _typed,
    "url_text_input": _typed,
    "number_input": _typed,
    "timepicker": _moment("time"),
    "datepicker": _moment("date"),
    "checkboxes": _choices("check"),
    "radio_buttons": _choices("radio"),
}
