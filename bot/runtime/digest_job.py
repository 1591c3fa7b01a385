"""Compiles the due digests, after the due sources were read."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.app import clock
from bot.domain.schedules.wake_up import polls_first

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.services.delivery.deliver_outbox import DeliverOutbox
    from bot.services.digests.digest_scheduler import DigestScheduler
    from bot.services.reading.poll_rounds import PollRounds

    Work = Callable[[], Awaitable[object]]

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class DigestJob:
    """Compiles due digests; after a start or a suspend, sources are read first.

    Attributes:
        serve: matches papers and compiles digests.
        deliver: sends them.
        rounds: the rounds of polling, or None where nothing is polled here.
        every: seconds from one tick to the next.
        last_served: when schedules were served last, or None where they were not yet.
    """

    serve: DigestScheduler
    deliver: DeliverOutbox
    rounds: PollRounds | None
    every: float
    last_served: datetime | None = None

    async def tick(self) -> int:
        """Serve what is due; return how many digests were made."""
        if self.rounds and polls_first(self.last_served, clock(), every=self.every):
            report_late(await self.rounds.catch_up())
        made = await self.serve.tick()
        self.last_served = clock()
        if made:
            self.deliver.wake()
        return made


def report_late(labels: tuple[str, ...]) -> None:
    """Log which sources the digests did not wait for."""
    if labels:
        _log.warning(
            "late: %s; due digests go out without it, and its papers come with the next ones",
            ", ".join(labels),
        )


async def logged(work: Work, what: str) -> None:
    """Do a work; an error is logged whole, and the next tick tries again."""
    try:
        await work()
    except Exception:  # noqa: BLE001 (a tick must not end the ticking)
        _log.exception("%s failed; the next tick tries again", what)
