"""The whole bot on a Bot API server while one chat asks far more than it may be answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from running_bot import running

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from telegram_server import BotApiServer

pytest_plugins = ("bot_api_fixtures",)

FLOODERS, EACH = 40, 4


async def test_busy_chats_do_not_hold_up_the_others(bot_api: BotApiServer, tmp_path: Path) -> None:
    """Who asks once is answered while many others still wait for the pace of their own chats."""
    people = [bot_api.user(f"Flooder {n}") for n in range(FLOODERS)]
    chats = [bot_api.private(person) for person in people]
    ada = bot_api.user("Ada")
    own = bot_api.private(ada)
    async with running(bot_api, tmp_path):
        for _ in range(EACH):
            for person, chat in zip(people, chats, strict=True):
                await bot_api.types(person, chat, "/help", answers=0)
        await bot_api.types(ada, own, "/language en")
        answered = sum(sum(message.author is bot_api.bot for message in chat.messages) for chat in chats)
    assert answered < FLOODERS * EACH


async def test_a_chat_that_asks_without_end_is_told(
    bot_api: BotApiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes in long lines is left out, and after the last answer the chat is told so, once."""
    monkeypatch.setattr("bot.platforms.telegram.updates.listener._IN_LINE", 2)
    ada = bot_api.user("Ada")
    chat = bot_api.private(ada)
    async with running(bot_api, tmp_path):
        first = await bot_api.types(ada, chat, "/search diffusion")
        for _ in range(8):
            await bot_api.types(ada, chat, "/language en", answers=0)
        turned_away = await bot_api.presses(ada, first.answer, "1")
        await bot_api.until(lambda: "send again what is missing" in chat.last.text)
        told = [message for message in chat.messages if "send again" in message.text]
    assert "try again in a minute" in turned_away.toast
    assert len(told) == 1
