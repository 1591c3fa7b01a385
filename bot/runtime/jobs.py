"""The jobs of a running bot: each has a name, an interval, and a function that does what is due."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.app import clock, polling, reading_arxiv, renew_index
from bot.i18n import translator
from bot.runtime import report
from bot.runtime.backfill_progress import EVERY, BackfillProgress
from bot.services.reading.poll_rounds import PollRounds

if TYPE_CHECKING:
    from bot.app import Archive
    from bot.runtime.digest_job import DigestJob, Work
    from bot.services.installation.housekeeping import Housekeeping
    from bot.services.reading.poll_sources import SourceReport
    from bot.sources.source_reader import SourceReader

_RARELY: Final = 1800.0
"""Seconds between two looks whether the day's housekeeping was done, and whether the index is current."""


@dataclass(frozen=True, slots=True)
class Job:
    """A function that is called at an interval.

    Attributes:
        name: in logs, and of the lease where one process alone may do it.
        every: seconds from one run to the next.
        work: does what is due; never called twice at a time.
    """

    name: str
    every: float
    work: Work


def poll_rounds(archive: Archive, reader: SourceReader) -> PollRounds:
    """Return the rounds of polling, which print what each source brought."""

    def tell(source: SourceReport) -> None:
        report.polled(source)
        report.problems([source])

    return PollRounds(polling(archive, reader), archive.database, clock, tell)


def reading_jobs(archive: Archive, reader: SourceReader, rounds: PollRounds) -> tuple[Job, ...]:
    """Return the jobs that keep the archive and its index up to date."""
    every = archive.settings.tick_seconds
    progress = BackfillProgress(report.say, translator("en"), every=EVERY)
    return (
        Job("poll", every, rounds.poll),
        Job("arxiv", every, reading_arxiv(archive, reader, rounds, progress).run),
        Job("index", _RARELY, partial(renew_index, archive)),
    )


def digest_job(archive: Archive, serve: DigestJob) -> Job:
    """Return the job that compiles due digests."""

    async def make_digests() -> None:
        if made := await serve.tick():
            report.say(f"{made:,} digest{'s' * (made > 1)} made")

    return Job("serve", archive.settings.tick_seconds, make_digests)


def housekeeping_job(house: Housekeeping) -> Job:
    """Return the job that does the day's housekeeping once."""
    return Job("housekeeping", _RARELY, house.run)
