"""When a chat is served."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.schedules.schedule import (
    CATCH_UP_SPAN,
    EVERY_DAY,
    DueTime,
    Schedule,
    UnreadableScheduleError,
    due_slots_between,
    next_due,
    parse_schedule,
    parse_time,
    show_schedule,
)

BERLIN = ZoneInfo("Europe/Berlin")
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
WEEKDAYS = st.frozensets(st.integers(0, 6), min_size=1)
SCHEDULES = st.builds(Schedule, st.just("times"), WEEKDAYS, TIMES) | st.builds(
    Schedule, st.sampled_from(["instant", "after-arxiv", "off"])
)
ZONES = st.sampled_from(sorted(available_timezones() - {"localtime"})).map(ZoneInfo)
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (hypothesis adds the zone)
WORDS = st.sampled_from(
    "daily weekdays weekends weekly mon thu fri - to , at every 8 8:30 8.30pm 25:00 8am 830 off instant "
    "after-arxiv arxiv 每天 周一 每周五 周一三五 至 工作日 下午6点半 晚上12点 即时 关闭 dialy 的".split()
)


def _daily(at: time) -> Schedule:
    return Schedule("times", EVERY_DAY, at)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("daily 08:30", "daily 08:30"),
        ("Every day at 8:30", "daily 08:30"),
        ("8.30", "daily 08:30"),
        ("8:30pm", "daily 20:30"),
        ("8am", "daily 08:00"),
        ("8 p.m.", "daily 20:00"),
        ("12am", "daily 00:00"),
        ("12pm", "daily 12:00"),
        ("18:30pm", "daily 18:30"),
        ("ＤＡＩＬＹ　８：３０", "daily 08:30"),
        ("weekdays 8:30", "weekdays 08:30"),
        ("mon-fri 8:30", "weekdays 08:30"),
        ("Monday to Friday, 8:30", "weekdays 08:30"),
        ("sat,sun 10:00", "weekends 10:00"),
        ("fri–mon 8am", "mon,fri,sat,sun 08:00"),
        ("thu,mon 18:00", "mon,thu 18:00"),
        ("mon wed fri 7:00", "mon,wed,fri 07:00"),
        ("weekly fri 17:00", "weekly fri 17:00"),
        ("on Fridays at 17:00", "weekly fri 17:00"),
        ("daily - 8:30", "daily 08:30"),
        ("instant", "instant"),
        ("after-arxiv", "after-arxiv"),
        ("After arXiv", "after-arxiv"),
        ("OFF", "off"),
        ("每天 8：30", "daily 08:30"),
        ("每天早上8点", "daily 08:00"),
        ("工作日下午6点半", "weekdays 18:30"),
        ("周一,周四 18:00", "mon,thu 18:00"),
        ("周一、三、五 9点05分", "mon,wed,fri 09:05"),
        ("周一至周五 9:00", "weekdays 09:00"),
        ("星期一到五 9:00", "weekdays 09:00"),
        ("每周五17:00", "weekly fri 17:00"),
        ("每週日 17:00", "weekly sun 17:00"),
        ("周末10:00", "weekends 10:00"),
        ("即时", "instant"),
        ("arXiv更新后", "after-arxiv"),
        ("关闭", "off"),
        ("關閉", "off"),
    ],
)
def test_schedules_are_read_as_people_write_them(text: str, canonical: str) -> None:
    """English and Chinese, any case, full-width characters, points and halves of the day are read."""
    assert show_schedule(parse_schedule(text)) == canonical


@pytest.mark.parametrize(
    ("text", "code", "suggestion"),
    [
        (" ", "empty", "daily 08:30"),
        ("8", "bad_time", "daily 08:00"),
        ("weekdays 1815", "bad_time", "weekdays 18:15"),
        ("mon 24:00", "bad_time", "weekly mon 00:00"),
        ("25:00", "bad_time", "daily 08:30"),
        ("mon 13am", "bad_time", "weekly mon 08:30"),
        ("周五晚上12点", "bad_time", "weekly fri 08:30"),
        ("weekends", "no_time", "weekends 08:30"),
        ("weekly 9:00", "no_weekday", "weekly mon 09:00"),
        ("8:30 and 18:00", "several_times", "daily 08:30"),
        ("off 9:00", "mixed", "daily 09:00"),
        ("daily mon 9:00", "mixed", "weekly mon 09:00"),
        ("instant off", "mixed", "instant"),
        ("dialy 9:00", "unknown_word", "daily 09:00"),
        ("thrusday 9:00", "unknown_word", "weekly thu 09:00"),
        ("instnat", "unknown_word", "instant"),
        ("0 8 * * 1", "unknown_word", "daily 00:00"),
        ("八点", "unknown_word", "daily 08:30"),
    ],
)
def test_what_can_not_be_read_brings_one_suggestion(text: str, code: str, suggestion: str) -> None:
    """The suggestion keeps what was understood."""
    with pytest.raises(UnreadableScheduleError) as caught:
        parse_schedule(text)
    assert (caught.value.code, caught.value.suggestion) == (code, suggestion)


@given(SCHEDULES)
def test_canonical_form_is_read_as_itself(schedule: Schedule) -> None:
    """What is shown is read as the same schedule."""
    assert parse_schedule(show_schedule(schedule)) == schedule


@given(
    st.text(max_size=40)
    | st.lists(WORDS, max_size=6).map(" ".join)
    | st.lists(WORDS, max_size=6).map("".join)
)
@settings(deadline=None)
def test_any_text_is_a_schedule_or_gets_a_readable_suggestion(text: str) -> None:
    """No text breaks the reader, and every suggestion is a schedule in canonical form."""
    try:
        shown = show_schedule(parse_schedule(text))
    except UnreadableScheduleError as error:
        shown = error.suggestion
    assert show_schedule(parse_schedule(shown)) == shown


@given(TIMES)
def test_times_are_read_in_each_notation(at: time) -> None:
    """24 hours, a point, halves of the day and Chinese name the same time."""
    half = f"{at.hour % 12 or 12}:{at:%M}{'pm' if at.hour >= 12 else 'am'}"
    for text in (f"{at:%H:%M}", f"{at.hour}.{at:%M}", half, half.upper(), f"{at.hour}点{at.minute}分"):
        assert parse_time(text) == at


@pytest.mark.parametrize(
    ("zone", "at", "day", "due"),
    [
        ("Europe/Berlin", time(2, 30), "2026-03-29", "2026-03-29T01:30Z"),  # 02:00 becomes 03:00
        ("Europe/Berlin", time(2, 30), "2026-10-25", "2026-10-25T00:30Z"),  # 03:00 becomes 02:00
        ("Africa/Cairo", time(0, 0), "2024-04-26", "2024-04-25T22:00Z"),  # midnight becomes 01:00
        ("America/Nuuk", time(23, 45), "2024-03-30", "2024-03-31T00:59Z"),  # 23:00 becomes midnight
        ("America/Toronto", time(23, 45), "1919-03-30", "1919-03-31T04:29Z"),  # 23:30 becomes 00:30
        ("Australia/Lord_Howe", time(2, 15), "2026-10-04", "2026-10-03T15:45Z"),  # 02:00 becomes 02:30
        ("America/St_Johns", time(0, 0), "2006-10-29", "2006-10-29T02:30Z"),  # 00:01 becomes 23:01
    ],
)
def test_clock_changes_move_a_slot_but_keep_its_day(zone: str, at: time, day: str, due: str) -> None:
    """A time that is left out moves forward within its day, one that comes twice counts first."""
    before = datetime.fromisoformat(f"{day}T00:00Z") - timedelta(hours=20)
    slots = due_slots_between(_daily(at), ZoneInfo(zone), before, before + timedelta(days=3))
    assert DueTime(datetime.fromisoformat(due), day) in slots


def test_day_that_a_zone_leaves_out_has_no_slot() -> None:
    """Samoa went from Thursday, 29 December 2011 to Saturday: who is served on Fridays waits a week more."""
    after = datetime(2011, 12, 29, 20, tzinfo=UTC)
    apia = ZoneInfo("Pacific/Apia")
    due = next_due(_daily(time(8, 30)), apia, after)
    friday = next_due(Schedule("times", frozenset({4}), time(8, 30)), apia, after)
    assert due is not None
    assert friday is not None
    assert (due.slot, friday.slot) == ("2011-12-31", "2012-01-06")


def test_only_times_fall_due_by_the_clock() -> None:
    """Instant, after-arxiv and off have no next time."""
    now = datetime(2026, 3, 1, tzinfo=UTC)
    for text in ("instant", "after-arxiv", "off"):
        assert next_due(parse_schedule(text), BERLIN, now) is None
        assert due_slots_between(parse_schedule(text), BERLIN, now - CATCH_UP_SPAN, now) == ()


@given(st.builds(Schedule, st.just("times"), WEEKDAYS, TIMES), ZONES, INSTANTS)
@settings(deadline=None)
def test_next_due_is_ahead_on_a_day_of_the_schedule(
    schedule: Schedule, zone: ZoneInfo, after: datetime
) -> None:
    """It is strictly after, within fifteen days, on the local day it names, one of the schedule's."""
    due = next_due(schedule, zone, after)
    assert due is not None
    assert after < due.at <= after + timedelta(days=15)
    day = date.fromisoformat(due.slot)
    assert due.at.astimezone(zone).date() == day
    assert day.weekday() in schedule.weekdays
    # From anywhere before it, the slot is the same: no second instant for a day.
    assert next_due(schedule, zone, due.at - (due.at - after) / 2) == due


