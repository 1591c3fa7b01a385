"""Carries out `run`, and `poll` without an end; each returns the exit status."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack, suppress
from functools import partial
from typing import TYPE_CHECKING

from bot.app import (
    clock,
    delivering,
    keeping_house,
    open_archive,
    open_platforms,
    open_reader,
    polling,
    reading_arxiv,
    renew_index,
    serving,
)
from bot.cli import report
from bot.cli.arxiv_progress import EVERY, ArxivProgress
from bot.cli.serving import ServeAfterReading, logged
from bot.domain.sources.source import DEFAULT_SOURCES
from bot.i18n import translator
from bot.process_owner import owner_name
from bot.services.installation.hold_lease import hold_lease
from bot.services.reading.poll_rounds import PollRounds

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.app import Archive
    from bot.cli.serving import Work
    from bot.ports import Platform
    from bot.services.reading.poll_sources import SourceReport
    from bot.settings import Settings
    from bot.sources.source_reader import SourceReader

_KEEP_HOUSE_EVERY = 1800.0
"""Seconds between two looks whether the day's housekeeping was done."""


async def run(settings: Settings) -> int:
    """Poll sources and serve chats until stopped; the default source where none is configured."""
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
        return await _keep_running(archive, reader, platforms)


async def keep_polling(archive: Archive, reader: SourceReader) -> int:
    """Poll what is due until a signal ends it."""
    return await _keep_on(archive, _reading_works(archive, reader, _rounds(archive, reader)))


async def _keep_running(archive: Archive, reader: SourceReader, platforms: Mapping[str, Platform]) -> int:
    """Poll, make digests, deliver them and keep house until a signal ends it."""
    every = archive.settings.tick_seconds
    house = keeping_house(archive)
    deliver = delivering(archive, platforms)
    rounds = _rounds(archive, reader)
    serve = ServeAfterReading(serving(archive), deliver, rounds, every)

    async def make_digests() -> None:
        if made := await serve.tick():
            report.say(f"{made:,} digest{'s' * (made > 1)} made")

    works: dict[str, tuple[float, Work]] = {
        **_reading_works(archive, reader, rounds),
        "serve": (every, make_digests),
        "housekeeping": (_KEEP_HOUSE_EVERY, house.run),
    }
    sending = asyncio.create_task(deliver.run(), name="deliver") if platforms else None
    try:
        return await _keep_on(archive, works)
    finally:
        await rounds.close()
        if sending:
            deliver.stop()
            await sending


def _rounds(archive: Archive, reader: SourceReader) -> PollRounds:
    def tell(source: SourceReport) -> None:
        report.polled(source)
        report.problems([source])

    return PollRounds(polling(archive, reader), archive.database, clock, tell)


def _reading_works(
    archive: Archive, reader: SourceReader, rounds: PollRounds
) -> dict[str, tuple[float, Work]]:
    """Return what keeps the archive and its index up to date, each with the seconds between two ticks."""
    every = archive.settings.tick_seconds
    progress = ArxivProgress(report.say, translator("en"), every=EVERY)
    return {
        "poll": (every, rounds.poll),
        "arxiv": (every, reading_arxiv(archive, reader, rounds, progress).run),
        "index": (_KEEP_HOUSE_EVERY, partial(renew_index, archive)),
    }


async def _keep_on(archive: Archive, works: Mapping[str, tuple[float, Work]]) -> int:
    """Do each work every so many seconds until a signal ends it; return the exit status."""
    from bot.scheduling.ticks import ticking

    stopped = asyncio.Event()
    turns = {name: asyncio.Lock() for name in works}

    def ending_quietly(name: str, work: Work) -> Callable[[], Awaitable[None]]:
        async def in_turn() -> None:
            async with turns[name]:
                try:
                    await logged(work, name)
                except asyncio.CancelledError:
                    if not stopped.is_set():
                        raise  # else the scheduler would report it as a failure

        return in_turn

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    labels = ", ".join(source.label for source in await archive.sources.polled())
    report.say(f"polling {labels or 'nothing'}; Ctrl-C stops")
    async with ticking({name: (every, ending_quietly(name, work)) for name, (every, work) in works.items()}):
        await stopped.wait()
    for turn in turns.values():
        async with turn:
            pass  # what was cut short rolls back and gives its lease back before the database closes
    with suppress(NotImplementedError):
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
    return 0
