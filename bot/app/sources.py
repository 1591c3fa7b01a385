"""Builds the services that read sources into the archive."""

from __future__ import annotations

import random
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from bot.app.archive import Archive, clock
from bot.data import bundled_holidays
from bot.process_owner import owner_name

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bot.ports import Reader
    from bot.services.backfill.backfill_arxiv import ReadBack
    from bot.services.backfill.complete_papers import CompletionReport
    from bot.services.backfill.run_backfills import RunBackfills
    from bot.services.reading.poll_rounds import PollRounds
    from bot.services.reading.poll_sources import PollSources
    from bot.services.reading.read_documents import DocumentStore
    from bot.settings import Settings
    from bot.sources.source_reader import SourceReader


@asynccontextmanager
async def open_reader(settings: Settings) -> AsyncIterator[SourceReader]:
    """Build what fetches documents: guarded, spaced, closed at the end.

    Raises:
        SettingsError: the allowed hosts can't be read.
    """
    # These libraries take 0.3 s to import; the chat answers without them.
    from bot.domain.sources.ip_addresses import AllowedHosts
    from bot.sources.file_source import FileReader
    from bot.sources.git.git_source import GitReader
    from bot.sources.source_reader import SourceReader
    from bot.sources.web.arxiv_api import QueryApi
    from bot.sources.web.fetcher import Fetcher
    from bot.sources.web.guard import Guard
    from bot.sources.web.request_spacing import HostSpacing
    from bot.sources.web.web_source import Endpoints, WebReader

    endpoints = Endpoints(
        arxiv_rss=settings.arxiv_rss_url.rstrip("/"), arxiv_api=settings.arxiv_api_url.rstrip("/")
    )
    guard = Guard(allowed=AllowedHosts.parse(settings.fetch_allow_hosts))
    cache = Path(platformdirs.user_cache_dir("paperwire")) / "git"
    async with Fetcher(guard=guard, spacing=HostSpacing()) as fetcher:
        yield SourceReader(
            files=FileReader(),
            git=GitReader(cache=cache, guard=guard),
            web=WebReader(fetcher, clock=clock, endpoints=endpoints),
            arxiv=QueryApi(fetcher, endpoints=endpoints),
        )


def polling(archive: Archive, reader: Reader) -> PollSources:
    """Build what polls and ingests."""
    from bot.services.reading.poll_sources import PollSources

    return PollSources(
        archive.database,
        reader,
        _documents(archive),
        clock=clock,
        jitter=random.random,  # noqa: S311 (spreads polls; nothing secret hangs on it)
        interval=archive.settings.poll_interval,
        owner=owner_name(),
        base=str(Path.cwd()),
    )


def _documents(archive: Archive) -> DocumentStore:
    from bot.services.reading.read_documents import DocumentStore
    from bot.sources import parse_document

    return DocumentStore(archive.database, parse_document, clock)


def reading_arxiv(
    archive: Archive,
    reader: SourceReader,
    rounds: PollRounds,
    tell: Callable[[ReadBack | CompletionReport], None],
) -> RunBackfills:
    """Build what reads by arXiv's query API, behind the polls.

    Args:
        archive: the open database.
        reader: has the API.
        rounds: the rounds of polling between which it is asked.
        tell: is told what each request gave.
    """
    from bot.services.backfill.api_cooldown import ApiCooldown
    from bot.services.backfill.backfill_arxiv import BackfillArxiv
    from bot.services.backfill.backfill_git import BackfillGit
    from bot.services.backfill.begin_backfill import BeginBackfill
    from bot.services.backfill.complete_papers import CompletePapers
    from bot.services.backfill.run_backfills import RunBackfills
    from bot.services.backfill.watch_feeds import WatchFeeds
    from bot.sources import parse_document

    settings, database, api = archive.settings, archive.database, reader.arxiv
    rests = ApiCooldown(database, clock, random.random)  # noqa: S311 (spreads requests)
    return RunBackfills(
        rounds,
        BeginBackfill(database, clock, settings.backfill_days),
        rests,
        WatchFeeds(database, clock, bundled_holidays()),
        BackfillArxiv(database, api, rests, parse_document, clock),
        BackfillGit(database, reader.histories, _documents(archive), clock, owner=owner_name()),
        CompletePapers(database, api, rests, parse_document, clock) if settings.complete_papers else None,
        tell,
    )
