"""What a request names, whether the app may see it and write there, and what Slack answers if not."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, TypeVar

from slack_server.api.refusal import Refusal, invalid_arguments, missing_scope
from slack_server.records.model import Channel

if TYPE_CHECKING:
    from slack_server.records.model import ChannelKind, Message
    from slack_server.records.workspace import Team, User
    from slack_server.records.world import Call, World

_T = TypeVar("_T")
_READ = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}


def need_scope(call: Call, *scopes: str) -> None:
    """Refuse a token that has none of some scopes.

    Raises:
        Refusal: `missing_scope`, with what is needed and what there is.
    """
    assert call.by is not None, "only methods with a bot's token need scopes"
    if not call.by.scopes & set(scopes):
        raise missing_scope(",".join(scopes), call.by.scopes)


def scope_of(kind: ChannelKind, right: str) -> str:
    """Return the scope of a kind of conversation, such as `groups:history`."""
    return f"{_READ[kind]}:{right}"


def is_visible(channel: Channel, call: Call) -> bool:
    """Return whether the app may know of a channel: not of others' nor of private ones it isn't in."""
    if channel.deleted or call.team not in [channel.team, *channel.shared_with]:
        return False
    return channel.kind == "public" or channel.has(call.bot)


def channel_of(world: World, call: Call, *, name: str = "channel") -> Channel:
    """Return the channel that a request names by its id.

    Raises:
        Refusal: there is none that the app may know of.
    """
    channel = world.channels.get(call.params.required(name))
    if channel is None or not is_visible(channel, call):
        raise Refusal("channel_not_found")
    return channel


def direct_channel(world: World, user: User, bot: User) -> Channel:
    """Return the direct messages of a person with a bot, opened if they were not."""
    for channel in world.channels.values():
        if channel.kind == "im" and channel.person is user and channel.has(bot):
            return channel
    channel = Channel(
        id=world.new_id("D"),
        team=bot.team,
        kind="im",
        name=user.id,
        app_id=world.app_id,
        person=user,
        members={user.id: user, bot.id: bot},
    )
    world.channels[channel.id] = channel
    return channel


def writable_channel(world: World, call: Call) -> Channel:
    """Return where a message shall go: by a channel's id or name, or a person's id.

    Raises:
        Refusal: the bot may not write there.
    """
    need_scope(call, "chat:write")
    named = call.params.required("channel")
    user = world.users.get(named)
    if user is not None:
        if user.bot_id is not None:
            raise Refusal("cannot_dm_bot")
        if not is_known(world, user, call.team):
            raise Refusal("channel_not_found")
        return direct_channel(world, user, call.bot)
    channel = world.channels.get(named) or by_name(world, call.team, named)
    if channel is None or not is_visible(channel, call):
        raise Refusal("channel_not_found")
    if channel.archived:
        raise Refusal("is_archived")
    assert call.by is not None
    if not channel.has(call.bot) and "chat:write.public" not in call.by.scopes:
        raise Refusal("not_in_channel")
    if channel.posting == "admins":
        raise Refusal("restricted_action")
    return channel


def by_name(world: World, team: Team, name: str) -> Channel | None:
    """Return a workspace's channel by its name, with or without `#`."""
    wanted = name.removeprefix("#")
    found = (one for one in world.channels.values() if one.team is team and one.name == wanted)
    return next((one for one in found if one.kind in {"public", "private"} and not one.deleted), None)


def is_known(world: World, user: User, team: Team) -> bool:
    """Return whether a workspace knows a person: its own, and those it shares a channel with."""
    if user.team is team:
        return True
    shared = (one for one in world.channels.values() if team in [one.team, *one.shared_with])
    return any(channel.has(user) for channel in shared)


def user_of(world: World, call: Call, *, name: str = "user") -> User:
    """Return the user that a request names.

    Raises:
        Refusal: the workspace knows none.
    """
    user = world.users.get(call.params.required(name))
    if user is None or not is_known(world, user, call.team):
        raise Refusal("user_not_found")
    return user


def message_of(
    channel: Channel, call: Call, *, name: str = "ts", missing: str = "message_not_found"
) -> Message:
    """Return the message that a request names; ephemeral ones can't be named.

    Raises:
        Refusal: there is none.
    """
    message = channel.history.get(call.params.required(name))
    if message is None or message.deleted:
        raise Refusal(missing)
    return message


def page_of(call: Call, found: list[_T], *, most: int = 1000, default: int = 100) -> tuple[list[_T], str]:
    """Return a page of a list and the cursor of the next (docs.slack.dev/apis/web-api/pagination).

    Raises:
        Refusal: the limit or the cursor is none of Slack's.
    """
    limit = call.params.integer("limit", default)
    if not 1 <= limit <= most:
        raise invalid_arguments(f"must be between 1 and {most} [json-pointer:/limit]")
    cursor = call.params.text("cursor")
    start = 0
    if cursor:
        try:
            start = int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
        except ValueError:
            raise Refusal("invalid_cursor") from None
    end = start + limit
    following = base64.b64encode(f"next:{end}".encode()).decode() if end < len(found) else ""
    return found[start:end], following
