"""Composition objects of Block Kit: texts, options, confirmations.

Source: docs.slack.dev/reference/block-kit/composition-objects
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_server.block_kit.schema import (
    Complaints,
    boolean,
    by_type,
    choice,
    every,
    items,
    one_of_fields,
    shape,
    string,
    url,
)

if TYPE_CHECKING:
    from slack_server.block_kit.schema import Check

ID = string(255)
"""A `block_id`, `action_id` or `callback_id`."""
_MOST_OPTIONS = 100


def plain(most: int, *, least: int = 1) -> Check:
    """Check a text object of `plain_text`."""
    return by_type({"plain_text": shape({"text": string(most, least=least)}, {"emoji": boolean})})


def mrkdwn(most: int) -> Check:
    """Check a text object of `mrkdwn`."""
    return by_type({"mrkdwn": shape({"text": string(most)}, {"verbatim": boolean})})


def text(most: int) -> Check:
    """Check a text object of either kind."""
    return by_type(
        {
            "plain_text": shape({"text": string(most)}, {"emoji": boolean}),
            "mrkdwn": shape({"text": string(most)}, {"verbatim": boolean}),
        }
    )


def options(*, most: int = _MOST_OPTIONS, formatted: bool = False, links: bool = False) -> Check:
    """Check a list of options (docs.slack.dev/reference/block-kit/composition-objects/option-object).

    Args:
        most: how many.
        formatted: whether mrkdwn is allowed, as in checkboxes and radio buttons.
        links: whether they may open a page, as in overflow menus.
    """
    optional: dict[str, Check] = {"description": text(75) if formatted else plain(75)}
    if links:
        optional["url"] = url(3000)
    label = text(75) if formatted else plain(75)
    return items(shape({"text": label, "value": string(150)}, optional), most=most)


def option_groups(value: Any, place: str, said: Complaints) -> None:
    """Check a list of option groups."""
    group = shape({"label": plain(75), "options": options()})
    items(group, most=100)(value, place, said)


def options_or_groups(value: Any, place: str, said: Complaints) -> None:
    """Check that a menu has options or groups of them, and that it starts with one that it has."""
    one_of_fields("options", "option_groups")(value, place, said)
    initial_is_an_option(value, place, said)


def initial_is_an_option(value: Any, place: str, said: Complaints) -> None:
    """Check that what is chosen at first is among the options, the same in all its fields."""
    if not isinstance(value, dict):
        return
    listed = [option for option in value.get("options") or [] if isinstance(option, dict)]
    for group in value.get("option_groups") or []:
        listed += (group.get("options") or []) if isinstance(group, dict) else []
    chosen = value.get("initial_options") or []
    if "initial_option" in value:
        chosen = [value["initial_option"]]
    for one in chosen if isinstance(chosen, list) else []:
        if one not in listed:
            name = "initial_option" if "initial_option" in value else "initial_options"
            said.add("initial option must be one of the options", f"{place}/{name}")


confirm = every(
    shape(
        {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
        {"style": choice("primary", "danger")},
    )
)
"""A confirmation dialog."""

conversation_filter = every(
    shape(
        {},
        {
            "include": items(choice("im", "mpim", "private", "public"), most=4),
            "exclude_external_shared_channels": boolean,
            "exclude_bot_users": boolean,
        },
    )
)
"""Which conversations a menu lists."""

dispatch_config = every(
    shape({}, {"trigger_actions_on": items(choice("on_enter_pressed", "on_character_entered"), most=2)})
)
"""When an input tells the bot of what is typed."""
