"""The whole bot while the proxy in front of Telegram answers with pages: what is in its log."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from running_bot import running
from telegram_server import Broken

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from telegram_server import BotApiServer

pytest_plugins = ("bot_api_fixtures",)


async def test_a_page_in_place_of_an_answer_is_one_line(
    bot_api: BotApiServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """An answer that meets a page of HTML is logged in one line, without the page and without a traceback."""
    ada = bot_api.user("Ada")
    chat = bot_api.private(ada)
    async with running(bot_api, tmp_path):
        with caplog.at_level(logging.WARNING):
            bot_api.faults.plan(Broken(502), "sendMessage", times=1)
            await bot_api.types(ada, chat, "/latest 1", answers=0, until=lambda: caplog.records)
            await bot_api.types(ada, chat, "/latest 1")
    [record] = caplog.records
    assert "HTTP 502" in record.getMessage()
    assert "<" not in record.getMessage()
    assert record.exc_info is None


async def test_a_trouble_is_two_lines(
    bot_api: BotApiServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """While Telegram fails, one line says so when it begins and one when it is over."""
    ada = bot_api.user("Ada")
    chat = bot_api.private(ada)
    async with running(bot_api, tmp_path):
        with caplog.at_level(logging.WARNING):
            bot_api.faults.plan(Broken(502), "getUpdates", times=1)
            await bot_api.types(ada, chat, "/latest 1")
            await bot_api.until(lambda: caplog.records)
            await bot_api.types(ada, chat, "/latest 1")
            await bot_api.until(lambda: len(caplog.records) > 1)
    began, ended = caplog.records
    assert "its server is broken (HTTP 502)" in began.getMessage()
    assert "reachable again" in ended.getMessage()
    assert began.exc_info is ended.exc_info is None
