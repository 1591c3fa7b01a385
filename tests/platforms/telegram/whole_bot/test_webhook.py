"""Updates that Telegram posts to us, instead of being asked for them."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from running_bot import running
from telegram_server import BotApiServer

from bot.errors import SettingsError
from bot.settings import Settings, load

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "a-secret-of-the-test"


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


async def test_what_telegram_posts_is_answered_and_strangers_are_not(tmp_path: Path) -> None:
    """With the secret an update is handled; without it the door stays shut."""
    port = free_port()
    async with BotApiServer() as server:
        ada = server.user("Ada")
        chat = server.private(ada)
        async with running(
            server,
            tmp_path,
            telegram_webhook_url=f"http://127.0.0.1:{port}/telegram",
            telegram_webhook_secret=SECRET,
            telegram_listen=f"127.0.0.1:{port}",
        ):
            await server.until(lambda: server.world.webhook)
            assert "Subscribe" in " ".join((await server.types(ada, chat, "/start")).answer.labels)
            before = len(chat.messages)
            assert await server.post_as_stranger({"update_id": 7}, secret="guess") == 403
            assert len(chat.messages) == before


async def test_an_update_that_is_posted_again_acts_once(tmp_path: Path) -> None:
    """Telegram repeats what it is not sure we heard; a second time does nothing, even after a restart."""
    async with BotApiServer() as server:
        ada = server.user("Ada")
        chat = server.private(ada)
        async with running(server, tmp_path):
            said = await server.types(ada, chat, "/subscribe diffusion")
        assert said.update_id is not None
        again = {"update_id": said.update_id, "message": said.message.as_json}
        server.world.updates.waiting.appendleft(again)
        async with running(server, tmp_path):
            before = len(chat.messages)
            await server.types(ada, chat, "/help")
            assert len(chat.messages) == before + 1


def test_a_webhook_without_a_secret_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Anybody could speak for Telegram: one line says what to set."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TELEGRAM_WEBHOOK_URL", "https://bot.example.org/telegram")
    with pytest.raises(SettingsError, match=r"^TELEGRAM_WEBHOOK_SECRET: a webhook needs one"):
        load()
    assert Settings.model_fields["telegram_webhook_secret"].default is None