@given(st.builds(Schedule, st.just("times"), WEEKDAYS, TIMES), ZONES, INSTANTS, st.floats(0, 60))
@settings(deadline=None)
def test_catch_up_lists_each_slot_once(
    schedule: Schedule, zone: ZoneInfo, until: datetime, days: float
) -> None:
    """The slots up to now are distinct, in order, the newest last, and none older than the span."""
    after = until - timedelta(days=days)
    slots = due_slots_between(schedule, zone, after, until)
    assert list(slots) == sorted(slots, key=lambda due: due.at)
    assert len({due.slot for due in slots}) == len(slots) <= CATCH_UP_SPAN.days + 1
    assert all(max(after, until - CATCH_UP_SPAN) < due.at <= until for due in slots)
    coming = next_due(schedule, zone, slots[-1].at if slots else max(after, until - CATCH_UP_SPAN))
    assert coming is not None
    assert coming.at > until


@cache
def _days_of(zone: ZoneInfo, year: int) -> list[str]:
    """Return the local days of a year that a clock in the zone ever shows."""
    begin = datetime(year - 1, 12, 30, tzinfo=UTC)
    shown = {(begin + timedelta(hours=6 * step)).astimezone(zone).date() for step in range(4 * 370)}
    return sorted(day.isoformat() for day in shown if day.year == year)


