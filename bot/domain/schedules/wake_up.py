"""Decides when sources are polled before digests are compiled.

That is at start-up, and after the process was suspended.

Who starts the bot at nine wants today's papers in the digest of 08:30. The same holds for a computer that was
suspended over night: all ticks of the night were missed, and everything is due at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

READING_PATIENCE: Final = 60.0
"""Seconds at most for which due schedules wait for sources that are being read."""

_STANDSTILL: Final = timedelta(seconds=60)
"""A tick that comes later than this after its time was not late: the process did not run."""


def polls_first(last_served: datetime | None, now: datetime, *, every: float) -> bool:
    """Return whether due sources are read before due schedules are served.

    A suspended computer stops the monotonic clock on some systems and not on others; the wall clock continues
    on all of them. So the wall clock between two ticks tells a standstill, and a clock that was set ahead.

    Args:
        last_served: when schedules were served last, or None where this process did not serve any yet.
        now: the wall clock, timezone-aware as `last_served`.
        every: seconds from one tick to the next.
    """
    return last_served is None or now - last_served > timedelta(seconds=every) + _STANDSTILL
