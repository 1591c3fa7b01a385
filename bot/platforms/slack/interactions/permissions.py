"""Decides who may change what a channel gets."""

from __future__ import annotations

import logging
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Literal

from bot.platforms.slack.api.conversations import is_direct
from bot.platforms.slack.api.errors import NOT_THERE, RATE_LIMITED, SLACK_FAILED, code_of

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.platforms.slack.api.lookups import LookUps

ChannelPolicy = Literal["creator", "members", "admins"]
"""Who may change what a channel gets: who made it and the workspace's admins, everybody in it, or admins."""

_ADMIN: Final = ("is_admin", "is_owner", "is_primary_owner")

_log = logging.getLogger(__name__)


class Verdict(Enum):
    """Whether a user may change a chat's settings, and if not, why."""

    MAY = "may"
    STRANGER = "of another workspace"
    NOT_MEMBER = "not in the channel"
    NOT_CREATOR = "neither who made the channel nor an admin"
    NOT_ADMIN = "no admin"
    NOT_INVITED = "we are not in the private channel, and could not write there"
    BUSY = "Slack has too many requests"
    UNKNOWN = "Slack does not say"


class Rights:
    """Decides by the operator's policy (`CHANNEL_POLICY`).

    Args:
        policy: who may.
        lookups: what Slack says of people and channels.
    """

    def __init__(self, policy: ChannelPolicy, lookups: LookUps) -> None:
        self._policy = policy
        self._lookups = lookups

    async def may_change(self, client: AsyncWebClient, team_id: str, channel_id: str, user_id: str) -> bool:
        """Whether a person may change what a chat gets; no where Slack does not say."""
        return await self.judge(client, team_id, channel_id, user_id) is Verdict.MAY

    async def judge(self, client: AsyncWebClient, team_id: str, channel_id: str, user_id: str) -> Verdict:
        """Return whether a person may change what a chat gets, or why not.

        Direct messages are the person's own. Anybody may join a public channel, so there everybody of the
        workspace counts as in it; of a private one the list of its members is asked.

        Args:
            client: of the workspace.
            team_id: the chat's tenant: the workspace, or the organisation that installed the app for all.
            channel_id: the chat.
            user_id: who wants to change something.
        """
        if is_direct(channel_id):
            return Verdict.MAY
        try:
            user = await self._lookups.user(client, team_id, user_id)
            if is_stranger(user, team_id):
                return Verdict.STRANGER
            channel = await self._lookups.channel(client, team_id, channel_id)
            verdict = by_policy(self._policy, user, channel)
            if verdict is Verdict.MAY and channel.get("is_private") and not is_admin(user):
                is_in = await self._lookups.is_member(client, team_id, channel_id, user_id)
                return verdict if is_in else Verdict.NOT_MEMBER
        except SLACK_FAILED as error:
            said = code_of(error)
            if said in NOT_THERE:
                return Verdict.NOT_INVITED
            _log.warning("the rights of a user could not be read: %s", said)
            return Verdict.BUSY if said in RATE_LIMITED else Verdict.UNKNOWN
        return verdict


def is_stranger(user: dict[str, Any], tenant: str) -> bool:
    """Whether a user, as users.info says, belongs neither to a workspace nor to its organisation.

    Of people in channels shared between organisations Slack says `is_stranger`
    (docs.slack.dev/apis/slack-connect); with a workspace of the same organisation only the id differs.
    """
    if user.get("is_stranger") or user.get("deleted"):
        return True
    of_enterprise: dict[str, Any] = user.get("enterprise_user") or {}
    return tenant not in {
        user.get("team_id"),
        of_enterprise.get("enterprise_id"),
        *(of_enterprise.get("teams") or ()),
    }


def is_admin(user: dict[str, Any]) -> bool:
    """Whether a user, as users.info says, is an admin or owner of the workspace."""
    return any(user.get(name) for name in _ADMIN)


def by_policy(policy: ChannelPolicy, user: dict[str, Any], channel: dict[str, Any]) -> Verdict:
    """Return what a policy says of somebody who belongs to the workspace.

    Args:
        policy: who may.
        user: as users.info says.
        channel: as conversations.info says.
    """
    if policy == "members" or is_admin(user):
        return Verdict.MAY
    if policy == "admins":
        return Verdict.NOT_ADMIN
    return Verdict.MAY if channel.get("creator") == user.get("id") else Verdict.NOT_CREATOR
