"""Which slot is served, whatever the clock did meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.schedules.next_slot import NEVER, NextDue, Postpone, SlotToServe, first_due, serve
from bot.domain.schedules.quiet_hours import Quiet, quiet_until
from bot.domain.schedules.schedule import EVERY_DAY, Schedule
from bot.domain.schedules.time_zone import zone_of

if TYPE_CHECKING:
    from datetime import tzinfo

CATCH_UP = timedelta(hours=12)
ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]
).map(zone_of)
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
SCHEDULES = st.builds(
    Schedule, st.just("times"), st.frozensets(st.integers(0, 6), min_size=1) | st.just(EVERY_DAY), TIMES
)
QUIETS = st.none() | st.tuples(TIMES, TIMES).filter(lambda pair: pair[0] != pair[1]).map(
    lambda pair: Quiet(*pair)
)
MOMENTS = st.integers(1_735_689_600, 1_798_761_600).map(lambda at: datetime.fromtimestamp(at, UTC))
JUMPS = st.lists(
    st.integers(0, 26 * 3600) | st.integers(0, 40 * 86_400) | st.just(60), min_size=1, max_size=30
)


def seconds(moment: datetime) -> int:
    """Return UTC epoch seconds."""
    return int(moment.timestamp())


@given(SCHEDULES, QUIETS, ZONES, MOMENTS, JUMPS)
def test_each_slot_is_served_once_in_order_and_never_in_quiet_hours(
    schedule: Schedule, quiet: Quiet | None, zone: tzinfo, start: datetime, jumps: list[int]
) -> None:
    """However the ticks fall, slots only grow, the next time lies ahead, and nobody is woken at night."""
    due = first_due(schedule, quiet, zone, start, last_slot=None)
    now, slots = start, []
    for jump in jumps:
        now += timedelta(seconds=jump)
        if due.at is None or due.at > seconds(now):
            continue
        decided = serve(schedule, quiet, zone, due=due, now=now, catch_up=CATCH_UP)
        if isinstance(decided, SlotToServe):
            slots.append(decided.slot)
            assert quiet_until(quiet, zone, now) is None
        assert decided.then.at is not None
        assert decided.then.at > seconds(now)
        due = decided.then
    assert slots == sorted(set(slots))


@given(SCHEDULES, QUIETS, ZONES, MOMENTS)
def test_who_ticks_in_time_misses_nothing(
    schedule: Schedule, quiet: Quiet | None, zone: tzinfo, start: datetime
) -> None:
    """Served at each time that was promised, a schedule skips no slot of its weekdays for four weeks."""
    due = first_due(schedule, quiet, zone, start, last_slot=None)
    served = 0
    end = start + timedelta(weeks=4)
    while due.at is not None and due.at < seconds(end):
        now = datetime.fromtimestamp(due.at, UTC)
        decided = serve(schedule, quiet, zone, due=due, now=now, catch_up=CATCH_UP)
        assert isinstance(decided, SlotToServe), "it was promised for a time that is not quiet"
        assert not decided.skipped
        served += 1
        due = decided.then
    # Over four weeks each weekday comes four times; quiet hours may move the first and the last.
    assert abs(served - 4 * len(schedule.weekdays)) <= 1 + len(schedule.weekdays)


@given(SCHEDULES, ZONES, MOMENTS, st.integers(0, 60 * 86_400))
def test_catch_up_serves_the_newest_slot_or_skips_it(
    schedule: Schedule, zone: tzinfo, start: datetime, late: int
) -> None:
    """After any downtime there is one slot, and it is sent only within twelve hours of its time."""
    due = first_due(schedule, None, zone, start, last_slot=None)
    assert due.at is not None
    now = datetime.fromtimestamp(due.at + late, UTC)
    decided = serve(schedule, None, zone, due=due, now=now, catch_up=CATCH_UP)
    assert isinstance(decided, SlotToServe)
    assert decided.slot >= (due.slot or "")
    if late <= CATCH_UP.total_seconds():
        assert not decided.skipped
    again = first_due(schedule, None, zone, now, last_slot=decided.slot)
    assert decided.then == again


def test_what_the_clock_does_not_decide_is_served_when_it_is_due_and_waits_again() -> None:
    """`instant` and `after-arxiv` have no next time of their own; in quiet hours they wait for the end."""
    quiet = Quiet(time(22), time(7))
    night, morning = datetime(2025, 3, 14, 23, tzinfo=UTC), datetime(2025, 3, 15, 7, tzinfo=UTC)
    due = NextDue(seconds(night), "instant-1")
    held = serve(Schedule("instant"), quiet, UTC, due=due, now=night, catch_up=CATCH_UP)
    assert held == Postpone(NextDue(seconds(morning), "instant-1"))
    sent = serve(Schedule("instant"), quiet, UTC, due=held.then, now=morning, catch_up=CATCH_UP)
    assert sent == SlotToServe("instant-1", skipped=False, then=NEVER)
