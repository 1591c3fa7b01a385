"""Starts and stops Slack inside the running event loop: Socket Mode or HTTP, one workspace or many."""

from __future__ import annotations

import asyncio
import logging
import re
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth import AuthorizeUrlGenerator

from bot.errors import SettingsError
from bot.i18n import translator
from bot.platforms.slack.api.clients import (
    TENANT,
    Clients,
    Workspace,
    WorkspaceAuthorize,
    new_session,
    sdk_logger,
)
from bot.platforms.slack.api.conversations import PLATFORM, PersonalChats, Presence
from bot.platforms.slack.api.errors import REFUSED_TOKEN, SLACK_FAILED, code_of
from bot.platforms.slack.api.http_server import INSTALL_PATH, REDIRECT_PATH, serving
from bot.platforms.slack.api.installation_store import SlackInstallationStore, SlackStateStore, tenant_of
from bot.platforms.slack.api.lookups import LookUps
from bot.platforms.slack.api.reachability import watching
from bot.platforms.slack.api.scopes import SCOPES
from bot.platforms.slack.api.socket_mode import SocketMode
from bot.platforms.slack.interactions.background import Background
from bot.platforms.slack.interactions.listener import SlackListener
from bot.platforms.slack.interactions.membership import SlackMembership
from bot.platforms.slack.interactions.permissions import Rights
from bot.platforms.slack.interactions.respond import Responder
from bot.platforms.slack.messages.posting import Posting
from bot.platforms.slack.messages.sender import SlackSender
from bot.platforms.slack.messages.threads import Threads
from bot.platforms.slack.views.surfaces import SlackSurfaces
from bot.platforms.traffic.reachability import ReachabilityWatch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from pydantic import SecretStr
    from slack_bolt.async_app import AsyncAck, AsyncBoltContext
    from slack_bolt.response import BoltResponse
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.platforms.slack.interactions.permissions import ChannelPolicy
    from bot.services.platform_services import PlatformServices
    from bot.services.platform_state.installations import OAuthStates, WorkspaceInstallations

_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0
_FINISH_SECONDS: Final = 5.0
"""Seconds that answers under way have when the process ends."""
_NO_TENANT: Final = frozenset({"app_uninstalled", "tokens_revoked"})
_ANY: Final = re.compile(".*")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """How Slack is reached.

    Attributes:
        api_url: of Slack's Web API.
        bot_token: the bot's in one workspace; without it only workspaces are served that installed the app.
        app_token: for Socket Mode; not used with a signing secret.
        signing_secret: with it Slack's requests are taken over HTTP, signed by it.
        client_id: lets workspaces install the app, with the next.
        client_secret: of the app.
        listen: host:port of Slack's requests and of the pages where the app is installed.
        policy: who may change what a channel gets.
        threads: whether a digest in a channel has the full cards in its thread.
        ping: seconds between two looks whether Slack's side of the WebSocket is there.
    """

    api_url: str
    bot_token: SecretStr | None = None
    app_token: SecretStr | None = None
    signing_secret: SecretStr | None = None
    client_id: str | None = None
    client_secret: SecretStr | None = None
    listen: str = "127.0.0.1:3000"
    policy: ChannelPolicy = "members"
    threads: bool = True
    ping: float = 5.0


@dataclass(frozen=True, slots=True)
class Installations:
    """What lets workspaces install the app.

    Attributes:
        keeping: keeps what they gave us.
        states: knows which installations began here.
    """

    keeping: WorkspaceInstallations
    states: OAuthStates


@asynccontextmanager
async def slack(
    settings: SlackSettings, services: PlatformServices, installations: Installations | None = None
) -> AsyncIterator[SlackSender]:
    """Run the app for as long as the context is open; gives what sends digests.

    Args:
        settings: how Slack is reached.
        services: the use cases behind it.
        installations: of other workspaces; needed with a client id.

    Raises:
        SettingsError: Slack refuses a token, or the port can't be used.
    """
    reached, background = ReachabilityWatch(services.trouble, PLATFORM, "Slack"), Background()
    async with AsyncExitStack() as stack:
        over_http = settings.signing_secret is not None
        session = await stack.enter_async_context(new_session(*([watching(reached)] if over_http else [])))
        store = SlackInstallationStore(installations.keeping) if installations else None
        if installations:
            await _reseal(installations.keeping)
        clients = Clients(session, settings.api_url, store)
        if settings.bot_token:
            clients.own = await _own_workspace(clients.client(settings.bot_token.get_secret_value()), reached)
        stack.push_async_callback(background.finish, _FINISH_SECONDS)
        flow = _oauth_flow(settings, clients, installations) if installations and store else None
        app = _app(settings, clients, flow)
        posting = Posting(clients, services.buttons)
        threads = Threads(posting, services.threads) if settings.threads else None
        sender = _connect(
            app,
            settings,
            services,
            posting,
            threads,
            background=background,
            keeping=installations.keeping if installations else None,
        )
        if threads:
            await stack.enter_async_context(threads.running())
        if over_http or flow:
            await _serve(stack, settings.listen, app=app if over_http else None, flow=flow)
        if not over_http and settings.app_token:
            socket = SocketMode(app, clients.client(), settings.app_token, reached, ping=settings.ping)
            stack.push_async_callback(socket.close)
            await socket.open()
        yield sender


