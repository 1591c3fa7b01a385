"""One digest for many chats, sent by a bot in a process of its own while Telegram has its faults."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
import time
from collections import Counter
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from invented_digests import entry, parsed
from server import CutAfter, FloodLimits, Refused, too_many

from bot.domain.command import ChatKey
from bot.domain.delivery import OPEN
from bot.domain.digest import CARDS
from bot.domain.query import GRAMMAR_VERSION
from bot.domain.source_uri import parse_source_uri
from bot.services.store_document import SourceRef, store_document
from bot.storage import chats as stored_chats
from bot.storage import schedules, sources, subscriptions
from bot.storage.schedules import ChatSchedule

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path
    from random import Random

    from server import BotApiServer, Chat, Message
    from server.params import Params

    from bot.app import Archive

DIGEST = "Your digest:"
A_SECOND = 25
"""Messages a second that the server takes; Telegram's own figure is about 30."""
OFFERED = "An earlier digest may not have arrived."
_OPEN = frozenset(OPEN)
_SOURCE = "https://one.example.org/feed"


@dataclass(eq=False, kw_only=True)
class TimedLimits(FloodLimits):
    """Telegram's limits, and when it accepted the digests.

    Attributes:
        digests: seconds of the clock, rising.
        others: how many other messages were accepted.
    """

    a_second: int = A_SECOND
    digests: list[float] = field(default_factory=list)
    others: int = 0

    def count(self, chat: Chat) -> None:
        """Count an accepted message, the chat's last."""
        super().count(chat)
        if chat.last.text.startswith(DIGEST):
            self.digests.append(self.clock())
        else:
            self.others += 1


@dataclass(frozen=True, slots=True)
class Troubled:
    """Chats whose next digest meets a fault; no chat is in two of them.

    Attributes:
        told_to_wait: Telegram answers 429 once.
        cut: Telegram takes the message, and the connection is cut before it says so.
        blocked: the person has blocked the bot, which was never told.
    """

    told_to_wait: tuple[Chat, ...]
    cut: tuple[Chat, ...]
    blocked: tuple[Chat, ...]

    def __contains__(self, chat: object) -> bool:
        """Whether anything is wrong with a chat."""
        return chat in {*self.told_to_wait, *self.cut, *self.blocked}


def plan_faults(
    server: BotApiServer, chats: Sequence[Chat], each: int, chosen: Random, *, retry_after: int
) -> Troubled:
    """Let the next digest of some chats meet a fault.

    Args:
        server: which Telegram it is.
        chats: of all of them, some are picked.
        each: how many for each fault.
        chosen: picks them.
        retry_after: seconds that a chat is told to wait.
    """
    picked = chosen.sample(chats, 3 * each)
    troubled = Troubled(tuple(picked[:each]), tuple(picked[each : 2 * each]), tuple(picked[2 * each :]))
    for chat in troubled.told_to_wait:
        server.faults.plan(Refused(too_many(retry_after)), "sendMessage", chat=chat, when=_is_digest)
    for chat in troubled.cut:
        server.faults.plan(CutAfter(), "sendMessage", chat=chat, when=_is_digest)
    for chat in troubled.blocked:
        assert chat.person is not None
        server.blocks(chat.person)
    # Telegram keeps updates for a day only: who was down longer hears of it when it sends.
    server.world.updates.drop()
    return troubled


def _is_digest(params: Params) -> bool:
    return DIGEST in params.text("text")


def readers(server: BotApiServer, count: int) -> list[Chat]:
    """Return the private chats of so many people."""
    return [server.private(server.user(f"Reader {number}")) for number in range(1, count + 1)]


async def subscribe(archive: Archive, chats: Sequence[Chat], query: str) -> None:
    """Store that each chat wants what matches a query, as soon as it comes."""
    now = int(time.time())
    canonical = archive.chat.queries.parse(query).canonical
    async with archive.database.write() as connection:
        for chat in chats:
            key = ChatKey("telegram", str(chat.id))
            row = (await stored_chats.add(connection, key, language="en", zone="UTC", now=now)).id
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
    uri = parse_source_uri(_SOURCE)
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
        document=f"{_SOURCE}/{first}",
        now=int(now.timestamp()),
    )


