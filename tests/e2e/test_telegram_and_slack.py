"""`paperwire run` on Telegram and Slack at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from broadcasts import publish
from faulty_slack_broadcast import bot_process, settings_of
from slack_server import SlackServer
from telegram_server import BotApiServer

from bot.app import open_archive
from bot.cli.samples import read_samples
from bot.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


async def test_one_process_serves_both(tmp_path: Path) -> None:
    """Each platform answers its own, a paper comes to both, and no token is in the logs."""
    async with BotApiServer() as telegram, SlackServer() as slack:
        ada, bo = telegram.user("Ada"), slack.user("Bo")
        there, here = telegram.private(ada), slack.direct(bo)
        chosen = settings_of(slack, tmp_path) | {
            "telegram_bot_token": telegram.token,
            "telegram_api_url": telegram.url,
            "log_level": "debug",
        }
        async with open_archive(Settings.model_validate(chosen)) as archive:
            await read_samples(archive)
            async with bot_process(slack, tmp_path, chosen, tick=0.1):
                assert "#1" in (await telegram.types(ada, there, "/subscribe rivers")).text
                assert (await slack.command(bo, here, "/papers", "subscribe rivers")).answer.text
                await telegram.types(ada, there, "/schedule instant")
                await slack.command(bo, here, "/papers", "schedule instant")
                await publish(archive, "On rivers")
                await telegram.until(lambda: "On rivers" in there.last.text, awaited="Telegram's digest")
                await slack.until(lambda: "On rivers" in here.messages[-1].shown, awaited="Slack's digest")
    log = (tmp_path / "bot.log").read_text(encoding="utf-8")
    for secret in (telegram.token, slack.token, slack.app_token):
        assert secret not in log
