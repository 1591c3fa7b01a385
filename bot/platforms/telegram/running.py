"""Starts and stops Telegram inside our own loop: long polling, or a webhook."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from telegram import BotCommand, Update
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import Application, TypeHandler

from bot.domain.send_rates import TELEGRAM
from bot.errors import SettingsError
from bot.i18n import LANGUAGES, translator
from bot.platforms.limiter import Limiter
from bot.platforms.telegram.listener import TelegramListener
from bot.platforms.telegram.rate_limiter import LaneRateLimiter
from bot.platforms.telegram.sender import TelegramSender

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from pydantic import SecretStr
    from telegram.ext import ExtBot

    from bot.ports import ChatBook, Dispatch
    from bot.services.keep_buttons import KeepButtons

_UPDATES: Final = [
    Update.MESSAGE,
    Update.CHANNEL_POST,
    Update.CALLBACK_QUERY,
    Update.MY_CHAT_MEMBER,
]
_AT_ONCE: Final = 32
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
async def telegram(
    settings: TelegramSettings,
    dispatch: Dispatch,
    chats: ChatBook,
    buttons: KeepButtons,
    *,
    menu: Sequence[tuple[str, str]],
) -> AsyncIterator[TelegramSender]:
    """Run a bot for as long as the context is open; gives what sends digests.

    Args:
        settings: how Telegram is reached.
        dispatch: answers a command.
        chats: opens chats, and knows which are gone or moved.
        buttons: keeps the commands of buttons.
        menu: commands without slash and what they do, as msgids.

    Raises:
        SettingsError: Telegram refuses the token.
    """
    limiter = Limiter(TELEGRAM)
    application = (
        Application.builder()
        .token(settings.token.get_secret_value())
        .base_url(f"{settings.api_url.rstrip('/')}/bot")
        .base_file_url(f"{settings.api_url.rstrip('/')}/file/bot")
        .rate_limiter(LaneRateLimiter(limiter, time.monotonic))
        .concurrent_updates(_AT_ONCE)
        .build()
    )
    await _initialize(application)
    bot: ExtBot[str] = application.bot
    sender = TelegramSender(bot, limiter, buttons)
    application.add_handler(TypeHandler(Update, TelegramListener(bot, dispatch, chats, sender, buttons)))
    describing = asyncio.create_task(_describe(bot, menu))
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


async def _initialize(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
    """Ask who we are, until Telegram can be reached."""
    wait = _FIRST_WAIT
    while True:
        try:
            await application.initialize()
        except InvalidToken as error:
            raise SettingsError("TELEGRAM_BOT_TOKEN: Telegram refuses it; @BotFather shows yours") from error
        except NetworkError as error:
            _log.warning("Telegram can't be reached (%s); trying again in %.0f s", type(error).__name__, wait)
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)
        else:
            return


async def _receive(
    application: Application[Any, Any, Any, Any, Any, Any], settings: TelegramSettings
) -> None:
    assert application.updater is not None, "the builder makes one"  # noqa: S101 (invariant)
    if settings.webhook_url is None:
        await application.updater.start_polling(
            allowed_updates=_UPDATES, bootstrap_retries=-1, error_callback=_trouble
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


def _trouble(error: TelegramError) -> None:
    """Say that asking for updates failed; the library goes on by itself."""
    _log.warning("Telegram: %s: %s; going on", type(error).__name__, error.message)


async def _describe(bot: ExtBot[str], menu: Sequence[tuple[str, str]]) -> None:
    """Give the bot its menu and description in each language; what fails now is done at the next start."""
    try:
        for number, language in enumerate(LANGUAGES):
            words = translator(language)
            commands = [BotCommand(name, words.gettext(summary)[:256]) for name, summary in menu]
            code = language.partition("_")[0] if number else None
            about = words.gettext(
                "I read paper digests, know each paper once, and bring you those you ask for."
            )
            await bot.set_my_commands(commands, language_code=code)
            await bot.set_my_short_description(about[:120], language_code=code)
            await bot.set_my_description(about[:512], language_code=code)
    except TelegramError as error:
        _log.warning("the menu of commands was not stored: %s", error)
