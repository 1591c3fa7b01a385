"""Methods `views.*`: modals, at most three on a stack, and the Home tab.

Source: docs.slack.dev/surfaces/modals and the methods' pages.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from slack_server.api.access import user_of
from slack_server.api.refusal import Refusal, invalid_arguments
from slack_server.block_kit.block_kit import MOST_VIEW_BYTES, complaints_about_view
from slack_server.block_kit.shown import controls
from slack_server.records.states import chosen, is_empty
from slack_server.records.view import View
from slack_server.records.world import TRIGGER_SECONDS, set_initial_values

if TYPE_CHECKING:
    from slack_server.records.model import Channel
    from slack_server.records.workspace import User
    from slack_server.records.world import Call, Trigger, World

MOST_STACKED = 3
_PARTS_OF_A_TRIGGER = 3


def open_view(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/views.open."""
    said = read_view(call.params.structure("view"))
    trigger = _trigger(world, call)
    stack = world.stacks[trigger.user.id]
    if stack:
        clear(world, trigger.user)
    view = show(world, said, trigger.user, call.bot)
    _choose_current_conversation(view, trigger.channel)
    return {"view": view.as_json}


def push(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/views.push."""
    said = read_view(call.params.structure("view"))
    trigger = _trigger(world, call)
    if trigger.view is None or not trigger.view.open:
        raise Refusal("not_found")
    check_room(world, trigger.user)
    return {"view": show(world, said, trigger.user, call.bot).as_json}


def update(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/views.update."""
    said = read_view(call.params.structure("view"))
    view_id, external_id = call.params.text("view_id"), call.params.text("external_id")
    view = world.views.get(view_id)
    if external_id:
        found = (one for one in world.views.values() if one.said.get("external_id") == external_id)
        view = next((one for one in found if one.open), None)
    if view is None or not view.open or view.team is not call.team:
        raise Refusal("not_found")
    _check_hash(view, call)
    if said["type"] != view.kind:
        raise invalid_arguments("failed to match all allowed schemas [json-pointer:/view]")
    replace(world, view, said)
    return {"view": view.as_json}


def publish(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/views.publish: a person's Home tab."""
    said = read_view(call.params.structure("view"))
    if said["type"] != "home":
        raise invalid_arguments("failed to match all allowed schemas [json-pointer:/view]")
    user = user_of(world, call, name="user_id")
    view = world.homes.get((call.team.id, user.id))
    if view is None:
        view = _made(world, said, user, call.bot)
        world.homes[call.team.id, user.id] = view
        world.did("home", view, user=user)
    else:
        _check_hash(view, call)
        replace(world, view, said)
    return {"view": view.as_json}


def read_view(said: Any) -> dict[str, Any]:
    """Return a view that Slack would take.

    Raises:
        Refusal: `view_too_large`, or `invalid_arguments` with all complaints.
    """
    if not isinstance(said, dict):
        raise invalid_arguments("missing required field: view")
    if len(json.dumps(said).encode()) > MOST_VIEW_BYTES:
        raise Refusal("view_too_large")
    complaints = complaints_about_view(said)
    if complaints:
        raise invalid_arguments("failed to match all allowed schemas [json-pointer:/view]", *complaints)
    return said


def check_room(world: World, user: User) -> None:
    """Refuse a fourth modal on a stack."""
    if len(world.stacks[user.id]) >= MOST_STACKED:
        raise Refusal("push_limit_reached")


def show(world: World, said: dict[str, Any], user: User, bot: User) -> View:
    """Open a modal on top of those a person has open."""
    stack = world.stacks[user.id]
    view = _made(world, said, user, bot)
    if stack:
        view.root, view.previous = stack[0], stack[-1]
    stack.append(view)
    world.did("view", view, user=user)
    return view


def replace(world: World, view: View, said: dict[str, Any]) -> None:
    """Let a view show something else; what was typed stays where block_id and action_id stay."""
    typed = {block: dict(values) for block, values in view.values.items()}
    view.versions.append(view.said)
    view.said = {**said, "blocks": world.with_ids(said["blocks"])}
    view.hash = world.new_hash()
    view.errors = {}
    set_initial_values(view)
    for block_id, values in view.values.items():
        for action_id, state in values.items():
            before = typed.get(block_id, {}).get(action_id)
            if before is not None and before["type"] == state["type"]:
                values[action_id] = before
    world.did("home" if view.kind == "home" else "view", view, user=view.user)


def clear(world: World, user: User) -> list[View]:
    """Close all modals of a person; return them, the top one first."""
    stack = world.stacks.pop(user.id, [])
    for view in stack:
        view.open = False
    world.changes.tell()
    return stack[::-1]


def _choose_current_conversation(view: View, channel: Channel | None) -> None:
    """Choose where the person was, in menus that ask for that and for nothing else."""
    for control in controls(view.blocks):
        element = control.element
        if channel is not None and element.get("default_to_current_conversation"):
            block_id, action_id = control.key
            state = view.values[block_id][action_id]
            if is_empty(state):
                several = element["type"] == "multi_conversations_select"
                view.values[block_id][action_id] = chosen(control, [channel] if several else channel)


def _made(world: World, said: dict[str, Any], user: User, bot: User) -> View:
    external_id = said.get("external_id")
    if external_id and any(
        one.open and one.team is bot.team and one.said.get("external_id") == external_id
        for one in world.views.values()
    ):
        raise Refusal("duplicate_external_id")
    view = View(
        id=world.new_id("V"),
        team=bot.team,
        user=user,
        bot=bot,
        app_id=world.app_id,
        said={**said, "blocks": world.with_ids(said["blocks"])},
        hash=world.new_hash(),
    )
    set_initial_values(view)
    world.views[view.id] = view
    return view


def _trigger(world: World, call: Call) -> Trigger:
    trigger_id = call.params.required("trigger_id")
    trigger = world.triggers.get(trigger_id)
    if trigger is None or trigger.team is not call.team:
        is_one = len(trigger_id.split(".")) == _PARTS_OF_A_TRIGGER
        raise Refusal("expired_trigger_id" if is_one else "invalid_trigger_id")
    if trigger.used:
        raise Refusal("exchanged_trigger_id")
    if world.now - trigger.made_at > TRIGGER_SECONDS:
        raise Refusal("expired_trigger_id")
    trigger.used = True
    return trigger


def _check_hash(view: View, call: Call) -> None:
    given = call.params.text("hash")
    if given and given != view.hash:
        raise Refusal("hash_conflict")
