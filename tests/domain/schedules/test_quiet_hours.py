"""When a chat wants to hear nothing."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.schedules.quiet_hours import Quiet, UnreadableQuietError, parse_quiet, quiet_until, show_quiet

if TYPE_CHECKING:
    from datetime import tzinfo

MINUTE = timedelta(minutes=1)
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
QUIETS = st.lists(TIMES, min_size=2, max_size=2, unique=True).map(lambda times: Quiet(*times))
WALLS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001 (local times)
NIGHT = Quiet(time(22), time(7))
# Zones with a day on which their clocks change. Not among them: Kwajalein in 1969, where 23 hours came twice:
# a silence that a clock set back does not break lasts a day there; no zone has done so since.
CHANGES = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("Africa/Cairo", date(2024, 4, 26)),  # midnight becomes 01:00
    ("Africa/Cairo", date(2024, 10, 31)),  # midnight becomes 23:00
    ("America/Nuuk", date(2024, 3, 30)),  # 23:00 becomes midnight
    ("America/St_Johns", date(2006, 10, 29)),  # 00:01 becomes 23:01
    ("Antarctica/Troll", date(2024, 3, 31)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Pacific/Apia", date(2011, 12, 30)),  # a day is left out
    ("Asia/Shanghai", date(2026, 1, 1)),  # nothing changes
]


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("22:00-07:00", "22:00-07:00"),
        ("22:00 – 7:00", "22:00-07:00"),
        ("10pm to 7am", "22:00-07:00"),
        ("From 22.00 until 7.30", "22:00-07:30"),
        ("２２：００～０７：００", "22:00-07:00"),
        ("22:00至7:00", "22:00-07:00"),
        ("从晚上10点到早上7点半", "22:00-07:30"),
        ("12:00-13:00", "12:00-13:00"),
        ("Off", "off"),
        ("关闭", "off"),
        ("關閉", "off"),
    ],
)
def test_quiet_hours_are_read_as_people_write_them(text: str, canonical: str) -> None:
    """Any notation of two times is read, and off."""
    assert show_quiet(parse_quiet(text)) == canonical


@pytest.mark.parametrize(
    ("text", "code", "suggestion"),
    [
        ("", "no_span", "22:00-07:00"),
        ("22:00", "no_span", "22:00-07:00"),
        ("22:00-", "no_span", "22:00-07:00"),
        ("1:00-2:00-3:00", "no_span", "22:00-07:00"),
        ("23-7", "bad_time", "23:00-07:00"),
        ("23:30-25:00", "bad_time", "23:30-07:00"),
        ("night-9:00", "bad_time", "22:00-09:00"),
        ("7-night", "bad_time", "22:00-07:00"),
        ("9:00-9:00", "same_time", "22:00-07:00"),
    ],
)
def test_what_can_not_be_read_brings_one_suggestion(text: str, code: str, suggestion: str) -> None:
    """The suggestion keeps the time that was understood."""
    with pytest.raises(UnreadableQuietError) as caught:
        parse_quiet(text)
    assert (caught.value.code, caught.value.suggestion) == (code, suggestion)


@given(st.none() | QUIETS)
def test_canonical_form_is_read_as_itself(quiet: Quiet | None) -> None:
    """What is shown is read as the same quiet hours."""
    assert parse_quiet(show_quiet(quiet)) == quiet


@given(st.text(max_size=30) | st.from_regex(r"[0-9:.apm点半]{0,6}[-~到 ]?[0-9:.apm]{0,6}", fullmatch=True))
@settings(deadline=None)
def test_any_text_is_quiet_hours_or_gets_a_readable_suggestion(text: str) -> None:
    """No text breaks the reader, and every suggestion is in canonical form."""
    try:
        shown = show_quiet(parse_quiet(text))
    except UnreadableQuietError as error:
        shown = error.suggestion
    assert show_quiet(parse_quiet(shown)) == shown


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-01-10T20:59Z", None),
        ("2026-01-10T21:00Z", "2026-01-11T06:00Z"),
        ("2026-01-10T23:30Z", "2026-01-11T06:00Z"),
        ("2026-01-11T05:59:59Z", "2026-01-11T06:00Z"),
        ("2026-01-11T06:00Z", None),
        ("2026-03-28T22:00Z", "2026-03-29T05:00Z"),  # the short night
        ("2026-10-24T22:00Z", "2026-10-25T06:00Z"),  # the long one
    ],
)
def test_night_in_berlin(now: str, until: str | None) -> None:
    """From 22:00 to 07:00 it is quiet, across midnight and whether the night has 8, 9 or 10 hours."""
    expected = None if until is None else datetime.fromisoformat(until)
    assert quiet_until(NIGHT, ZoneInfo("Europe/Berlin"), datetime.fromisoformat(now)) == expected


def test_clock_set_back_does_not_break_the_silence() -> None:
    """Where 02:30 comes twice, quiet hours begin at the first and last to the second."""
    berlin = ZoneInfo("Europe/Berlin")
    between = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)  # 02:45, the first time
    assert quiet_until(Quiet(time(22), time(2, 30)), berlin, between) == between + timedelta(minutes=45)
    assert quiet_until(Quiet(time(2, 30), time(7)), berlin, between) == datetime(2026, 10, 25, 6, tzinfo=UTC)


def test_clock_set_forward_past_the_end_ends_the_silence() -> None:
    """Where 02:30 is left out, quiet hours to it end, and those from it begin, at the change."""
    berlin, change = ZoneInfo("Europe/Berlin"), datetime(2026, 3, 29, 1, tzinfo=UTC)
    to, since = Quiet(time(22), time(2, 30)), Quiet(time(2, 30), time(7))
    assert quiet_until(to, berlin, change - MINUTE) == change
    assert quiet_until(to, berlin, change) is None
    assert quiet_until(since, berlin, change - MINUTE) is None
    assert quiet_until(since, berlin, change) == datetime(2026, 3, 29, 5, tzinfo=UTC)


def test_nothing_is_never_quiet() -> None:
    """A chat without quiet hours can be written to at any time."""
    assert quiet_until(None, UTC, datetime(2026, 1, 1, tzinfo=UTC)) is None


@given(QUIETS, st.integers(-12, 14), WALLS)
@settings(deadline=None)
def test_without_clock_changes_the_local_time_decides(quiet: Quiet, hours: int, wall: datetime) -> None:
    """It is quiet exactly where the local time is in the span, up to the next time its end is shown."""
    zone = timezone(timedelta(hours=hours))
    at, (start, end) = wall.time(), (quiet.start, quiet.end)
    inside = start <= at < end if start < end else at >= start or at < end
    until = quiet_until(quiet, zone, wall.replace(tzinfo=zone))
    assert (until is not None) == inside
    if until is not None:
        assert until.astimezone(zone).time() == end
        assert timedelta(0) < until - wall.replace(tzinfo=zone) < timedelta(days=1)


@cache
def _minutes_around(name: str, day: date) -> tuple[datetime, list[datetime], list[datetime]]:
    """Return the first minute of nine days, the latest time shown up to each, the earliest from each on."""
    zone, begin = ZoneInfo(name), datetime.combine(day - timedelta(days=4), time(), UTC)
    shown = [(begin + n * MINUTE).astimezone(zone).replace(tzinfo=None) for n in range(9 * 24 * 60)]
    return begin, list(accumulate(shown, max)), list(accumulate(reversed(shown), min))[::-1]


def _expected(quiet: Quiet, name: str, day: date, now: datetime) -> datetime | None:
    """Look minute by minute for the nights, and join those that touch."""
    begin, up_to, from_on = _minutes_around(name, day)
    until = now
    for ahead in range(-3, 4):
        start = datetime.combine(day + timedelta(days=ahead), quiet.start)
        end = datetime.combine(start.date() + timedelta(days=quiet.end < quiet.start), quiet.end)
        first, over = (begin + bisect_left(*found) * MINUTE for found in ((up_to, start), (from_on, end)))
        if first <= until < over:
            until = over
    return None if until == now else until


@given(QUIETS, st.sampled_from(CHANGES), st.integers(-36 * 60, 36 * 60))
@settings(deadline=None, max_examples=examples(100))
def test_around_clock_changes_each_night_is_one_silence(
    quiet: Quiet, change: tuple[str, date], minutes: int
) -> None:
    """They last from the first minute at or past their beginning to the last one before their end."""
    name, day = change
    now = datetime.combine(day, time(12), UTC) + minutes * MINUTE
    zone: tzinfo = ZoneInfo(name)
    assert quiet_until(quiet, zone, now) == _expected(quiet, name, day, now)


def test_a_clock_that_is_set_back_to_their_very_end_does_not_begin_them_again() -> None:
    """In Cairo midnight became 23:00: quiet hours until 23:00 were over at the first 23:00."""
    zone = ZoneInfo("Africa/Cairo")
    noon = datetime(2024, 10, 31, 12, tzinfo=UTC)
    assert quiet_until(Quiet(time(0), time(23)), zone, noon) == datetime(2024, 10, 31, 20, tzinfo=UTC)
