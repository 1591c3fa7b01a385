"""What benchmarks of a bot in a process of its own print: times, promises, and what the bot used."""

from __future__ import annotations

import asyncio
import math
import os
import resource
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

LOOK = 0.02
_LAST_WORDS = 2_000


def within(took: Sequence[float], share: float) -> float:
    """Return the seconds within which a share of the answers came."""
    return sorted(took)[min(int(share * len(took)), len(took) - 1)] if took else math.nan


def ms(seconds: float) -> str:
    """Return seconds as milliseconds."""
    return f"{seconds * 1e3:,.0f} ms"


def promise(words: str, *, kept: bool) -> bool:
    """Print what happened to a promise; return whether it is kept."""
    print(f"{'PASS' if kept else 'MISSED':6} {words}", flush=True)
    return kept


@asynccontextmanager
async def watching_loop() -> AsyncIterator[list[float]]:
    """Give how late this process's event loop woke up, in seconds; what is late here is late for the bot."""
    lags: list[float] = []

    async def watch() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(LOOK)
            lags.append(time.perf_counter() - before - LOOK)

    watching = asyncio.create_task(watch())
    try:
        yield lags
    finally:
        watching.cancel()


def print_last_words(folder: Path) -> None:
    """Print the end of the log of a bot that broke a promise."""
    log = (folder / "bot.log").read_text(encoding="utf-8", errors="replace")
    print(f"the bot's last words:\n{log[-_LAST_WORDS:]}")


def print_used() -> None:
    """Print what the bot, which has ended, used."""
    bot = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = bot.ru_utime + bot.ru_stime
    print(f"the bot used {used:.1f} s of processor time and {bot.ru_maxrss / 1024:.0f} MB at most;", end=" ")
    print(f"{os.getloadavg()[0]:.1f} busy after")