def _check_year(zone: ZoneInfo, year: int, at: time) -> None:
    """Step through a year, and hold its slots against the days that there were."""
    after, slots = datetime(year - 1, 12, 29, tzinfo=UTC), []
    schedule = _daily(at)
    while True:
        due = next_due(schedule, zone, after)
        assert due is not None
        if due.slot > f"{year}-12-31":
            break
        slots.append(due.slot)
        shown = due.at.astimezone(zone)
        assert shown.date().isoformat() == due.slot, zone.key
        assert shown.fold == 0, zone.key
        if shown.time() != at:
            wall = datetime.combine(shown.date(), at, zone)
            assert wall.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None)
            minute_later = (due.at + timedelta(minutes=1)).astimezone(zone)
            assert shown.time() > at or minute_later.date() > shown.date(), zone.key
        after = due.at
    assert [slot for slot in slots if slot >= f"{year}-01-01"] == _days_of(zone, year), zone.key


def _zones_of_their_own() -> list[str]:
    """Return one name of each time zone; a quarter of the names are others of the same rules."""
    rules: dict[bytes | str, str] = {}
    for name in sorted(available_timezones()):
        files = (Path(folder, name) for folder in TZPATH)
        rules.setdefault(next((file.read_bytes() for file in files if file.is_file()), name), name)
    return list(rules.values())


@pytest.mark.parametrize("at", [time(0, 0), time(2, 30), time(23, 45)])
def test_every_zone_has_one_slot_a_day(at: time) -> None:
    """In every time zone, each local day of 2024 has exactly one slot, on that day."""
    for name in _zones_of_their_own():
        _check_year(ZoneInfo(name), 2024, at)


@pytest.mark.parametrize("at", [time(0, 0), time(2, 30), time(23, 45)])
@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("Pacific/Apia", 2011),  # skips 30 December
        ("Pacific/Fakaofo", 2011),  # likewise
        ("Pacific/Kwajalein", 1969),  # lives 30 September almost twice
        ("Pacific/Kwajalein", 1993),  # skips 21 August
        ("Pacific/Kiritimati", 1994),  # skips 31 December
        ("Pacific/Kiritimati", 1995),
        ("Asia/Manila", 1844),  # skips 31 December
        ("America/Juneau", 1867),  # lives a day twice
        ("America/Toronto", 1919),  # 23:30 becomes 00:30
        ("America/St_Johns", 1988),  # two hours, at 00:01
        ("America/Sao_Paulo", 2018),  # midnight becomes 01:00
        ("Africa/Monrovia", 1972),  # 44 minutes and a half
        ("Asia/Pyongyang", 2018),  # half an hour, before midnight
        ("Antarctica/Troll", 2024),  # two hours
        ("Antarctica/Casey", 2010),  # three hours
    ],
)
def test_odd_years_have_one_slot_a_day(name: str, year: int, at: time) -> None:
    """Days that a zone skipped have no slot, days that it lived twice have one."""
    _check_year(ZoneInfo(name), year, at)
