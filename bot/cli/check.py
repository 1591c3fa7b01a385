"""The `check` subcommand: tests whether the tokens of the chat platforms work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.runtime import report

if TYPE_CHECKING:
    from bot.settings import Settings


async def check(settings: Settings) -> int:
    """Say for each configured platform whether its token works, and what its rights lack."""
    if not settings.has_platform_token:
        report.say("no platform token is set: `paperwire chat` works without; .env.example names the tokens")
        return 0
    works = True
    if settings.telegram_bot_token:
        from bot.app import telegram_settings
        from bot.platforms.telegram.check_token import check as check_telegram

        works = _tell(*await check_telegram(telegram_settings(settings)))
    if settings.has_slack:
        from bot.app import slack_settings
        from bot.platforms.slack.check_tokens import check as check_slack

        works = _tell(*await check_slack(slack_settings(settings))) and works
    return int(not works)


def _tell(works: bool, lines: list[str]) -> bool:  # noqa: FBT001 (as both platforms give it)
    for line in lines:
        (report.say if works else report.problem)(line)
    return works
