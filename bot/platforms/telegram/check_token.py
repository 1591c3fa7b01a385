"""Checks whether a bot token works and which rights the bot has."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

if TYPE_CHECKING:
    from bot.platforms.telegram.running import TelegramSettings


async def check(settings: TelegramSettings) -> tuple[bool, list[str]]:
    """Return whether Telegram takes the token, and what there is to know, a line each."""
    bot = Bot(settings.token.get_secret_value(), base_url=f"{settings.api_url.rstrip('/')}/bot")
    try:
        async with bot:
            webhook = await bot.get_webhook_info()
            me = bot.bot
    except InvalidToken:
        return False, ["Telegram refuses TELEGRAM_BOT_TOKEN; @BotFather shows yours"]
    except TelegramError as error:
        return False, [f"Telegram can't be reached at {settings.api_url}: {type(error).__name__}"]
    lines = [f"Telegram: @{me.username} answers"]
    if not me.can_join_groups:
        lines.append("it can't be added to groups: @BotFather, /setjoingroups")
    if me.can_read_all_group_messages:
        lines.append("it reads every message of its groups and needs only commands: @BotFather, /setprivacy")
    if webhook.url and settings.webhook_url is None:
        # Without its path, which often is the token.
        lines.append(
            f"a webhook is set (at {urlsplit(webhook.url).hostname}); the next start removes it and polls"
        )
    if webhook.last_error_message:
        lines.append(f"the webhook's last trouble: {webhook.last_error_message}")
    return True, lines
