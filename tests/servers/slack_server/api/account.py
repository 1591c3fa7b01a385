"""Methods about the app itself: who it is, its sockets, how it gets into a workspace and out again."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from slack_server.api.refusal import Refusal
from slack_server.records.workspace import Installation, Team, User

if TYPE_CHECKING:
    from slack_server.records.world import Call, World


def auth_test(_: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/auth.test."""
    return {
        "url": f"https://{call.team.domain}.slack.com/",
        "team": call.team.name,
        "user": call.bot.name,
        "team_id": call.team.id,
        "user_id": call.bot.id,
        "bot_id": call.bot.bot_id,
        "is_enterprise_install": False,
    }


def auth_revoke(_: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/auth.revoke."""
    if call.params.flag("test"):
        return {"revoked": False}
    assert call.by is not None
    call.by.refused_as = "token_revoked"
    return {"revoked": True}


def uninstall_app(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/apps.uninstall."""
    _check_client(world, call)
    remove_installation(world, call.team)
    return {}


def oauth_access(world: World, call: Call) -> dict[str, Any]:
    """docs.slack.dev/reference/methods/oauth.v2.access: a code is good for one token."""
    _check_client(world, call)
    granted = world.codes.pop(call.params.text("code"), None)
    if granted is None:
        raise Refusal("invalid_code")
    team, installer, scopes, redirect_uri = granted
    if call.params.text("redirect_uri") != redirect_uri:
        raise Refusal("bad_redirect_uri")
    made = install(world, team, installer, scopes)
    return {
        "app_id": world.app_id,
        "authed_user": {"id": installer.id},
        "scope": ",".join(sorted(scopes)),
        "token_type": "bot",
        "access_token": made.token,
        "bot_user_id": made.bot.id,
        "team": {"id": team.id, "name": team.name},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def install(world: World, team: Team, installer: User, scopes: frozenset[str]) -> Installation:
    """Put the app into a workspace; the bot stays the same user when it comes again, with a new token."""
    known = [one.bot for one in world.installations.values() if one.team is team]
    if known:
        bot = known[-1]
        bot.deleted = False
    else:
        bot = User(
            id=world.new_id("U"),
            team=team,
            name="paperwire",
            real_name="paperwire",
            bot_id=world.new_id("B"),
        )
        world.users[bot.id] = bot
    token = f"xoxb-{team.id}-{random.getrandbits(96):024x}"
    made = Installation(team=team, bot=bot, token=token, scopes=scopes, installer=installer)
    world.installations[token] = made
    return made


def remove_installation(world: World, team: Team) -> list[Installation]:
    """Take the app out of a workspace; its tokens are refused from then on."""
    gone = [one for one in world.installations.values() if one.team is team and one.refused_as is None]
    for one in gone:
        one.refused_as = "account_inactive"
        one.bot.deleted = True
        for channel in world.channels.values():
            if channel.kind != "im":
                channel.members.pop(one.bot.id, None)
    world.changes.tell()
    return gone


def _check_client(world: World, call: Call) -> None:
    if call.params.text("client_id") != world.client_id:
        raise Refusal("invalid_client_id")
    if call.params.text("client_secret") != world.client_secret:
        raise Refusal("bad_client_secret")
