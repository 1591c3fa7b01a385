"""Carries out `check`: whether the tokens of chat platforms work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cli import report

if TYPE_CHECKING:
    from bot.settings import Settings


async def check(settings: Settings) -> int:
    """Say for each configured platform whether its token works, and what its rights lack."""
    if not settings.telegram_bot_token:
        report.say("no platform token is set: `paperwire chat` works without; .env.example names the tokens")
        return 0
    from bot.app import telegram_settings
    from bot.platforms.telegram.check import check as check_telegram

    works, lines = await check_telegram(telegram_settings(settings))
    for line in lines:
        (report.say if works else report.problem)(line)
    return int(not works)
