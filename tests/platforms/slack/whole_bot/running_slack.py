"""The whole bot on a local Slack, with papers that arrive and digests that are due when a test says so."""

from __future__ import annotations

import asyncio
import atexit
import shutil
import socket
import tempfile
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, cast

from broadcasts import SOURCE, make_due
from invented_digests import entry, parsed
from sqlalchemy import select

from bot.app import (
    delivering,
    open_archive,
    platform_services,
    serving,
    slack_installations,
    slack_settings,
)
from bot.cli.samples import read_samples
from bot.domain.chat.command import Text
from bot.domain.sources.source_uri import parse_source_uri
from bot.platforms.slack.api.conversations import key_of
from bot.platforms.slack.running import slack
from bot.services.reading.store_document import SourceRef, store_document
from bot.settings import Settings
from bot.storage.archive import sources
from bot.storage.chats import chats
from bot.storage.engine.database import Database
from bot.storage.schema import deliveries

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    import pytest
    from slack_server import Channel, SlackServer

    from bot.app import Archive
    from bot.platforms.slack.messages.sender import SlackSender
    from bot.storage.engine.database import Connection

KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
"""Seals tokens in tests."""
PATIENCE = 10.0
"""Seconds after which what is waited for does not come any more."""

Transport = Literal["socket", "http"]


@dataclass(frozen=True, slots=True)
class RunningSlack:
    """A bot that answers, and that serves schedules when it is told to.

    Attributes:
        archive: its archive.
        sender: what it sends digests through.
        url: where it listens; of no use where it does not.
    """

    archive: Archive
    sender: SlackSender
    url: str

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
        await delivering(self.archive, {"slack": self.sender}).flush()

    async def say(self, channel: Channel, *lines: str) -> str:
        """Carry out commands for a chat without our own message, which would use up its rate."""
        stored = await self.archive.chat.chats.open(key_of(channel.team.id, channel.id))
        replies = [await self.archive.dispatch(line, stored) for line in lines]
        parts = [part for reply in replies for part in reply.parts]
        return "\n".join(part.text for part in parts if isinstance(part, Text))

    async def subscribed(self, channel: Channel) -> None:
        """Let a chat get papers on rivers at once."""
        await self.say(channel, "/subscribe rivers", "/schedule instant")

    async def make_due(self) -> None:
        """Let what is to be tried again be due now."""
        await make_due(self.archive)

    async def states(self) -> list[str]:
        """Return the states of all deliveries, the oldest first."""
        async with self.archive.database.read() as connection:
            rows = await connection.execute(select(deliveries.c.state).order_by(deliveries.c.id))
            return list(rows.scalars())

    async def is_gone(self, channel: Channel) -> bool:
        """Return whether we know that a chat can't be reached."""
        stored = await self.archive.chat.chats.open(key_of(channel.team.id, channel.id))
        async with self.archive.database.read() as connection:
            return await chats.gone_since(connection, stored.id) is not None

    async def becomes(self, channel: Channel, *, gone: bool) -> None:
        """Wait until we know that a chat can't, or can, be reached."""
        async with asyncio.timeout(PATIENCE):
            while await self.is_gone(channel) is not gone:
                await asyncio.to_thread(lambda: None)


def held_archive(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Let nothing be read until the event is set."""
    gate, read = asyncio.Event(), Database.read

    @asynccontextmanager
    async def held(database: Database) -> AsyncIterator[Connection]:
        await gate.wait()
        async with read(database) as connection:
            yield connection

    monkeypatch.setattr(Database, "read", held)
    return gate


def free_port() -> int:
    """Return a port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return cast("int", probe.getsockname()[1])


def settings_for(
    server: SlackServer, folder: Path, *, transport: Transport = "socket", **settings: str | None
) -> Settings:
    """Return the settings of a bot on a server; those that are None are left out."""
    over_http = transport == "http"
    chosen: dict[str, str | None] = {
        "database_url": f"sqlite:///{folder}/archive.sqlite3",
        "slack_bot_token": settings.pop("slack_bot_token") if "slack_bot_token" in settings else server.token,
        "slack_app_token": None if over_http else server.app_token,
        "slack_signing_secret": server.signing_secret if over_http else None,
        "slack_api_url": server.url,
        "slack_listen": f"127.0.0.1:{free_port()}",
        **settings,
    }
    return Settings.model_validate({name: value for name, value in chosen.items() if value is not None})


@asynccontextmanager
async def running(
    server: SlackServer,
    folder: Path,
    *,
    samples: bool = True,
    transport: Transport = "socket",
    ping: float = 5.0,
    more: Mapping[str, str] = MappingProxyType({}),
    **settings: str | None,
) -> AsyncIterator[RunningSlack]:
    """Run the bot on an archive that it finds again after a restart.

    Args:
        server: what it talks to.
        folder: where its archive is.
        samples: whether the archive begins with the bundled samples.
        transport: how Slack's requests come.
        ping: seconds between two looks whether the other side is there.
        more: further settings.
        settings: others than the usual ones; None leaves one out.
    """
    chosen = settings_for(server, folder, transport=transport, **settings, **more)
    url = f"http://{chosen.slack_listen}"
    await _fill(chosen, folder / "archive.sqlite3", samples=samples)
    async with open_archive(chosen) as archive:
        how = replace(slack_settings(chosen), ping=ping)
        if transport == "http":
            server.posts_to(f"{url}/slack/events")
        async with slack(how, platform_services(archive), slack_installations(archive)) as sender:
            if transport == "socket":
                await server.connected()
            yield RunningSlack(archive, sender, url)


_MADE: Final = Path(tempfile.mkdtemp(prefix="paperwire-archives-"))
"""Archives as they begin; to make one takes longer than most tests."""

atexit.register(shutil.rmtree, _MADE, ignore_errors=True)


async def _fill(settings: Settings, file: Path, *, samples: bool) -> None:
    """Let an archive begin, with or without the samples; one that is there stays as it is."""
    made = _MADE / f"samples-{samples}"
    if not _copied(made, file):
        async with open_archive(settings) as archive:
            if samples:
                await read_samples(archive)
        _copied(file, made)


def _copied(source: Path, target: Path) -> bool:
    """Copy a file where there is none yet; return whether there is one now."""
    if not target.exists() and source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    return target.exists()
