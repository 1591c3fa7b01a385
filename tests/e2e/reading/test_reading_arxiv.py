"""A real `paperwire` beside a local arXiv: the first day, and digests that name no authors."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from arxiv_server import InventedArxiv, arxiv_serving, submissions
from command_line import PATIENCE, finished
from invented_digests import overview

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from command_line import CommandLine

pytest_plugins = ("command_line_fixtures",)

WITH_AUTHORS = "SELECT 1 FROM papers WHERE authors <> '[]'"
PAPERS = submissions(62, last=datetime.now(UTC).date(), days=31)


@asynccontextmanager
async def beside(arxiv: InventedArxiv, paperwire: CommandLine) -> AsyncIterator[None]:
    """Serve an arXiv to the command."""
    async with arxiv_serving(arxiv) as server:
        paperwire.settings |= {
            "FETCH_ALLOW_HOSTS": f"127.0.0.1:{server.port}",
            "ARXIV_RSS_URL": f"{server.url}/rss",
            "ARXIV_API_URL": f"{server.url}/api",
            "BACKFILL_DAYS": "30",
            "COMPLETE_PAPERS": "on",
            "TICK_SECONDS": "0.2",
        }
        yield


def count(paperwire: CommandLine, statement: str) -> int:
    """Return how many rows a statement finds; 0 while there is no database."""
    try:
        return len(paperwire.rows(statement))
    except sqlite3.OperationalError:
        return 0


async def test_the_first_day_has_a_month(paperwire: CommandLine) -> None:
    """`paperwire run` reads a new source's past, says so, and sends none of it; search has it then."""
    async with beside(InventedArxiv(PAPERS, announced=PAPERS[-2:]), paperwire):
        paperwire.settings["DIGEST_SOURCES"] = "arxiv:cs.CV"
        await paperwire("chat", typed="/subscribe video\n")
        said = "past days read, 60 papers; /search finds them."
        [line] = [line for line in await paperwire.run_until(said) if said in line]
        assert line.startswith("arxiv:cs.CV: 31 past days read")
        found = await paperwire("search", "work", "--json")
        status = await paperwire("chat", typed="/status\n/digest\n")
    assert len(paperwire.rows("SELECT 1 FROM papers")) == len(PAPERS)
    assert found.status == 0
    assert "past days" not in status.out
    # Who asks gets what matches, also of the past.
    assert "Work 58 on video" in status.out
    assert paperwire.rows("SELECT 1 FROM deliveries") == []


async def test_how_far_it_is_can_be_asked(paperwire: CommandLine) -> None:
    """While arXiv refuses, /status and doctor say how far the reading is and why it rests."""
    arxiv = InventedArxiv(PAPERS, announced=PAPERS[-2:], refused="cat")
    async with beside(arxiv, paperwire):
        paperwire.settings["DIGEST_SOURCES"] = "arxiv:cs.CV"
        bot = await paperwire.start("run")
        async with asyncio.timeout(PATIENCE):
            while not count(paperwire, "SELECT 1 FROM backfills WHERE error IS NOT NULL"):  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.05)
        bot.send_signal(signal.SIGTERM)
        await finished(bot)
        status = await paperwire("chat", typed="/status\n")
        doctor = await paperwire("doctor")
    assert "arxiv:cs.CV: 0 of 31 past days read, 0 papers (pauses: bad request (HTTP 400))" in status.out
    line = (
        "warning arxiv cs.CV: arxiv:cs.CV: 0 of 31 past days read, 0 papers; pauses: bad request (HTTP 400)"
    )
    assert line in doctor.lines


async def test_digests_get_authors(paperwire: CommandLine) -> None:
    """Papers of a digest that names no authors have them soon after, and search finds them by these."""
    papers = PAPERS[:5]
    (paperwire.work / "digest.md").write_text(
        overview(*((f"{one.base}v1", one.title, one.abstract) for one in papers)), encoding="utf-8"
    )
    async with beside(InventedArxiv(PAPERS), paperwire):
        paperwire.settings |= {"DIGEST_SOURCES": "digest.md", "BACKFILL_DAYS": "0"}
        bot = await paperwire.start("run")
        async with asyncio.timeout(PATIENCE):
            while count(paperwire, WITH_AUTHORS) < len(papers):  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.1)
        bot.send_signal(signal.SIGTERM)
        assert (await finished(bot)).status == 0
        found = await paperwire("chat", typed="/search au:Quill3\n/search cat:cs.CV\n")
    assert "Work 3 on proteins" in found.out
    assert "5 papers" in found.out