def _connect(
    app: AsyncApp,
    settings: SlackSettings,
    services: PlatformServices,
    posting: Posting,
    threads: Threads | None,
    *,
    background: Background,
    keeping: WorkspaceInstallations | None,
) -> SlackSender:
    """Register everything that listens; return what sends."""
    commands = services.command_names
    lookups = LookUps()
    chats, presence, rights = (
        PersonalChats(services, lookups), Presence(services), Rights(settings.policy, lookups),
    )  # fmt: skip
    sender = SlackSender(posting, services.cards, presence, threads, commands=commands)
    answers = Responder(services, sender, presence, rights)
    app.middleware(_only_installed(services.chats.language))
    SlackListener(answers, chats, services.inbox, background, commands=commands).register(app)
    SlackMembership(presence, lookups, services.inbox, background, keeping).register(app)
    SlackSurfaces(services, chats, rights, background).register(app)
    # What nobody listens to is acknowledged too, or Slack would bring it again and show people an error.
    app.action(_ANY)(_ignored)
    app.event(_ANY)(_ignored)
    return sender


def _app(settings: SlackSettings, clients: Clients, flow: AsyncOAuthFlow | None) -> AsyncApp:
    secret = settings.signing_secret
    return AsyncApp(
        name=f"{__name__}.app",  # the library sets the level of the logger of this name
        logger=sdk_logger(),
        client=clients.client(),
        # An empty text, not None: else the library asks the environment.
        signing_secret=secret.get_secret_value() if secret else "",
        authorize=WorkspaceAuthorize(clients),
        oauth_flow=flow,
        request_verification_enabled=True,
    )


def _oauth_flow(settings: SlackSettings, clients: Clients, installations: Installations) -> AsyncOAuthFlow:
    secret = settings.client_secret
    store = SlackInstallationStore(installations.keeping)
    url = urljoin(settings.api_url, "/oauth/v2/authorize")
    made = AsyncOAuthSettings(
        client_id=settings.client_id,
        client_secret=secret.get_secret_value() if secret else None,
        scopes=list(SCOPES),
        user_scopes=[],
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        authorization_url=url,
        installation_store=store,
        state_store=SlackStateStore(installations.states),
        logger=sdk_logger(),
    )
    # The library takes this one from the environment where it is not given, and it can't be given as none.
    made.redirect_uri = None
    made.authorize_url_generator = AuthorizeUrlGenerator(
        client_id=made.client_id, scopes=made.scopes, authorization_url=url
    )
    return AsyncOAuthFlow(client=clients.client(), logger=sdk_logger(), settings=made)


async def _serve(
    stack: AsyncExitStack, listen: str, *, app: AsyncApp | None, flow: AsyncOAuthFlow | None
) -> None:
    try:
        await stack.enter_async_context(serving(listen, app=app, flow=flow))
    except OSError as error:
        raise SettingsError(f"SLACK_LISTEN: {listen} can't be used: {error.strerror}") from error


async def _reseal(keeping: WorkspaceInstallations) -> None:
    """Seal with the first key what an older one sealed, so that the operator may take the older one away."""
    done = await keeping.reseal()
    if done.renewed:
        _log.warning("Slack: the first key of SLACK_TOKEN_KEY encrypts %d stored tokens again", done.renewed)
    if done.unreadable:
        _log.warning(
            "Slack: no key of SLACK_TOKEN_KEY decrypts the token of %s; `paperwire doctor` says what to do",
            ", ".join(done.unreadable),
        )


async def _own_workspace(client: AsyncWebClient, reached: ReachabilityWatch) -> Workspace:
    """Ask whose the settings' token is, until Slack can be reached."""
    wait = _FIRST_WAIT
    while True:
        try:
            me = await client.auth_test()
        except SLACK_FAILED as error:
            code = code_of(error)
            if code in REFUSED_TOKEN or code == "account_inactive":
                raise SettingsError(
                    f"SLACK_BOT_TOKEN: Slack refuses it ({code}); your app's page shows it below OAuth & "
                    "Permissions, after Install to Workspace"
                ) from error
            await reached.failed(f"no connection ({code})")
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)
            continue
        await reached.answered()
        tenant = tenant_of(
            me.get("enterprise_id"),
            me.get("team_id"),
            is_enterprise_install=bool(me.get("is_enterprise_install")),
        )
        _log.info("Slack: @%s answers in %s", me.get("user"), me.get("team"))
        return Workspace(tenant, str(me["bot_id"]), str(me["user_id"]), client.token or "")


def _only_installed(language: str) -> Callable[..., Awaitable[BoltResponse | None]]:
    """Return what lets nothing pass from a workspace that has not, or not any more, installed the app."""

    async def middleware(
        ack: AsyncAck,
        body: dict[str, object],
        context: AsyncBoltContext,
        next: Callable[[], Awaitable[None]],  # noqa: A002 (bolt's name)
    ) -> BoltResponse | None:
        event = body.get("event")
        kind = event.get("type") if isinstance(event, dict) else None
        if TENANT in context or kind in _NO_TENANT:
            await next()
            return None
        if "command" in body:
            words = translator(language)
            return await ack(words.gettext("This workspace has to install me again before I can answer."))
        return await ack()

    return middleware


async def _ignored(ack: AsyncAck) -> None:
    await ack()
