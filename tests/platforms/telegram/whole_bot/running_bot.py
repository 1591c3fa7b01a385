"""The whole bot on a Bot API server, with papers that arrive and digests that are due when a test says so."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from broadcasts import SOURCE, make_due
from invented_digests import entry, parsed
from sqlalchemy import select

from bot.app import delivering, open_archive, open_platforms, serving
from bot.cli.samples import read_samples
from bot.domain.chat.command import ChatKey, Text
from bot.domain.sources.source_uri import parse_source_uri
from bot.services.reading.store_document import SourceRef, store_document
from bot.settings import Settings
from bot.storage.archive import sources
from bot.storage.schema import deliveries

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from telegram_server import BotApiServer, Chat

    from bot.app import Archive
    from bot.ports import Platform


@dataclass(frozen=True, slots=True)
class RunningBot:
    """A bot that answers, and that serves schedules when it is told to.

    Attributes:
        archive: its archive.
        platforms: what it sends through.
    """

    archive: Archive
    platforms: Mapping[str, Platform]

    async def publish(self, *titles: str, first: int = 1) -> None:
        """Let papers arrive, and everything that is due be sent."""
        now = datetime.now(UTC)
        entries = [
            entry(f"{now:%y%m}.{number:05}v1", title) for number, title in enumerate(titles, start=first)
        ]
        uri = parse_source_uri(SOURCE)
        async with self.archive.database.write() as connection:
            row = await sources.add(connection, uri, now=int(now.timestamp()))
        await store_document(
            self.archive.database,
            parsed(*entries),
            source=SourceRef(row, uri.label),
            document=f"{SOURCE}/{first}",
            now=int(now.timestamp()),
        )
        await serving(self.archive).tick()
        await self.deliver()

    async def deliver(self) -> None:
        """Send what is due."""
        await delivering(self.archive, self.platforms).flush()

    async def say(self, chat: Chat, *lines: str, thread: str = "") -> str:
        """Carry out commands for a chat without our own message, which would use up its rate."""
        key = ChatKey("telegram", str(chat.id), thread=thread)
        stored = await self.archive.chat.chats.open(key)
        replies = [await self.archive.dispatch(line, stored) for line in lines]
        parts = [part for reply in replies for part in reply.parts]
        return "\n".join(part.text for part in parts if isinstance(part, Text))

    async def make_due(self) -> None:
        """Let what is to be tried again be due now."""
        await make_due(self.archive)

    async def states(self) -> list[str]:
        """Return the states of all deliveries, the oldest first."""
        async with self.archive.database.read() as connection:
            rows = await connection.execute(select(deliveries.c.state).order_by(deliveries.c.id))
            return list(rows.scalars())


@asynccontextmanager
async def running(
    server: BotApiServer, folder: Path, *, samples: bool = True, **settings: str
) -> AsyncIterator[RunningBot]:
    """Run the bot on an archive that it finds again after a restart; it may answer no pressed button twice.

    Args:
        server: what it talks to.
        folder: where its archive is.
        samples: whether the archive begins with the bundled samples.
        settings: others than the usual ones.
    """
    chosen = Settings.model_validate(
        {
            "database_url": f"sqlite:///{folder}/archive.sqlite3",
            "telegram_bot_token": server.token,
            "telegram_api_url": server.url,
            **settings,
        }
    )
    async with open_archive(chosen) as archive:
        if samples and not await archive.chat.searching.count():
            await read_samples(archive)
        async with open_platforms(archive) as platforms:
            if chosen.telegram_webhook_url is None:
                await server.until(lambda: server.world.updates.asked)
            yield RunningBot(archive, platforms)
    answered = [one.call.params for one in server.log if one.call.method.casefold() == "answercallbackquery"]
    queries = [params.text("callback_query_id") for params in answered]
    assert len(queries) == len(set(queries)), "Telegram refuses a second answer to a pressed button"
