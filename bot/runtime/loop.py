"""Runs jobs until SIGINT or SIGTERM, then waits for those that are running."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.runtime import report
from bot.runtime.digest_job import logged

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bot.runtime.jobs import Job

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


async def run_until_signal(jobs: Sequence[Job], line: str) -> None:
    """Run each job at its interval until a signal ends it.

    Args:
        jobs: what is done; an error of one is logged, and its next tick tries again.
        line: what is printed once signals are handled: from then on a stop is orderly.
    """
    from bot.runtime.ticks import ticking

    stopped = asyncio.Event()
    turns = {job.name: asyncio.Lock() for job in jobs}

    def ending_quietly(job: Job) -> Callable[[], Awaitable[None]]:
        async def in_turn() -> None:
            async with turns[job.name]:
                try:
                    await logged(job.work, job.name)
                except asyncio.CancelledError:
                    if not stopped.is_set():
                        raise  # else the scheduler would report it as a failure

        return in_turn

    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stopped.set)
    report.say(line)
    async with ticking({job.name: (job.every, ending_quietly(job)) for job in jobs}):
        await stopped.wait()
    for turn in turns.values():
        async with turn:
            pass  # what was cut short rolls back and gives its lease back before the database closes
    with suppress(NotImplementedError):
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
