"""Handles Slack's lifecycle events and updates the chats table.

A channel was archived or renamed, a user deactivated, the app uninstalled.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from bot.errors import PaperwireError
from bot.platforms.slack.api.clients import TENANT
from bot.platforms.slack.api.conversations import PLATFORM, key_of
from bot.platforms.slack.api.errors import SLACK_FAILED, code_of
from bot.platforms.slack.api.installation_store import tenant_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.async_app import AsyncApp, AsyncBoltContext
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.platforms.slack.api.conversations import Presence
    from bot.platforms.slack.api.lookups import LookUps
    from bot.platforms.slack.interactions.background import Background
    from bot.services.platform_state.event_inbox import EventInbox
    from bot.services.platform_state.installations import WorkspaceInstallations

_LEFT: Final = (
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "group_archive",
    "group_deleted",
    "group_left",
)
_BACK: Final = ("channel_unarchive", "group_unarchive")
_PAGE: Final = 200
_MOST_PAGES: Final = 50

_log = logging.getLogger(__name__)


class SlackMembership:
    """Updates chats on lifecycle events; a renamed channel keeps its id, so nothing changes.

    Args:
        presence: stores which chats are there.
        lookups: what Slack said of people and channels.
        inbox: knows what was heard already.
        background: holds the work behind the acknowledgements.
        installations: of the workspaces that installed the app, or None where there are none.
    """

    def __init__(
        self,
        presence: Presence,
        lookups: LookUps,
        inbox: EventInbox,
        background: Background,
        installations: WorkspaceInstallations | None,
    ) -> None:
        self._presence = presence
        self._lookups = lookups
        self._inbox = inbox
        self._background = background
        self._installations = installations
        self._deactivated: dict[tuple[str, str], str] = {}

    def register(self, app: AsyncApp) -> None:
        """Let an app tell of changes."""
        for event in _LEFT:
            app.event(event)(self._on_left)
        for event in _BACK:
            app.event(event)(self._on_back)
        app.event("member_joined_channel")(self._on_joined)
        app.event("member_left_channel")(self._on_member_left)
        app.event("user_change")(self._on_user)
        app.event("app_uninstalled")(self._on_removed)
        app.event("tokens_revoked")(self._on_revoked)

    async def _on_left(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        self._lookups.forget_channel(str(context[TENANT]), str(body["event"]["channel"]))
        key = key_of(str(context[TENANT]), str(body["event"]["channel"]))
        self._once(body, lambda: self._presence.gone(key))

    async def _on_back(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        self._lookups.forget_channel(str(context[TENANT]), str(body["event"]["channel"]))
        key = key_of(str(context[TENANT]), str(body["event"]["channel"]))
        self._once(body, lambda: self._presence.seen(key))

    async def _on_joined(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        self._lookups.forget_channel(str(context[TENANT]), str(body["event"]["channel"]))
        if body["event"].get("user") == context.bot_user_id:
            await self._on_back(body, context)

    async def _on_member_left(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        self._lookups.forget_channel(str(context[TENANT]), str(body["event"]["channel"]))

    async def _on_user(self, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient) -> None:
        """Follow people who are deactivated and come back; other changes of profiles are many."""
        user: dict[str, Any] = body["event"]["user"]
        who = (str(context[TENANT]), str(user["id"]))
        self._lookups.forget_user(*who)
        if user.get("deleted"):
            self._once(body, lambda: self._lose(client, *who))
        elif who in self._deactivated:
            key = key_of(who[0], self._deactivated.pop(who))
            self._once(body, lambda: self._presence.seen(key))

    async def _lose(self, client: AsyncWebClient, tenant: str, user_id: str) -> None:
        channel = await _direct_with(client, user_id)
        if channel is not None:
            self._deactivated[tenant, user_id] = channel
            await self._presence.gone(key_of(tenant, channel))

    async def _on_removed(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        tenant = _tenant(context)
        _log.warning("Slack: the workspace %s removed the app", tenant)
        self._once(body, lambda: self._forget(tenant, int(body["event_time"])))

    async def _on_revoked(self, body: dict[str, Any], context: AsyncBoltContext) -> None:
        tenant, tokens = _tenant(context), body["event"].get("tokens") or {}
        self._once(body, lambda: self._revoke(tenant, tokens, int(body["event_time"])))

    async def _forget(self, tenant: str, revoked_at: int) -> None:
        self._presence.forget()
        if self._installations:
            await self._installations.forget(tenant, revoked_at=revoked_at)

    async def _revoke(self, tenant: str, tokens: dict[str, Any], revoked_at: int) -> None:
        if not self._installations:
            return
        if tokens.get("bot"):
            self._presence.forget()
            await self._installations.forget_bot(tenant, revoked_at=revoked_at)
        for user_id in tokens.get("oauth") or ():
            await self._installations.forget_installers(tenant, user_id, revoked_at=revoked_at)

    def _once(self, body: dict[str, Any], change: Callable[[], Awaitable[None]]) -> None:
        self._background.start(self._carry_out(str(body["event_id"]), change))

    async def _carry_out(self, event_id: str, change: Callable[[], Awaitable[None]]) -> None:
        """Store a change that was not heard before; never raises."""
        try:
            if await self._inbox.is_new(PLATFORM, event_id):
                await change()
        except PaperwireError as error:
            _log.warning("a lifecycle event was not stored: %s", error)
        except SLACK_FAILED as error:
            _log.warning("a lifecycle event was not stored: %s", code_of(error))
        except Exception:  # noqa: BLE001 (one event must not stop the others)
            _log.exception("a lifecycle event was not stored")


def _tenant(context: AsyncBoltContext) -> str:
    """Return the tenant of an event that comes when there is no token any more."""
    return tenant_of(
        context.enterprise_id, context.team_id, is_enterprise_install=context.is_enterprise_install
    )


async def _direct_with(client: AsyncWebClient, user_id: str) -> str | None:
    """Return our direct messages with somebody; of who is deactivated Slack opens none."""
    cursor = ""
    for _ in range(_MOST_PAGES):
        page = await client.conversations_list(types="im", limit=_PAGE, cursor=cursor)
        found = next((str(one["id"]) for one in page["channels"] if one.get("user") == user_id), None)
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        if found or not cursor:
            return found
    return None
