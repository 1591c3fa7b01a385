"""Builds one adapter for each chat platform that has a token."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from bot.app.archive import Archive, clock
from bot.app.delivery import rendering
from bot.process_owner import dead_owners, owner_name
from bot.services.platform_services import MenuItem, PlatformServices
from bot.services.platform_state.callback_store import CallbackStore
from bot.services.platform_state.card_messages import CardMessages
from bot.services.platform_state.event_inbox import EventInbox
from bot.services.platform_state.owed_threads import OwedThreads
from bot.services.platform_state.platform_health import PlatformHealth
from handlers import COMMANDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.platforms.slack.running import Installations, SlackSettings
    from bot.platforms.telegram.running import TelegramSettings
    from bot.ports import Platform
    from bot.sealing import Sealer
    from bot.settings import Settings


@asynccontextmanager
async def open_platforms(archive: Archive) -> AsyncIterator[dict[str, Platform]]:
    """Start the chat platforms that have a token, and stop them at the end.

    Raises:
        SettingsError: a platform refuses its token.
    """
    settings, platforms = archive.settings, dict[str, "Platform"]()
    async with AsyncExitStack() as stack:
        if settings.telegram_bot_token:
            # The library takes 0.5 s to import; who has no token does not need it.
            from bot.platforms.telegram.running import telegram

            platforms["telegram"] = await stack.enter_async_context(
                telegram(telegram_settings(settings), platform_services(archive))
            )
        if settings.has_slack:
            from bot.platforms.slack.running import slack

            platforms["slack"] = await stack.enter_async_context(
                slack(slack_settings(settings), platform_services(archive), slack_installations(archive))
            )
        yield platforms


def platform_services(archive: Archive) -> PlatformServices:
    """Build the use cases behind the adapters of chat platforms."""
    return PlatformServices(
        dispatch=archive.dispatch,
        use_cases=archive.chat,
        chats=archive.chat.chats,
        buttons=CallbackStore(archive.database, clock),
        cards=CardMessages(archive.database, clock),
        inbox=EventInbox(archive.database, clock),
        trouble=PlatformHealth(archive.database, clock),
        threads=OwedThreads(
            archive.database, rendering(archive), clock, owner=owner_name(), is_dead=dead_owners
        ),
        menu=tuple(
            MenuItem(
                one.name,
                one.summary,
                changes=one.changes,
                keeps=one.keeps,
                posts=one.posts,
                aliases=one.aliases,
            )
            for one in COMMANDS
        ),
    )


def telegram_settings(settings: Settings) -> TelegramSettings:
    """Return how Telegram is reached; its token must be set."""
    from bot.platforms.telegram.running import TelegramSettings

    assert settings.telegram_bot_token, "asked for only where there is a token"  # noqa: S101 (invariant)
    return TelegramSettings(
        token=settings.telegram_bot_token,
        api_url=settings.telegram_api_url,
        webhook_url=settings.telegram_webhook_url,
        webhook_secret=settings.telegram_webhook_secret,
        listen=settings.telegram_listen,
    )


def slack_settings(settings: Settings) -> SlackSettings:
    """Return how Slack is reached."""
    from bot.platforms.slack.running import SlackSettings

    return SlackSettings(
        api_url=settings.slack_api_url,
        bot_token=settings.slack_bot_token,
        app_token=settings.slack_app_token,
        signing_secret=settings.slack_signing_secret,
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret,
        listen=settings.slack_listen,
        policy=settings.channel_policy,
        threads=settings.slack_threads,
    )


def slack_installations(archive: Archive) -> Installations | None:
    """Build what keeps the workspaces that install the app; None where they can't."""
    from bot.platforms.slack.api.conversations import PLATFORM
    from bot.platforms.slack.running import Installations
    from bot.services.platform_state.installations import OAuthStates, WorkspaceInstallations

    sealer = slack_sealer(archive.settings) if archive.settings.slack_client_id is not None else None
    if sealer is None:
        return None
    return Installations(
        WorkspaceInstallations(archive.database, clock, sealer, PLATFORM),
        OAuthStates(archive.database, clock),
    )


def slack_sealer(settings: Settings) -> Sealer | None:
    """Build what seals the tokens of Slack's workspaces; None without a key.

    Raises:
        SettingsError: the key can't be used.
    """
    from bot.sealing import Sealer

    key = settings.slack_token_key
    return Sealer(key.get_secret_value(), setting="SLACK_TOKEN_KEY") if key else None
