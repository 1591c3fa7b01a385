"""Runs the bot until a signal stops it: `paperwire run`, and `paperwire poll` without `--once`.

Start-up order: open the archive, take the lease of the file, open what reads, follow the settings' sources,
connect the platforms, then run the jobs. Shutdown is the reverse: the jobs end, messages in flight are
finished, and the exit stack closes the rest.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from bot.app import clock, delivering, keeping_house, open_archive, open_platforms, open_reader, serving
from bot.domain.sources.source import DEFAULT_SOURCES
from bot.process_owner import owner_name
from bot.runtime import report
from bot.runtime.digest_job import DigestJob
from bot.runtime.jobs import digest_job, housekeeping_job, poll_rounds, reading_jobs
from bot.runtime.loop import run_until_signal
from bot.services.installation.hold_lease import hold_lease

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.app import Archive
    from bot.ports import Platform
    from bot.settings import Settings
    from bot.sources.source_reader import SourceReader


async def run(settings: Settings) -> int:
    """Poll sources and serve chats until stopped; the default source if none is configured.

    Returns:
        The exit status.
    """
    async with AsyncExitStack() as stack:
        archive = await stack.enter_async_context(open_archive(settings))
        if archive.database.path:
            # One file, one bot: two would both poll, and one of them was surely started by mistake.
            alone = await stack.enter_async_context(
                hold_lease(
                    archive.database, "run", owner=owner_name(), clock=clock, seconds=settings.lease_seconds
                )
            )
            if not alone:
                report.problem(
                    f"another `paperwire run` works on {archive.database.path}: stop it first "
                    f"(one that was killed on another machine counts for {settings.lease_seconds} s more)"
                )
                return 1
        reader = await stack.enter_async_context(open_reader(settings))
        await archive.sources.follow_settings(settings.digest_sources, DEFAULT_SOURCES)
        platforms = await stack.enter_async_context(open_platforms(archive))
        return await _serve(archive, reader, platforms)


async def keep_polling(archive: Archive, reader: SourceReader) -> int:
    """Poll what is due until a signal ends it; return the exit status."""
    jobs = reading_jobs(archive, reader, poll_rounds(archive, reader))
    await run_until_signal(jobs, await _polling_line(archive))
    return 0


async def _serve(archive: Archive, reader: SourceReader, platforms: Mapping[str, Platform]) -> int:
    """Poll, compile digests, deliver them and keep house until a signal ends it."""
    rounds = poll_rounds(archive, reader)
    deliver = delivering(archive, platforms)
    serve = DigestJob(serving(archive), deliver, rounds, archive.settings.tick_seconds)
    jobs = (
        *reading_jobs(archive, reader, rounds),
        digest_job(archive, serve),
        housekeeping_job(keeping_house(archive)),
    )
    sending = asyncio.create_task(deliver.run(), name="deliver") if platforms else None
    try:
        await run_until_signal(jobs, await _polling_line(archive))
        return 0
    finally:
        await rounds.close()
        if sending:
            deliver.stop()
            await sending


async def _polling_line(archive: Archive) -> str:
    labels = ", ".join(source.label for source in await archive.sources.polled())
    return f"polling {labels or 'nothing'}; Ctrl-C stops"
