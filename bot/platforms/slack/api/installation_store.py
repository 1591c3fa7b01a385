"""slack-bolt's installation store and OAuth state store, backed by paperwire's database.

slack_sdk's own SQLAlchemy stores keep tokens in the clear and open a second writer beside ours.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from slack_bolt.error import BoltError
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.errors import PaperwireError
from bot.services.platform_state.installations import Grant

if TYPE_CHECKING:
    from bot.services.platform_state.installations import OAuthStates, WorkspaceInstallations

_log = logging.getLogger(__name__)

_OF_BOT: Final = (
    "bot_token",
    "bot_id",
    "bot_user_id",
    "bot_scopes",
    "bot_refresh_token",
    "bot_token_expires_at",
)


def tenant_of(
    enterprise_id: str | None, team_id: str | None, *, is_enterprise_install: bool | None = False
) -> str:
    """Return a workspace's `ChatKey.tenant`; that of the organisation where it installed the app for all.

    Slack's ids of both are unique, so one text names either. With an installation for a whole organisation
    Slack's events name the workspace too (docs.slack.dev/enterprise/organization-ready-apps), and yet its one
    token belongs to the organisation, and channels have the same id in each of its workspaces.
    """
    if is_enterprise_install and enterprise_id:
        return enterprise_id
    return team_id or enterprise_id or ""


class SlackInstallationStore(AsyncInstallationStore):
    """slack-bolt's installation store.

    The bot's token is kept once for a workspace, so whichever installation is asked for brings the newest;
    where it was revoked, none.

    Args:
        installations: where they are kept.
    """

    def __init__(self, installations: WorkspaceInstallations) -> None:
        self._installations = installations

    @property
    def logger(self) -> logging.Logger:
        """The logger of this module."""
        return _log

    async def async_save(self, installation: Installation) -> None:
        """Store an installation, and what belongs to the bot.

        Raises:
            BoltError: it could not be stored; slack-bolt shows its page of failure.
        """
        grants = [_grant(installation, installation.user_id)] if installation.user_id else []
        if installation.bot_token is not None:
            grants.append(_bot_grant(installation.to_bot()))
        await self._save(grants)

    async def async_save_bot(self, bot: Bot) -> None:
        """Store what belongs to the bot, such as a renewed token.

        Raises:
            BoltError: it could not be stored.
        """
        await self._save([_bot_grant(bot)])

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """Return what belongs to the bot in a workspace or organisation, or None where it is not installed.

        Raises:
            SettingsError: no key opens it.
            StorageError: the database failed.
        """
        tenant = tenant_of(enterprise_id, team_id, is_enterprise_install=is_enterprise_install)
        try:
            return await self.find_bot_of(tenant)
        except PaperwireError as error:
            # slack-bolt says it at INFO only, and tells people to install the app again.
            _log.error("the installation of %s could not be read: %s", tenant, error)
            raise

    async def find_bot_of(self, tenant: str) -> Bot | None:
        """Return what belongs to the bot in the tenant of a chat, as `async_find_bot`."""
        grant = await self._installations.bot(tenant)
        return Bot(**grant.content) if grant else None

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """Return the installation of a user, or the newest of the workspace or organisation.

        Raises:
            SettingsError: no key opens it.
            StorageError: the database failed.
        """
        tenant = tenant_of(enterprise_id, team_id, is_enterprise_install=is_enterprise_install)
        grant = await self._installations.installer(tenant, user_id)
        if grant is None:
            return None
        installation, bot = Installation(**grant.content), await self.find_bot_of(tenant)
        for name in _OF_BOT:
            setattr(installation, name, getattr(bot, name, None))
        return installation

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Delete what belongs to the bot; the chats of the workspace can't be reached any more."""
        await self._installations.forget_bot(tenant_of(enterprise_id, team_id))

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Delete the installation of a user, or of all users; the bot's own stays."""
        await self._installations.forget_installers(tenant_of(enterprise_id, team_id), user_id)

    async def async_delete_all(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Delete all that a workspace gave us; its chats can't be reached any more."""
        await self._installations.forget(tenant_of(enterprise_id, team_id))

    async def _save(self, grants: list[Grant]) -> None:
        if not all(grant.tenant for grant in grants):
            raise BoltError("Slack named neither the workspace nor the organisation of an installation")
        try:
            await self._installations.save(*grants)
        except PaperwireError as error:
            raise BoltError(str(error)) from error


class SlackStateStore(AsyncOAuthStateStore):
    """slack-bolt's OAuth state store.

    Args:
        states: where they are kept.
    """

    def __init__(self, states: OAuthStates) -> None:
        self._states = states

    @property
    def logger(self) -> logging.Logger:
        """The logger of this module."""
        return _log

    async def async_issue(self, *_args: object, **_kwargs: object) -> str:
        """Return a new state, good for ten minutes."""
        return await self._states.issue()

    async def async_consume(self, state: str) -> bool:
        """Use a state up; False where it was not issued, was used already, or ran out."""
        return await self._states.consume(state)


def _bot_grant(bot: Bot) -> Grant:
    return _grant(bot, "", expires_at=bot.bot_token_expires_at)


def _grant(given: Bot | Installation, user_id: str, *, expires_at: int | None = None) -> Grant:
    return Grant(
        enterprise_id=given.enterprise_id or "",
        team_id="" if given.is_enterprise_install and given.enterprise_id else given.team_id or "",
        user_id=user_id,
        installed_at=int(given.installed_at),
        content={name: _as_json(value) for name, value in given.to_dict_for_copying().items()},
        expires_at=expires_at,
    )


def _as_json(value: Any) -> Any:  # noqa: ANN401 (slack_sdk's own type of these)
    # Its constructors read ISO 8601 back.
    return value.isoformat() if isinstance(value, datetime) else value
