"""Web API clients, one for each token, and the token of each workspace."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.domain.delivery.send_rates import SLACK
from bot.errors import SettingsError, StorageError
from bot.platforms.slack.api.installation_store import tenant_of
from bot.platforms.traffic.limiter import Limiter

if TYPE_CHECKING:
    from slack_bolt.context.async_context import AsyncBoltContext

    from bot.platforms.slack.api.installation_store import SlackInstallationStore

TENANT: Final = "tenant"
"""Under this name the context of a request holds the `ChatKey.tenant` it is about."""

_SECONDS: Final = 30
_CONNECT_SECONDS: Final = 10.0
_KNOWN_AFTER: Final = 1.0
"""Seconds until the token that a workspace had last is taken: Slack waits three for an acknowledgement."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Workspace:
    """The app in a workspace, or in an organization that installed it for all of its workspaces.

    Attributes:
        tenant: `ChatKey.tenant` of its chats.
        bot_id: the bot's.
        bot_user_id: the bot's as a user, which people mention.
        token: the bot's.
    """

    tenant: str
    bot_id: str
    bot_user_id: str
    token: str = field(repr=False)


def sdk_logger(level: int = logging.ERROR) -> logging.Logger:
    """Return a logger for the libraries: at lower levels they log each message that people write.

    They ask for the level of the logger itself, not for that of its parents.
    """
    logger = logging.getLogger(f"{__name__}.{logging.getLevelName(level)}")
    logger.setLevel(level)
    return logger


def new_session(*traces: aiohttp.TraceConfig) -> aiohttp.ClientSession:
    """Return the session of all clients; to be closed."""
    timeout = aiohttp.ClientTimeout(total=_SECONDS, sock_connect=_CONNECT_SECONDS)
    return aiohttp.ClientSession(timeout=timeout, trace_configs=list(traces))


class Clients:
    """Makes clients that try nothing twice: slack_sdk repeats a lost request by default, and so posts twice.

    Args:
        session: what they send through.
        api_url: of Slack's Web API.
        store: the workspaces that installed the app, or None where there is only the token of the settings.

    Attributes:
        own: the workspace of the settings' token, or None.
    """

    def __init__(
        self, session: aiohttp.ClientSession, api_url: str, store: SlackInstallationStore | None
    ) -> None:
        self.own: Workspace | None = None
        self._session = session
        self._api_url = api_url
        self._store = store
        self._clients: dict[str, AsyncWebClient] = {}
        self._limiters: dict[str, Limiter] = {}
        self._known: dict[str, Workspace] = {}
        self._unreadable: set[str] = set()
        self._asking: set[asyncio.Task[Workspace | None]] = set()

    def client(self, token: str | None = None) -> AsyncWebClient:
        """Return a new client."""
        return AsyncWebClient(
            token=token,
            base_url=self._api_url,
            timeout=_SECONDS,
            session=self._session,
            logger=sdk_logger(),
            retry_handlers=[],
        )

    def webhook(self, url: str) -> AsyncWebhookClient:
        """Return a client of a response_url."""
        return AsyncWebhookClient(
            url, timeout=_SECONDS, session=self._session, logger=sdk_logger(), retry_handlers=[]
        )

    async def of(self, tenant: str) -> AsyncWebClient | None:
        """Return the client of a tenant, or None where the app is not installed.

        Raises:
            SettingsError: no key opens the stored token.
            StorageError: the database failed.
        """
        workspace = await self.workspace(tenant)
        if workspace is None:
            return None
        client = self._clients.get(tenant)
        if client is None or client.token != workspace.token:
            client = self._clients[tenant] = self.client(workspace.token)
        return client

    async def workspace(self, tenant: str) -> Workspace | None:
        """Return the app in a tenant, or None where it is not installed; raises as `of`."""
        if self.own and self.own.tenant == tenant:
            return self.own
        bot = await self._store.find_bot_of(tenant) if self._store else None
        if bot is None:
            return None
        return Workspace(tenant, bot.bot_id, bot.bot_user_id, bot.bot_token)

    async def asking(
        self, enterprise_id: str | None, team_id: str | None, *, is_enterprise_install: bool | None
    ) -> Workspace | None:
        """Return the app in the workspace that a request comes from, or None where it is not installed.

        Where there is but one token, requests come from its workspace, whatever they name: of channels that
        are shared with others Slack names those, too. A token that no key opens is none, until the workspace
        installs the app again; a database that is slow or fails holds up nobody whose token was known.

        Raises:
            StorageError: the database failed, and the workspace was not heard of before.
        """
        if self._store is None:
            return self.own
        tenant = tenant_of(enterprise_id, team_id, is_enterprise_install=is_enterprise_install)
        task = asyncio.create_task(self._looked_up(tenant))
        self._asking.add(task)
        task.add_done_callback(self._asked)
        known = self._known.get(tenant)
        await asyncio.wait({task}, timeout=_KNOWN_AFTER if known else None)
        if known and (not task.done() or task.exception()):
            return known
        return await task

    async def _looked_up(self, tenant: str) -> Workspace | None:
        try:
            workspace = await self.workspace(tenant)
        except SettingsError as error:
            workspace = None
            if tenant not in self._unreadable:
                self._unreadable.add(tenant)
                _log.warning("Slack: the token of the workspace %s can't be read: %s", tenant, error)
        else:
            self._unreadable.discard(tenant)
        if workspace is None:
            self._known.pop(tenant, None)
        else:
            self._known[tenant] = workspace
        return workspace

    def _asked(self, task: asyncio.Task[Workspace | None]) -> None:
        self._asking.discard(task)
        if not task.cancelled() and isinstance(error := task.exception(), StorageError):
            _log.warning("Slack: the installation of a request could not be read: %s", error)

    def limiter(self, tenant: str) -> Limiter:
        """Return the limiter of a tenant: Slack counts for each workspace."""
        return self._limiters.setdefault(tenant, Limiter(SLACK))


class WorkspaceAuthorize(AsyncAuthorize):
    """Gives slack-bolt the token for a request, without a Slack API call for each request.

    Args:
        clients: knows the workspaces.
    """

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        **_actor: str | None,
    ) -> AuthorizeResult:
        """Return who we are for a request; without a token where the app is not installed."""
        workspace = await self._clients.asking(
            enterprise_id, team_id, is_enterprise_install=context.is_enterprise_install
        )
        if workspace is None:
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id)
        context[TENANT] = workspace.tenant
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_id=workspace.bot_id,
            bot_user_id=workspace.bot_user_id,
            bot_token=workspace.token,
            user_id=user_id,
        )
