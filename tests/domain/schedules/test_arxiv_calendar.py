"""When arXiv announces, and when it is late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.data import bundled_holidays
from bot.domain.schedules.arxiv_calendar import (
    Announcement,
    is_late,
    last_announcement,
    next_announcement,
    read_holidays,
    why_none,
)
from bot.errors import SettingsError

HOLIDAYS = bundled_holidays()
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))
HOLIDAY_SETS = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 3, 1)), max_size=20)
INSTANTS = st.datetimes(datetime(2025, 12, 1), datetime(2026, 5, 1), timezones=st.just(UTC))  # noqa: DTZ001 (hypothesis adds the zone)
GRACE = timedelta(hours=6)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("now", "at", "slot"),
    [
        ("2026-03-02T12:00Z", "2026-03-03T01:00Z", "2026-03-02"),  # Monday, winter time
        ("2026-03-05T12:00Z", "2026-03-06T01:00Z", "2026-03-05"),  # Thursday
        ("2026-03-06T01:00Z", "2026-03-09T00:00Z", "2026-03-08"),  # after Thursday's: Sunday's, summer time
        ("2026-03-07T12:00Z", "2026-03-09T00:00Z", "2026-03-08"),  # Saturday
        ("2026-09-07T12:00Z", "2026-09-09T00:00Z", "2026-09-08"),  # Labor Day, a Monday
        ("2026-11-26T12:00Z", "2026-11-30T01:00Z", "2026-11-29"),  # Thanksgiving, a Thursday
        ("2026-07-03T12:00Z", "2026-07-07T00:00Z", "2026-07-06"),  # a listed Friday takes Sunday's
        ("2026-12-24T12:00Z", "2026-12-25T01:00Z", "2026-12-24"),  # and leaves Thursday's
        ("2026-12-25T12:00Z", "2026-12-29T01:00Z", "2026-12-28"),
        ("2026-12-31T12:00Z", "2027-01-04T01:00Z", "2027-01-03"),
    ],
)
def test_next_announcement(now: str, at: str, slot: str) -> None:
    """It is at 20:00 in New York, on the next day from Sunday to Thursday that no holiday takes away."""
    assert next_announcement(_at(now), HOLIDAYS) == Announcement(_at(at), slot)


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        ("2026-03-03T00:59:59Z", "2026-03-01"),
        ("2026-03-03T01:00Z", "2026-03-02"),
        ("2026-03-08T23:59Z", "2026-03-05"),
        ("2026-07-06T12:00Z", "2026-07-02"),
        ("2026-11-29T12:00Z", "2026-11-25"),
    ],
)
def test_last_announcement(now: str, slot: str) -> None:
    """It is the newest up to now, over weekends and holidays."""
    assert last_announcement(_at(now), HOLIDAYS).slot == slot


@given(INSTANTS, HOLIDAY_SETS)
@settings(deadline=None)
def test_announcements_form_one_chain(now: datetime, holidays: frozenset[date]) -> None:
    """Now lies between the last and the next, which are neighbours in both directions."""
    last, coming = last_announcement(now, holidays), next_announcement(now, holidays)
    assert last.at <= now < coming.at
    assert next_announcement(last.at, holidays) == coming
    assert last_announcement(coming.at - timedelta(seconds=1), holidays) == last
    assert last_announcement(last.at, holidays) == last


@given(DAYS, HOLIDAY_SETS)
@settings(deadline=None)
def test_a_day_has_papers_or_a_reason(day: date, holidays: frozenset[date]) -> None:
    """A reader's day has no reason exactly where arXiv announced on the evening before."""
    evening = day - timedelta(days=1)
    noon = datetime(evening.year, evening.month, evening.day, 12, tzinfo=UTC)
    announced = next_announcement(noon, holidays).slot == evening.isoformat()
    assert (why_none(day, holidays) is None) == announced


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("2026-03-06", None),  # Friday: Thursday's papers
        ("2026-03-07", "weekend"),
        ("2026-03-08", "weekend"),
        ("2026-03-09", None),  # Monday: Sunday's
        ("2026-07-03", None),  # a holiday in New York, with Thursday's papers
        ("2026-07-04", "weekend"),
        ("2026-07-06", "holiday"),
        ("2026-09-07", None),
        ("2026-09-08", "holiday"),
        ("2026-11-27", "holiday"),
    ],
)
def test_why_nothing_came(day: str, reason: str | None) -> None:
    """What New York does not announce in the evening is missing on the reader's next day."""
    assert why_none(date.fromisoformat(day), HOLIDAYS) == reason


@pytest.mark.parametrize(
    ("last_new", "now", "late"),
    [
        ("2026-03-03T02:00Z", "2026-03-03T20:00Z", False),
        ("2026-03-02T20:00Z", "2026-03-03T06:59Z", False),  # within the grace
        ("2026-03-02T20:00Z", "2026-03-03T07:00Z", True),
        ("2026-03-01T20:00Z", "2026-03-03T06:59Z", True),  # not even the one before
        ("2026-03-06T02:00Z", "2026-03-08T20:00Z", False),  # the weekend
        ("2026-07-03T02:00Z", "2026-07-06T20:00Z", False),  # Sunday's is taken by the holiday
        ("2026-07-03T02:00Z", "2026-07-07T06:00Z", True),
        (None, "2026-03-03T20:00Z", False),
    ],
)
def test_late_is_what_should_have_come(last_new: str | None, now: str, *, late: bool) -> None:
    """An announcement is late when its grace is over and nothing new came since; weekends never are."""
    last_new_at = None if last_new is None else _at(last_new)
    assert is_late(last_new_at, _at(now), HOLIDAYS, grace=GRACE) is late


@given(INSTANTS, HOLIDAY_SETS, st.timedeltas(timedelta(0), timedelta(days=2)))
@settings(deadline=None)
def test_what_came_with_each_announcement_is_never_late(
    now: datetime, holidays: frozenset[date], grace: timedelta
) -> None:
    """Whoever saw the last announcement is not late before the next one's grace is over, and then is."""
    seen, coming = last_announcement(now, holidays).at, next_announcement(now, holidays).at
    assert not is_late(seen, now, holidays, grace=grace)
    assert not is_late(seen, coming + grace - timedelta(seconds=1), holidays, grace=grace)
    assert is_late(seen, coming + grace, holidays, grace=grace)


def test_bundled_holidays_are_arxivs() -> None:
    """The nine dates of 2026 are read from the bundled file, none on a weekend."""
    assert len([day for day in HOLIDAYS if day.year == 2026]) == 9
    assert all(day.weekday() < 5 for day in HOLIDAYS)


def test_holidays_are_editable() -> None:
    """Comments and blank lines don't count, and a bad line is named."""
    assert read_holidays("# ours\n\n2027-01-01  # Friday\n") == {date(2027, 1, 1)}
    with pytest.raises(SettingsError, match="line 2"):
        read_holidays("2027-01-01\n1 January\n")
