"""Spaces requests: one at a time for each host, with a pause between two; all arXiv hosts count as one."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.domain.sources.crawl_policy import ARXIV, gap_of, lane_of, wait_for_slot

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable


@dataclass(slots=True)
class _Lane:
    """The queue of one host."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    last_end: float | None = None


class HostSpacing:
    """Requests to one host wait for each other; requests to different hosts do not.

    One instance serves the whole process, since arXiv counts all requests together. It also counts those of a
    process that was killed a moment ago, so the first request to it waits as well.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        gap: Callable[[str], float] = gap_of,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._gap = gap
        self._lanes: dict[str, _Lane] = {ARXIV: _Lane(last_end=clock())}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Hold the host's only slot for the time of the `async with` block; first come, first served."""
        name = lane_of(host)
        lane = self._lanes.setdefault(name, _Lane())
        async with lane.turn:
            wait = wait_for_slot(lane.last_end, self._clock(), self._gap(name))
            if wait:
                await self._sleep(wait)
            try:
                yield
            finally:
                lane.last_end = self._clock()
