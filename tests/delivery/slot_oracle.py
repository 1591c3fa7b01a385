"""When a daily schedule must have been served, told by a clock on the wall and nothing cleverer."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SLACK = timedelta(hours=1)
"""A time that the clocks leave out may be served so much later than the first instant after it."""


@lru_cache(maxsize=4_096)
def first_minute(day: date, at: time, zone: str) -> datetime | None:
    """Return the first minute, UTC, at which a clock on the wall shows this day and this time or later."""
    place = ZoneInfo(zone)
    # No zone is further than 14 hours from UTC, and a change is no longer than a day.
    moment = datetime.combine(day, at, UTC) - timedelta(hours=15)
    for _ in range(31 * 60):
        shown = moment.astimezone(place)
        if shown.date() == day and shown.time() >= at:
            return moment
        moment += timedelta(minutes=1)
    return None


def newest_due(at: time, zone: str, *, since: datetime, now: datetime) -> date | None:
    """Return the newest day whose time came after one instant and surely by another, or None."""
    today = now.astimezone(ZoneInfo(zone)).date()
    for back in range(3):
        day = today - timedelta(days=back)
        moment = first_minute(day, at, zone)
        if moment is not None and since < moment <= now - SLACK:
            return day
    return None
