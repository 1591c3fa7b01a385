"""Starts and stops Telegram inside the running event loop: long polling or webhook."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from telegram import (
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeDefault,
    Update,
)
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import Application, TypeHandler

from bot.domain.delivery.send_rates import TELEGRAM
from bot.errors import SettingsError
from bot.i18n import LANGUAGES, translator
from bot.platforms.telegram.api.rate_limiter import LaneRateLimiter
from bot.platforms.telegram.api.reachability import PlainRequest, WatchedRequest
from bot.platforms.telegram.messages.sender import TelegramSender
from bot.platforms.telegram.updates.listener import TelegramListener
from bot.platforms.telegram.updates.updates import PLATFORM
from bot.platforms.traffic.limiter import Limiter
from bot.platforms.traffic.reachability import ReachabilityWatch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from pydantic import SecretStr
    from telegram import BotCommandScope
    from telegram.ext import ExtBot

    from bot.services.platform_services import MenuItem, PlatformServices

_UPDATES: Final = [
    Update.MESSAGE,
    Update.CHANNEL_POST,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
    Update.MESSAGE_REACTION,
    Update.MY_CHAT_MEMBER,
]
_AT_ONCE: Final = 4096
"""Updates that may be under way. One chat's follow each other, and wait for its pace in that: were there
fewer, some chats that write without end would keep all others waiting."""
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0

_log = logging.getLogger(__name__)

# The library asks the environment which type its retry_after has, and warns at each of them until told.
os.environ.setdefault("PTB_TIMEDELTA", "1")


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramSettings:
    """How Telegram is reached.

    Attributes:
        token: the bot's.
        api_url: the Bot API server, without the token.
        webhook_url: where Telegram sends updates to, or None for long polling.
        webhook_secret: what Telegram sends along, so that nobody else is believed.
        listen: host:port where the webhook is served.
    """

    token: SecretStr
    api_url: str
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None
    listen: str = "127.0.0.1:8443"


@asynccontextmanager
async def telegram(settings: TelegramSettings, services: PlatformServices) -> AsyncIterator[TelegramSender]:
    """Run a bot for as long as the context is open; gives what sends digests.

    Args:
        settings: how Telegram is reached.
        services: the use cases behind it.

    Raises:
        SettingsError: Telegram refuses the token.
    """
    limiter = Limiter(TELEGRAM)
    reached = ReachabilityWatch(services.trouble, PLATFORM, "Telegram")
    application = (
        Application.builder()
        .token(settings.token.get_secret_value())
        .base_url(f"{settings.api_url.rstrip('/')}/bot")
        .base_file_url(f"{settings.api_url.rstrip('/')}/file/bot")
        .request(PlainRequest())
        .get_updates_request(WatchedRequest(reached))
        .rate_limiter(LaneRateLimiter(limiter, time.monotonic))
        .concurrent_updates(_AT_ONCE)
        .build()
    )
    await _initialize(application, reached)
    bot: ExtBot[str] = application.bot
    sender = TelegramSender(bot, limiter, services.buttons, services.cards)
    application.add_handler(TypeHandler(Update, TelegramListener(bot, services, sender)))
    describing = asyncio.create_task(_describe(bot, services.menu))
    try:
        await application.start()
        await _receive(application, settings)
        _log.info("Telegram: @%s answers", bot.username)
        yield sender
    finally:
        describing.cancel()
        await asyncio.gather(describing, return_exceptions=True)
        if application.updater and application.updater.running:
            await application.updater.stop()
        if application.running:
            await application.stop()
        await application.shutdown()


async def _initialize(
    application: Application[Any, Any, Any, Any, Any, Any], reached: ReachabilityWatch
) -> None:
    """Ask who we are, until Telegram can be reached."""
    wait = _FIRST_WAIT
    while True:
        try:
            await application.initialize()
        except InvalidToken as error:
            raise SettingsError("TELEGRAM_BOT_TOKEN: Telegram refuses it; @BotFather shows yours") from error
        except NetworkError as error:
            await reached.failed(f"no connection ({type(error).__name__})")
            _log.warning("Telegram can't be reached; trying again in %.0f s", wait)
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)
        else:
            await reached.answered()
            return


async def _receive(
    application: Application[Any, Any, Any, Any, Any, Any], settings: TelegramSettings
) -> None:
    assert application.updater is not None, "the builder makes one"  # noqa: S101 (invariant)
    if settings.webhook_url is None:
        await application.updater.start_polling(
            allowed_updates=_UPDATES, bootstrap_retries=-1, error_callback=_going_on
        )
        return
    host, _, port = settings.listen.rpartition(":")
    await application.updater.start_webhook(
        listen=host,
        port=int(port),
        url_path=urlsplit(settings.webhook_url).path,
        webhook_url=settings.webhook_url,
        secret_token=settings.webhook_secret.get_secret_value() if settings.webhook_secret else None,
        allowed_updates=_UPDATES,
        bootstrap_retries=-1,
    )


def _going_on(error: TelegramError) -> None:
    """Say nothing: `ReachabilityWatch` has said it once, and the library continues by itself."""
    _log.debug("asking for updates failed: %s", type(error).__name__)


async def _describe(bot: ExtBot[str], menu: Sequence[MenuItem]) -> None:
    """Give the bot its menu and description in each language; what fails now is done at the next start.

    In groups, members see what they may do; admins see everything.
    """
    looking = [item for item in menu if not item.changes]
    scopes: list[tuple[BotCommandScope, Sequence[MenuItem]]] = [
        (BotCommandScopeDefault(), menu),
        (BotCommandScopeAllGroupChats(), [item for item in looking if item.name != "manage"]),
        (BotCommandScopeAllChatAdministrators(), [item for item in menu if item.name != "manage"]),
    ]
    try:
        for number, language in enumerate(LANGUAGES):
            words = translator(language)
            code = language.partition("_")[0] if number else None
            about = words.gettext(
                "I read paper digests, know each paper once, and bring you those you ask for."
            )
            for scope, items in scopes:
                commands = [BotCommand(item.name, words.gettext(item.summary)[:256]) for item in items]
                await bot.set_my_commands(commands, scope=scope, language_code=code)
            await bot.set_my_short_description(about[:120], language_code=code)
            await bot.set_my_description(about[:512], language_code=code)
    except TelegramError as error:
        _log.warning("the menu of commands was not stored: %s", error)
