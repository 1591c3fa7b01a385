"""The wall clock that judges schedules is right itself where clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from slot_oracle import first_minute, newest_due


@pytest.mark.parametrize(
    ("day", "at", "zone", "minute"),
    [
        ("2025-03-30", "02:30", "Europe/Berlin", "2025-03-30 01:00"),  # left out: the first instant after
        ("2025-10-26", "02:30", "Europe/Berlin", "2025-10-26 00:30"),  # twice: the first time
        ("2025-04-06", "01:45", "Australia/Lord_Howe", "2025-04-05 14:45"),
        ("2025-10-05", "02:15", "Australia/Lord_Howe", "2025-10-04 15:30"),
        ("2025-06-15", "00:00", "Pacific/Kiritimati", "2025-06-14 10:00"),
    ],
)
def test_the_first_minute(day: str, at: str, zone: str, minute: str) -> None:
    """It is the first at which the clock on the wall shows the time or a later one of that day."""
    found = first_minute(date.fromisoformat(day), time.fromisoformat(at), zone)
    assert found == datetime.fromisoformat(f"{minute}+00:00")


def test_the_newest_day_that_was_due() -> None:
    """A day counts when its time is surely over, and came after the schedule was chosen."""
    since = datetime(2025, 6, 14, 9, 0, tzinfo=UTC)
    at = time(8, 30)
    assert newest_due(at, "UTC", since=since, now=datetime(2025, 6, 15, 9, 29, tzinfo=UTC)) is None
    assert newest_due(at, "UTC", since=since, now=datetime(2025, 6, 15, 9, 30, tzinfo=UTC)) == date(
        2025, 6, 15
    )
    assert newest_due(at, "UTC", since=since, now=datetime(2025, 6, 17, 8, 0, tzinfo=UTC)) == date(
        2025, 6, 16
    )
