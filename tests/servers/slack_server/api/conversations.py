"""Methods `conversations.*`, `users.*`, `team.info` and `bots.info`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slack_server.api.access import (
    channel_of,
    direct_channel,
    is_known,
    is_visible,
    message_of,
    need_scope,
    page_of,
    scope_of,
    user_of,
)
from slack_server.api.refusal import Refusal
from slack_server.records.model import Channel

if TYPE_CHECKING:
    from slack_server.records.model import Message
    from slack_server.records.world import Call, World

_KINDS = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
_MOST_IN_A_GROUP = 8


def info(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/conversations.info."""
    channel = channel_of(world, call)
    need_scope(call, scope_of(channel.kind, "read"))
    return {"channel": channel.seen_by(call.bot)}


def list_channels(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/conversations.list."""
    named = call.params.text("types", "public_channel").split(",")
    if not set(named) <= set(_KINDS):
        raise Refusal("invalid_types")
    kinds = {_KINDS[name] for name in named}
    for kind in kinds:
        need_scope(call, scope_of(kind, "read"))  # type: ignore[arg-type]
    without_archived = call.params.flag("exclude_archived")
    found = [
        channel
        for channel in world.channels.values()
        if channel.kind in kinds and is_visible(channel, call) and not (channel.archived and without_archived)
    ]
    page, following = page_of(call, found)
    return {
        "channels": [channel.seen_by(call.bot) for channel in page],
        "response_metadata": {"next_cursor": following},
    }


def open_channel(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/conversations.open: with one person, or with several."""
    if "channel" in call.params:
        channel = channel_of(world, call)
    else:
        named = [one for one in call.params.text("users").strip("[]").replace('"', "").split(",") if one]
        if not named:
            raise Refusal("users_list_not_supplied")
        if len(named) > _MOST_IN_A_GROUP:
            raise Refusal("too_many_users")
        users = [world.users.get(one.strip()) for one in named]
        if any(user is None or not is_known(world, user, call.team) for user in users):
            raise Refusal("user_not_found")
        people = [user for user in users if user is not None]
        if any(user.deleted for user in people):
            raise Refusal("user_disabled")
        if any(user.bot_id for user in people):
            raise Refusal("cannot_dm_bot")
        need_scope(call, "im:write" if len(people) == 1 else "mpim:write")
        if len(people) == 1:
            channel = direct_channel(world, people[0], call.bot)
        else:
            channel = Channel(
                id=world.new_id("C"),
                team=call.team,
                kind="mpim",
                name=f"mpdm-{'--'.join(user.name for user in people)}-1",
                app_id=world.app_id,
                members={user.id: user for user in [*people, call.bot]},
            )
            world.channels[channel.id] = channel
    said = channel.seen_by(call.bot)
    return {"channel": said if call.params.flag("return_im") else {"id": channel.id}}


def members(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/conversations.members."""
    channel = channel_of(world, call)
    need_scope(call, scope_of(channel.kind, "read"))
    page, following = page_of(call, list(channel.members))
    return {"members": page, "response_metadata": {"next_cursor": following}}


def join(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/conversations.join."""
    need_scope(call, "channels:join")
    channel = channel_of(world, call)
    if channel.kind != "public":
        raise Refusal("method_not_supported_for_channel_type")
    if channel.archived:
        raise Refusal("is_archived")
    channel.members[call.bot.id] = call.bot
    return {"channel": channel.seen_by(call.bot)}


def history(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/conversations.history: the newest first."""
    channel = _readable(world, call)
    found = [one for one in channel.history.values() if one.thread_ts is None or one.broadcast]
    return _messages(call, sorted(found, key=lambda one: one.ts, reverse=True))


def replies(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/conversations.replies: the parent, then the oldest first."""
    channel = _readable(world, call)
    parent = message_of(channel, call, missing="thread_not_found")
    return _messages(call, [parent, *channel.replies_to(parent)])


def _readable(world: World, call: Call) -> Channel:
    channel = channel_of(world, call)
    need_scope(call, scope_of(channel.kind, "history"))
    if not channel.has(call.bot):
        raise Refusal("not_in_channel")
    return channel


def _messages(call: Call, found: list[Message]) -> dict[str, Any]:
    params = call.params
    inclusive = params.flag("inclusive")
    oldest, latest = params.text("oldest", "0"), params.text("latest") or "9999999999"

    def is_within(message: Message) -> bool:
        ts = float(message.ts)
        if inclusive and ts in {float(oldest), float(latest)}:
            return True
        return float(oldest) < ts < float(latest)

    page, following = page_of(call, [one for one in found if not one.deleted and is_within(one)], most=999)
    whole = params.flag("include_all_metadata")
    said = [one.as_json | ({"metadata": one.metadata} if whole and one.metadata else {}) for one in page]
    more = {"response_metadata": {"next_cursor": following}} if following else {}
    return {"messages": said, "has_more": bool(following), **more}


def user_info(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/users.info."""
    need_scope(call, "users:read")
    user = user_of(world, call)
    said = user.seen_from(call.team)
    return {"user": said | ({"locale": user.locale} if call.params.flag("include_locale") else {})}


def list_users(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/users.list."""
    need_scope(call, "users:read")
    found = [user for user in world.users.values() if is_known(world, user, call.team)]
    page, following = page_of(call, found)
    locale = call.params.flag("include_locale")
    said = [user.seen_from(call.team) | ({"locale": user.locale} if locale else {}) for user in page]
    return {"members": said, "response_metadata": {"next_cursor": following}}


def team_info(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/team.info."""
    need_scope(call, "team:read")
    team = world.teams.get(call.params.text("team", call.team.id))
    if team is None:
        raise Refusal("team_not_found")
    return {"team": team.as_json}


def bot_info(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/bots.info."""
    need_scope(call, "users:read")
    bot_id = call.params.text("bot")
    bot = next((user for user in world.users.values() if bot_id and user.bot_id == bot_id), None)
    if bot is None:
        raise Refusal("bot_not_found")
    said = {"id": bot.bot_id, "deleted": bot.deleted, "name": bot.name, "app_id": world.app_id}
    return {"bot": said | {"user_id": bot.id, "updated": 1_700_000_000, "icons": {}}}
