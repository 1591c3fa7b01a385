"""The Web API methods there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from slack_server.api import account, chat, conversations, things, views

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_server.records.world import Call, World

    Run = Callable[[World, Call], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Method:
    """A method.

    Attributes:
        run: carries it out; gives the answer without `ok`.
        token: whose it wants.
        a_minute: how often Slack lets a workspace call it (docs.slack.dev/apis/web-api/rate-limits).
    """

    run: Run
    a_minute: int = 50
    token: Literal["bot", "none"] = "bot"


METHODS: Mapping[str, Method] = {
    "auth.test": Method(account.auth_test, 600),
    "auth.revoke": Method(account.auth_revoke),
    "apps.uninstall": Method(account.uninstall_app, 1),
    "oauth.v2.access": Method(account.oauth_access, 600, token="none"),
    "chat.postMessage": Method(chat.post_message, 600),
    "chat.postEphemeral": Method(chat.post_ephemeral, 100),
    "chat.update": Method(chat.update),
    "chat.delete": Method(chat.delete),
    "chat.getPermalink": Method(chat.get_permalink, 600),
    "chat.unfurl": Method(chat.unfurl),
    "conversations.info": Method(conversations.info),
    "conversations.list": Method(conversations.list_channels, 20),
    "conversations.open": Method(conversations.open_channel),
    "conversations.members": Method(conversations.members, 100),
    "conversations.join": Method(conversations.join),
    "conversations.history": Method(conversations.history),
    "conversations.replies": Method(conversations.replies),
    "users.info": Method(conversations.user_info, 100),
    "users.list": Method(conversations.list_users, 20),
    "team.info": Method(conversations.team_info),
    "bots.info": Method(conversations.bot_info),
    "views.open": Method(views.open_view, 100),
    "views.push": Method(views.push, 100),
    "views.update": Method(views.update, 100),
    "views.publish": Method(views.publish, 100),
    "reactions.add": Method(things.add_reaction),
    "reactions.remove": Method(things.remove_reaction, 20),
    "reactions.get": Method(things.get_reactions),
    "files.getUploadURLExternal": Method(things.get_upload_url, 100),
    "files.completeUploadExternal": Method(things.complete_upload, 100),
}
"""All but apps.connections.open, which wants an app-level token and opens a socket."""