@asynccontextmanager
async def bot_process(server: BotApiServer, folder: Path, *, tick: float) -> AsyncIterator[None]:
    """Run `paperwire run` on a folder's archive until the block ends, and let it end by SIGTERM.

    Args:
        server: the Telegram that it talks to.
        folder: where its archive is; what it logs goes into `bot.log` there.
        tick: seconds between two looks for what is due.
    """
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "DATABASE_URL": database_url(folder),
        "DIGEST_SOURCES": str(folder / "none.md"),
        "TELEGRAM_BOT_TOKEN": server.token,
        "TELEGRAM_API_URL": server.url,
        "TICK_SECONDS": str(tick),
    }
    with (folder / "bot.log").open("ab") as log:
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=folder, stdout=log, stderr=log, env=environment
        )
    try:
        await server.until(
            lambda: server.world.updates.asked or bot.returncode is not None, awaited="the bot"
        )
        assert bot.returncode is None, (folder / "bot.log").read_text(encoding="utf-8")
        yield
        bot.send_signal(signal.SIGTERM)
        assert await bot.wait() == 0
    finally:
        if bot.returncode is None:
            bot.kill()
            await bot.wait()


def database_url(folder: Path) -> str:
    """Return the URL of a folder's archive."""
    return f"sqlite:///{folder}/archive.sqlite3"


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of one round of digests.

    Attributes:
        chats: how many were to get one.
        states: how many deliveries are in each state.
        again: how many were sent more than once before they arrived.
        arrived: how many digests Telegram has accepted.
        lost: chats that got nothing and whose delivery does not say so.
        twice: chats that got it more than once.
        failing: the chats of the deliveries that are not `sent`, by state.
    """

    chats: int
    states: Counter[str]
    again: int
    arrived: int
    lost: tuple[Chat, ...]
    twice: tuple[Chat, ...]
    failing: dict[str, set[int]]


class Round:
    """One round of digests; made before its papers are published.

    Args:
        server: where they arrive.
        folder: of the archive.
        chats: those that are to get one.
        title: words that the titles of its papers, and of no others, have.
    """

    def __init__(self, server: BotApiServer, folder: Path, chats: Sequence[Chat], title: str) -> None:
        self._server = server
        self._file = folder / "archive.sqlite3"
        self._chats = chats
        self._title = title
        self._after = self._rows("SELECT coalesce(max(id), 0) FROM deliveries")[0][0]

    async def ended(self, *, patience: float) -> None:
        """Wait, so many seconds at most, until nothing of it is to be sent any more."""

        def is_over() -> bool:
            states = [
                state for (state,) in self._rows("SELECT state FROM deliveries WHERE id > ?", self._after)
            ]
            return len(states) >= len(self._chats) and not _OPEN.intersection(states)

        await self._server.until(is_over, awaited=f"{len(self._chats)} deliveries to end", patience=patience)

    def delivered(self) -> Delivered:
        """Return what became of it so far."""
        rows = self._rows(
            "SELECT external_id, state, attempts FROM deliveries JOIN chats ON chats.id = chat_id"
            " WHERE deliveries.id > ?",
            self._after,
        )
        failing: dict[str, set[int]] = {}
        for chat, state, _ in rows:
            if state != "sent":
                failing.setdefault(state, set()).add(int(chat))
        told = set().union(*(failing.get(state, ()) for state in ("uncertain", "failed", "cancelled")))
        got = {chat.id: len(self.of_chat(chat)) for chat in self._chats}
        return Delivered(
            chats=len(self._chats),
            states=Counter(state for _, state, _ in rows),
            again=sum(state == "sent" and attempts > 1 for _, state, attempts in rows),
            arrived=sum(got.values()),
            lost=tuple(chat for chat in self._chats if not got[chat.id] and chat.id not in told),
            twice=tuple(chat for chat in self._chats if got[chat.id] > 1),
            failing=failing,
        )

    def of_chat(self, chat: Chat) -> list[Message]:
        """Return the digests of this round that a chat got."""
        return [
            message
            for message in chat.messages
            if message.text.startswith(DIGEST) and self._title in message.text
        ]

    def _rows(self, statement: str, *values: int) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self._file)) as connection:
            return connection.execute(statement, values).fetchall()


def gone(folder: Path) -> set[int]:
    """Return the chats that the bot knows it can't reach."""
    with closing(sqlite3.connect(folder / "archive.sqlite3")) as connection:
        rows = connection.execute("SELECT external_id FROM chats WHERE gone_at IS NOT NULL")
        return {int(chat) for (chat,) in rows}
