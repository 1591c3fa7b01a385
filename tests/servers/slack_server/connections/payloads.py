"""The payloads that Slack brings to an app.

Sources: docs.slack.dev/interactivity/implementing-slash-commands,
docs.slack.dev/reference/interaction-payloads, docs.slack.dev/apis/events-api/#events-JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_server.records.view import View

if TYPE_CHECKING:
    from slack_server.block_kit.shown import Control
    from slack_server.records.model import Channel, Message
    from slack_server.records.workspace import Installation, User
    from slack_server.records.world import World

VERIFICATION_TOKEN = "invented-verification-token"


def command(
    world: World, by: Installation, user: User, channel: Channel, *, name: str, text: str
) -> dict[str, Any]:
    """Return a slash command; its values are texts, as forms have them."""
    shown_as = {"im": "directmessage", "private": "privategroup", "mpim": channel.name}
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": by.team.id,
        "team_domain": by.team.domain,
        "channel_id": channel.id,
        "channel_name": shown_as.get(channel.kind, channel.name),
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": text,
        "api_app_id": world.app_id,
        "is_enterprise_install": "false",
        "response_url": world.response_url("commands", by, channel, user, None),
        "trigger_id": world.trigger(user, by.team, channel=channel),
    }


def event_callback(
    world: World, by: Installation, event: dict[str, Any], channel: Channel | None = None
) -> dict[str, Any]:
    """Return an event as the Events API wraps it."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": by.team.id,
        "context_team_id": by.team.id,
        "context_enterprise_id": None,
        "api_app_id": world.app_id,
        "event": {**event, "event_ts": event.get("event_ts") or world.new_ts()},
        "type": "event_callback",
        "event_id": world.new_id("Ev"),
        "event_time": int(world.now),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": by.team.id,
                "user_id": by.bot.id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": bool(channel and channel.shared_with),
        "event_context": world.new_id("4-"),
    }


def _interaction(world: World, by: Installation, user: User, kind: str, **fields: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "token": VERIFICATION_TOKEN,
        "api_app_id": world.app_id,
        "team": {"id": by.team.id, "domain": by.team.domain},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team.id},
        "enterprise": None,
        "is_enterprise_install": False,
        **fields,
    }


def block_actions(
    world: World, by: Installation, user: User, place: Message | View, actions: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return what Slack brings when somebody uses an element (block_actions-payload).

    Of ephemeral messages Slack brings only where they stand, not what they say.
    """
    state = {"values": {block: dict(values) for block, values in place.values.items()}}
    if isinstance(place, View):
        return _interaction(
            world,
            by,
            user,
            "block_actions",
            container={"type": "view", "view_id": place.id},
            trigger_id=world.trigger(user, by.team, view=place),
            view=place.as_json,
            actions=actions,
        )
    fields: dict[str, Any] = {
        "container": {
            "type": "message",
            "message_ts": place.ts,
            "channel_id": place.channel.id,
            "is_ephemeral": place.only_for is not None,
        },
        "trigger_id": world.trigger(user, by.team, channel=place.channel),
        "channel": _channel(place.channel),
        "state": state,
        "response_url": world.response_url("actions", by, place.channel, user, place),
        "actions": actions,
    }
    if place.only_for is None:
        fields["message"] = place.as_json
    if place.thread_ts:
        fields["container"]["thread_ts"] = place.thread_ts
    return _interaction(world, by, user, "block_actions", **fields)


def action(world: World, control: Control, state: dict[str, Any] | None) -> dict[str, Any]:
    """Return one element of `actions`.

    Args:
        world: what there is.
        control: what was used.
        state: what is chosen now, of elements that keep it.
    """
    element = control.element
    block_id, action_id = control.key
    said: dict[str, Any] = {"type": control.kind, "action_id": action_id, "block_id": block_id}
    said["action_ts"] = world.new_ts()
    if state is not None:
        said |= {name: value for name, value in state.items() if name != "type"}
    elif control.option is not None:
        said["selected_option"] = control.option
    said |= {name: element[name] for name in ("text", "value", "style", "placeholder") if name in element}
    return said


def view_submission(world: World, by: Installation, user: User, view: View) -> dict[str, Any]:
    """Return what Slack brings when somebody submits a modal."""
    urls = []
    for block in view.blocks:
        element = block.get("element") or {}
        if element.get("response_url_enabled"):
            state = view.values[block["block_id"]][element["action_id"]]
            channel = world.channels.get(state.get("selected_conversation") or state.get("selected_channel"))
            if channel is None:
                continue
            urls.append(
                {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": channel.id,
                    "response_url": world.response_url("actions", by, channel, user, None),
                }
            )
    return _interaction(
        world,
        by,
        user,
        "view_submission",
        trigger_id=world.trigger(user, by.team, view=view),
        view=view.as_json,
        response_urls=urls,
    )


def view_closed(
    world: World, by: Installation, user: User, view: View, *, is_cleared: bool
) -> dict[str, Any]:
    """Return what Slack brings when somebody closes a modal that asked for it."""
    return _interaction(world, by, user, "view_closed", view=view.as_json, is_cleared=is_cleared)


def shortcut(world: World, by: Installation, user: User, callback_id: str) -> dict[str, Any]:
    """Return a global shortcut."""
    return _interaction(
        world,
        by,
        user,
        "shortcut",
        callback_id=callback_id,
        action_ts=world.new_ts(),
        trigger_id=world.trigger(user, by.team),
    )


def message_action(
    world: World, by: Installation, user: User, callback_id: str, message: Message
) -> dict[str, Any]:
    """Return a message shortcut."""
    return _interaction(
        world,
        by,
        user,
        "message_action",
        callback_id=callback_id,
        action_ts=world.new_ts(),
        trigger_id=world.trigger(user, by.team, channel=message.channel),
        response_url=world.response_url("actions", by, message.channel, user, None),
        message_ts=message.ts,
        channel=_channel(message.channel),
        message=message.as_json,
    )


def block_suggestion(
    world: World, by: Installation, user: User, view: View, control: Control, *, typed: str
) -> dict[str, Any]:
    """Return what Slack brings when somebody types into an external menu."""
    block_id, action_id = control.key
    return _interaction(
        world,
        by,
        user,
        "block_suggestion",
        action_id=action_id,
        block_id=block_id,
        value=typed,
        container={"type": "view", "view_id": view.id},
        view=view.as_json,
    )


def _channel(channel: Channel) -> dict[str, str]:
    shown_as = {"im": "directmessage", "private": "privategroup"}
    return {"id": channel.id, "name": shown_as.get(channel.kind, channel.name)}
