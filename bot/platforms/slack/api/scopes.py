"""The OAuth scopes and event subscriptions of the app, no more than it needs.

`deploy/slack_manifest.yaml` asks for the same. Channels' history is not among it: who wants uncertain
messages of channels looked up there adds `channels:history` and `groups:history`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

SCOPES: Final = MappingProxyType(
    {
        "app_mentions:read": "to be mentioned",
        "channels:read": "who is in a channel, and when it is archived",
        "chat:write": "to write at all",
        "chat:write.public": "to write to public channels without an invitation",
        "commands": "slash commands and shortcuts",
        "files:write": "BibTeX as a file",
        "groups:read": "the same of private channels it is invited to",
        "im:history": "direct messages to it",
        "im:read": "whose direct messages are whose",
        "im:write": "to write to people directly",
        "links:read": "to see links to papers",
        "links:write": "to show cards below them",
        "mpim:read": "who is in direct messages of several people",
        "users:read": "languages, time zones, and who is an admin",
    }
)
"""Scopes of the bot's token with what each is for (docs.slack.dev/reference/scopes)."""

EVENTS: Final = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "channel_unarchive",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_unarchive",
    "link_shared",
    "member_joined_channel",
    "member_left_channel",
    "message.im",
    "tokens_revoked",
    "user_change",
)
"""Events that the app is told of (docs.slack.dev/reference/events)."""


def missing(granted: str) -> list[str]:
    """Return the scopes that a token lacks.

    Args:
        granted: the header `x-oauth-scopes` of any answer, separated by commas.
    """
    has = {scope.strip() for scope in granted.split(",")}
    return [scope for scope in SCOPES if scope not in has]
