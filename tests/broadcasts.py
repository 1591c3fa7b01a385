"""Digests for many chats by a bot in a process of its own: what goes in, and what its archive says."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
import time
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from invented_digests import entry, parsed
from sqlalchemy import update

from bot.domain.delivery.delivery import OPEN
from bot.domain.delivery.digest import CARDS
from bot.domain.query import GRAMMAR_VERSION
from bot.domain.sources.source_uri import parse_source_uri
from bot.services.reading.store_document import SourceRef, store_document
from bot.storage.archive import sources
from bot.storage.chats import chats, schedules, subscriptions
from bot.storage.chats.schedules import ChatSchedule
from bot.storage.schema import deliveries

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Mapping
    from pathlib import Path

    from bot.app import Archive
    from bot.domain.chat.command import ChatKey

SOURCE = "https://one.example.org/feed"
OFFERED = "An earlier digest may not have arrived."
_OPEN = frozenset(OPEN)


class Platform(Protocol):
    """A platform's server for tests."""

    async def until(self, condition: Callable[[], object], *, awaited: str, patience: float = ...) -> None:
        """Wait until a condition holds, of the server or of the bot; patience is in seconds."""
        ...


async def subscribe(archive: Archive, keys: Iterable[ChatKey], query: str) -> None:
    """Store that each chat wants what matches a query, as soon as it comes."""
    now = int(time.time())
    canonical = archive.chat.queries.parse(query).canonical
    async with archive.database.write() as connection:
        for key in keys:
            row = (await chats.add(connection, key, language="en", zone="UTC", now=now)).id
            await subscriptions.add(
                connection,
                row,
                source_text=query,
                canonical=canonical,
                grammar=GRAMMAR_VERSION,
                per_day=None,
                now=now,
            )
            instant = ChatSchedule(row, "instant", None, None, None, CARDS, "line", "UTC")
            await schedules.put(connection, instant)


async def publish(archive: Archive, *titles: str, first: int = 1) -> None:
    """Let papers arrive in one document; a bot that runs finds them at its next tick.

    Args:
        archive: where.
        titles: of the papers.
        first: the number of the first; no two papers have the same.
    """
    now = datetime.now(UTC)
    uri = parse_source_uri(SOURCE)
    async with archive.database.write() as connection:
        row = await sources.add(connection, uri, now=int(now.timestamp()), active=False)
    papers = [
        entry(f"{now:%y%m}.{number:05}v1", title, f"{title}, measured for a year and compared with a model.")
        for number, title in enumerate(titles, start=first)
    ]
    await store_document(
        archive.database,
        parsed(*papers),
        source=SourceRef(row, uri.label),
        document=f"{SOURCE}/{first}",
        now=int(now.timestamp()),
    )


async def make_due(archive: Archive) -> None:
    """Let what is to be tried again be due now."""
    async with archive.database.write() as connection:
        await connection.execute(update(deliveries).where(deliveries.c.state == "retry").values(due_at=0))


def archive_settings(folder: Path) -> dict[str, str]:
    """Return the settings of an archive in a folder for a bot that polls nothing."""
    return {
        "database_url": f"sqlite:///{folder}/archive.sqlite3",
        "digest_sources": str(folder / "none.md"),
    }


@asynccontextmanager
async def bot_process(
    platform: Platform,
    folder: Path,
    settings: Mapping[str, str],
    *,
    tick: float,
    is_up: Callable[[], object],
) -> AsyncIterator[None]:
    """Run `paperwire run` until the block ends, and let it end by SIGTERM.

    Args:
        platform: that it talks to.
        folder: what it logs goes into `bot.log` there.
        settings: by their names in lower case.
        tick: seconds between two looks for what is due.
        is_up: whether the platform has heard of it.
    """
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "TICK_SECONDS": str(tick),
        **{name.upper(): value for name, value in settings.items()},
    }
    with (folder / "bot.log").open("ab") as log:
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=folder, stdout=log, stderr=log, env=environment
        )
    try:
        await platform.until(lambda: is_up() or bot.returncode is not None, awaited="the bot")
        assert bot.returncode is None, (folder / "bot.log").read_text(encoding="utf-8")
        yield
        bot.send_signal(signal.SIGTERM)
        assert await bot.wait() == 0
    finally:
        if bot.returncode is None:
            bot.kill()
            await bot.wait()


class Delivery(NamedTuple):
    """A delivery in the archive: its chat's name on the platform, its state, how often it was tried."""

    chat: str
    state: str
    attempts: int


class Outbox:
    """The deliveries that a bot's archive holds from now on.

    Args:
        folder: of the archive.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "archive.sqlite3"
        self._after = self._rows("SELECT coalesce(max(id), 0) FROM deliveries")[0][0]

    def deliveries(self) -> list[Delivery]:
        """Return them all."""
        rows = self._rows(
            "SELECT external_id, state, attempts FROM deliveries JOIN chats ON chats.id = chat_id"
            " WHERE deliveries.id > ?",
            self._after,
        )
        return [Delivery(*row) for row in rows]

    async def ended(self, platform: Platform, count: int, *, patience: float) -> None:
        """Wait, so many seconds at most, until there are so many, and none is to be sent any more."""

        def is_over() -> bool:
            states = [one.state for one in self.deliveries()]
            return len(states) >= count and not _OPEN.intersection(states)

        await platform.until(is_over, awaited=f"{count} deliveries to end", patience=patience)

    def gone(self) -> set[str]:
        """Return the chats that the bot knows it can't reach."""
        return {chat for (chat,) in self._rows("SELECT external_id FROM chats WHERE gone_at IS NOT NULL")}

    def _rows(self, statement: str, *values: int) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self._file)) as connection:
            return connection.execute(statement, values).fetchall()
