"""`paperwire run` is killed in the middle of a broadcast, and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from broadcasts import SOURCE
from invented_digests import entry, parsed
from running_bot import running
from telegram_server import BotApiServer

from bot.domain.sources.source_uri import parse_source_uri
from bot.services.reading.store_document import SourceRef, store_document
from bot.storage.archive import sources

if TYPE_CHECKING:
    from pathlib import Path

    from telegram_server import Chat

    from bot.app import Archive

CHATS = 40
MOST_UNCERTAIN = 3
PATIENCE = 60.0


async def start(server: BotApiServer, folder: Path) -> asyncio.subprocess.Process:
    """Start the bot as a process of its own."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        cwd=folder,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "DATABASE_URL": f"sqlite:///{folder}/archive.sqlite3",
            "DIGEST_SOURCES": str(folder / "none.md"),
            "TELEGRAM_BOT_TOKEN": server.token,
            "TELEGRAM_API_URL": server.url,
            "TICK_SECONDS": "0.3",
        },
    )


async def publish(archive: Archive) -> None:
    """Let a paper arrive that every chat wants."""
    now = datetime.now(UTC)
    uri = parse_source_uri(SOURCE)
    async with archive.database.write() as connection:
        row = await sources.add(connection, uri, now=int(now.timestamp()), active=False)
    await store_document(
        archive.database,
        parsed(entry(f"{now:%y%m}.00001v1", "On rivers")),
        source=SourceRef(row, uri.label),
        document=SOURCE,
        now=int(now.timestamp()),
    )


async def reader(server: BotApiServer, name: str) -> Chat:
    """Return the chat of somebody who wants papers on rivers at once."""
    user = server.user(name)
    chat = server.private(user)
    await server.types(user, chat, "/subscribe rivers")
    await server.types(user, chat, "/schedule instant")
    return chat


def states(folder: Path) -> Counter[str]:
    """Return how many deliveries are in each state."""
    with closing(sqlite3.connect(folder / "archive.sqlite3")) as connection:
        return Counter(state for (state,) in connection.execute("SELECT state FROM deliveries"))


def digests(chats: list[Chat]) -> list[int]:
    """Return how many digests each chat got."""
    return [sum(message.text.startswith("Your digest:") for message in chat.messages) for chat in chats]


async def test_killed_and_terminated_in_mid_broadcast(tmp_path: Path) -> None:
    """After a kill -9 each chat has its digest once, or it is offered; SIGTERM leaves nothing in doubt."""
    async with BotApiServer() as server:
        async with running(server, tmp_path, samples=False) as bot:
            chats = await asyncio.gather(*(reader(server, f"Reader {number}") for number in range(CHATS)))
            await publish(bot.archive)
        first = await start(server, tmp_path)
        await server.until(lambda: sum(digests(chats)) >= CHATS // 4, patience=PATIENCE)
        first.kill()
        await first.wait()
        second = await start(server, tmp_path)
        await server.until(lambda: sum(digests(chats)) >= CHATS // 2, patience=PATIENCE)
        doubtful = states(tmp_path)["uncertain"]
        second.send_signal(signal.SIGTERM)
        assert await second.wait() == 0
        assert states(tmp_path)["uncertain"] == doubtful, "SIGTERM left something in doubt"
        assert states(tmp_path)["sending"] == 0
        third = await start(server, tmp_path)
        await server.until(
            lambda: sum(states(tmp_path)[name] for name in ("sent", "uncertain")) == CHATS, patience=PATIENCE
        )
        third.send_signal(signal.SIGTERM)
        assert await third.wait() == 0
    ended = states(tmp_path)
    assert set(ended) <= {"sent", "uncertain"}
    assert ended["uncertain"] <= MOST_UNCERTAIN
    got = digests(chats)
    assert max(got) == 1, "P3: a digest came twice"
    assert CHATS - ended["uncertain"] <= sum(got) <= CHATS
