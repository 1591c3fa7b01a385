"""A real `paperwire run` that was stopped: the first digests hold what the sources published meanwhile, once.

The clock stays as it is. Instead all times that the database holds are moved into the past, which is the same
for a process that starts now.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from invented_digests import feed
from web_server import Asked, response, serving

from bot.app import clock
from bot.process_owner import owner_name
from bot.services.installation.hold_lease import hold_lease
from bot.storage.engine.database import Database

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from command_line import CommandLine
    from web_server import Loopback

pytest_plugins = ("command_line_fixtures",)

DAY = 86_400
MONTH = f"{datetime.now(UTC):%y%m}"
OLD = (f"{MONTH}.00001v1", "Old Rivers of Noise", "Diffusion models of water.")
NEWS = [(f"{MONTH}.0000{number}v1", f"Fresh Rivers {number}", "Diffusion models.") for number in range(2, 5)]


class Publisher:
    """A feed that publishes what a test lets it publish; another one hangs."""

    def __init__(self) -> None:
        self.items = [OLD]
        self.hangs = asyncio.Event()

    async def __call__(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        """Answer a request."""
        if asked.target == "/hangs":
            await self.hangs.wait()
        writer.write(response(body=feed(self.items), content_type="application/rss+xml"))
        await writer.drain()


@asynccontextmanager
async def publishing(paperwire: CommandLine) -> AsyncIterator[tuple[Publisher, Loopback]]:
    """Serve a feed that is the command's only source."""
    publisher = Publisher()
    async with serving(publisher) as server:
        paperwire.settings["FETCH_ALLOW_HOSTS"] = f"127.0.0.1:{server.port}"
        paperwire.settings["DIGEST_SOURCES"] = f"{server.url}/feed"
        yield publisher, server


def stop_for(paperwire: CommandLine, seconds: int) -> None:
    """Move all times of the database so far into the past."""
    with closing(sqlite3.connect(paperwire.database)) as connection, connection:
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for table in names:
            if table.startswith(("sqlite_", "search", "alembic")):
                continue
            for _, column, *_ in connection.execute(f'PRAGMA table_info("{table}")').fetchall():
                if column == "at" or column.endswith("_at"):
                    connection.execute(f'UPDATE "{table}" SET "{column}" = "{column}" - {seconds}')  # noqa: S608
        # The day that was served last is one that has gone by.
        connection.execute(f"UPDATE schedules SET slot = date(slot, '-{seconds // DAY} days')")  # noqa: S608


def digests(paperwire: CommandLine) -> list[set[str]]:
    """Return the papers of each scheduled digest, the oldest first."""
    rows = paperwire.rows(
        "SELECT digests.id, papers.canonical_id FROM digests JOIN seen ON seen.digest_id = digests.id "
        "JOIN papers ON papers.id = seen.paper_id WHERE digests.slot IS NOT NULL ORDER BY digests.id"
    )
    found: dict[int, set[str]] = {}
    for row, name in rows:
        found.setdefault(row, set()).add(name)
    return list(found.values())


async def subscribed(paperwire: CommandLine) -> None:
    """Let the terminal's chat get what mentions diffusion, each day at this very time."""
    at = datetime.now(UTC)
    typed = f"/timezone UTC\n/subscribe diffusion\n/schedule daily {at:%H:%M}\n"
    assert (await paperwire("chat", typed=typed)).status == 0


@asynccontextmanager
async def news_of_two_days(paperwire: CommandLine) -> AsyncIterator[None]:
    """Let a chat subscribe, nothing run for two days, and the source publish meanwhile."""
    async with publishing(paperwire) as (publisher, _):
        await paperwire("poll", "--once")
        await subscribed(paperwire)
        stop_for(paperwire, 2 * DAY)
        publisher.items += NEWS
        yield


async def test_two_days_off(paperwire: CommandLine) -> None:
    """The first digest after two days holds what was published meanwhile; a further start makes none."""
    async with news_of_two_days(paperwire):
        lines = await paperwire.run_until("digest made")
        assert [line for line in lines if "3 new papers" in line], lines
        assert digests(paperwire) == [{f"arxiv:{name.partition('v')[0]}" for name, _, _ in NEWS}]
        again = await paperwire("chat", typed="/digest\n")
    assert again.out.count("Fresh Rivers 2") == 1
    assert len(digests(paperwire)) == 1


async def test_the_chat_reads_before_its_digest(paperwire: CommandLine) -> None:
    """Who opens the terminal after a night off gets a digest that holds the news, once."""
    async with news_of_two_days(paperwire):
        first = await paperwire("chat", typed="/status\n")
        assert first.lines[0].startswith("Your digest: 3 papers"), first.out
        second = await paperwire("chat", typed="/status\n")
    assert "Fresh Rivers" in first.out
    assert "Fresh Rivers" not in second.out


async def test_a_running_bot_polls_for_the_chat(paperwire: CommandLine) -> None:
    """Beside `paperwire run` the chat reads no source by itself."""
    async with publishing(paperwire) as (_, server):
        await paperwire("poll", "--once")
        paperwire.make_due()
        database = Database(f"sqlite:///{paperwire.database}")
        async with hold_lease(database, "run", owner=owner_name(), clock=clock) as held:
            assert held
            opened = await paperwire("chat", typed="/start\n")
            assert "1 paper is known." in opened.out
            assert len(server.asked) == 1
        await database.close()
        await paperwire("chat", typed="/start\n")
        assert len(server.asked) == 2
