"""Maps Slack conversations (a direct message or a channel) to paperwire's chats."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from bot.domain.chat.command import ChatKey
from bot.domain.schedules.time_zone import UnknownZoneError, parse_zone
from bot.i18n import match_language
from bot.platforms.slack.api.errors import SLACK_FAILED, code_of

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.domain.chat.command import Chat
    from bot.platforms.slack.api.lookups import LookUps
    from bot.services.platform_services import PlatformServices

PLATFORM: Final = "slack"

_DIRECT: Final = "D"
_REMEMBERED: Final = 10_000
"""People and chats that are remembered, so that Slack is not asked about them again."""

_log = logging.getLogger(__name__)


def is_direct(channel_id: str) -> bool:
    """Whether a conversation is between two: of a person with us, or with somebody else."""
    return channel_id.startswith(_DIRECT)


def key_of(tenant: str, channel_id: str) -> ChatKey:
    """Return what names a chat; a thread is no chat of its own, so that one channel has one digest."""
    return ChatKey(PLATFORM, channel_id, tenant=tenant)


class PersonalChats:
    """Opens the chats of users and channels.

    A new chat begins with what Slack knows of whoever came first: a person's own chat with their language and
    time zone, a channel with their time zone.

    Args:
        services: keeps the chats.
        lookups: what Slack says of people.
    """

    def __init__(self, services: PlatformServices, lookups: LookUps) -> None:
        self._chats = services.chats
        self._lookups = lookups
        self._direct: dict[tuple[str, str], str] = {}
        self._known: set[ChatKey] = set()

    async def of(self, client: AsyncWebClient, team_id: str, user_id: str) -> Chat:
        """Return a person's own chat: the direct messages with us.

        Args:
            client: of the workspace.
            team_id: the chat's tenant: the workspace, or the organisation that installed the app for all.
            user_id: the person.

        Raises:
            SlackApiError: Slack does not open it, since the account is deactivated, say; or another of
                `errors.SLACK_FAILED`, where it can't be reached.
        """
        channel = self._direct.get((team_id, user_id))
        if channel is None:
            opened = await client.conversations_open(users=user_id)
            channel = str(opened["channel"]["id"])
            if len(self._direct) >= _REMEMBERED:
                self._direct.clear()
            self._direct[team_id, user_id] = channel
        return await self._open(client, key_of(team_id, channel), user_id)

    async def at(self, client: AsyncWebClient, team_id: str, channel_id: str, user_id: str) -> Chat:
        """Return the chat that a person means who asks in a channel or in direct messages.

        In direct messages with somebody else it is their own chat with us: we could not write there.

        Args:
            client: of the workspace.
            team_id: the chat's tenant.
            channel_id: where it was asked.
            user_id: the user.

        Raises:
            SlackApiError: the person's own chat can't be opened; or another of `errors.SLACK_FAILED`.
        """
        if is_direct(channel_id):
            return await self.of(client, team_id, user_id)
        return await self._open(client, key_of(team_id, channel_id), user_id)

    async def _open(self, client: AsyncWebClient, key: ChatKey, user_id: str) -> Chat:
        if key in self._known:
            return await self._chats.open(key)
        language, zone = await self._choices(client, key.tenant, user_id)
        chat = await self._chats.open(
            key, language=language if is_direct(key.external_id) else None, zone=zone
        )
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known.add(key)
        return chat

    async def _choices(
        self, client: AsyncWebClient, tenant: str, user_id: str
    ) -> tuple[str | None, str | None]:
        """Return the language and time zone of a person; what is not spoken or known here is None."""
        try:
            user = await self._lookups.user(client, tenant, user_id)
        except SLACK_FAILED as error:
            _log.info("the profile of a user could not be read: %s", code_of(error))
            return None, None
        try:
            zone = parse_zone(user.get("tz") or "")
        except UnknownZoneError:
            zone = None
        return match_language(user.get("locale") or ""), zone


class Presence:
    """Records whether the bot may write to a chat, from Slack's errors and from users' activity.

    Args:
        services: keeps it.
    """

    def __init__(self, services: PlatformServices) -> None:
        self._chats = services.chats
        self._here: set[ChatKey] = set()

    async def seen(self, key: ChatKey) -> None:
        """Note that somebody may be answered in a chat; stored where that is news to this process."""
        if key not in self._here:
            if len(self._here) >= _REMEMBERED:
                self._here.clear()
            self._here.add(key)
            await self._chats.set_reachable(key, reachable=True)

    async def gone(self, key: ChatKey) -> None:
        """Store that we may not write to a chat any more."""
        self._here.discard(key)
        await self._chats.set_reachable(key, reachable=False)

    def doubted(self, key: ChatKey) -> None:
        """Forget that a chat was there: Slack has refused a message, and whoever sent it stores that."""
        self._here.discard(key)

    def forget(self) -> None:
        """Forget all chats: a workspace removed the app or is back."""
        self._here.clear()
