"""The past of git sources: in the archive, and no news; on both databases."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from git_repository import overwritten
from programmable_reader import PollingBench

from bot.services.backfill.backfill_git import BackfillGit
from bot.services.backfill.begin_backfill import BeginBackfill
from bot.services.reading.read_documents import DocumentStore
from bot.sources import parse_document
from bot.sources.git.git_source import GitReader
from bot.sources.web.guard import Guard
from bot.storage.archive import backfills, papers, sources, unannounced
from bot.storage.delivery import waiting

if TYPE_CHECKING:
    from pathlib import Path

    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)
pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="the program git is not installed")

TODAY = datetime.now(UTC).date()
MONTH_AGO = TODAY - timedelta(days=30)


async def test_the_past_is_no_news_and_edits_nothing(database: Database, tmp_path: Path) -> None:
    """Papers of the past are in the archive and sent to nobody; what the source says now stays."""
    repository = overwritten(tmp_path)
    bench = PollingBench(database)
    bench.now = datetime.now(UTC)
    uri = f"git+{repository.bare}"
    await bench.watch(uri)
    reader = GitReader(cache=repository.cache, guard=Guard())
    reading = BackfillGit(
        database, reader, DocumentStore(database, parse_document, bench.clock), bench.clock, owner="one"
    )
    beginning = BeginBackfill(database, bench.clock, 30)
    await beginning.begin()
    assert await reading.step() is None  # the source itself goes first
    async with database.write() as connection:
        (source,) = await sources.active(connection)
        await sources.save_reading(
            connection, source.id, before=await sources.cursor(connection, source),
            after=await sources.cursor(connection, source), now=int(bench.now.timestamp()),
            next_poll_at=0, brought_new=False, error=None,
        )  # fmt: skip
    await beginning.begin()
    told = await reading.step()
    assert told is not None
    assert (told.is_done, told.backfill.papers) == (True, 2)
    assert await reading.step() is None
    async with database.read() as connection:
        stored = await papers.after(connection, 0, limit=10)
        assert {paper.title for paper in stored} == {"Rivers of noise 2", "Rivers of noise 3"}
        assert await unannounced.among(connection, [paper.id for paper in stored]) == {
            paper.id for paper in stored
        }
        assert await waiting.arrivals(connection, limit=10) == []
        (one,) = await backfills.of_active_sources(connection)
    assert (one.days_read, one.days) == (31, 31)


async def test_a_repository_that_fails_is_asked_again(database: Database, tmp_path: Path) -> None:
    """A past that can't be read now rests for an hour."""
    repository = overwritten(tmp_path)
    bench = PollingBench(database)
    await bench.watch(f"git+{repository.bare}")
    async with database.write() as connection:
        (source,) = await sources.active(connection)
        await backfills.begin(
            connection, source.id, "git history", first_day=MONTH_AGO, last_day=TODAY, news=False, now=0
        )
    shutil.move(repository.bare, tmp_path / "away")
    reader = GitReader(cache=repository.cache, guard=Guard())
    reading = BackfillGit(
        database, reader, DocumentStore(database, parse_document, bench.clock), bench.clock, owner="one"
    )
    told = await reading.step()
    assert told is not None
    assert told.error
    assert await reading.step() is None
    shutil.move(tmp_path / "away", repository.bare)
    bench.now += timedelta(hours=1)
    told = await reading.step()
    assert told is not None
    assert told.is_done
