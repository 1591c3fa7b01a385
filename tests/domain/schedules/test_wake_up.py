"""When sources are polled before schedules are served."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.schedules.wake_up import polls_first

EVERY = st.floats(min_value=0.1, max_value=300)
TIMES = st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2034, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 (given a zone by Hypothesis)


@given(now=TIMES, every=EVERY)
def test_the_start_polls_first(now: datetime, every: float) -> None:
    """A process that did not serve anything yet reads what is due first, whatever the time."""
    assert polls_first(None, now, every=every)


@given(last=TIMES, every=EVERY, late=st.floats(min_value=0, max_value=59))
def test_usual_ticks_do_not_wait(last: datetime, every: float, late: float) -> None:
    """A tick that is on time, or late by less than a minute, serves at once."""
    assert not polls_first(last, last + timedelta(seconds=every + late), every=every)


@given(last=TIMES, every=EVERY, asleep=st.floats(min_value=61, max_value=1e8))
def test_a_standstill_polls_first(last: datetime, every: float, asleep: float) -> None:
    """After a suspend, or a clock set ahead, what is due is read first."""
    assert polls_first(last, last + timedelta(seconds=every + asleep), every=every)


@given(last=TIMES, every=EVERY, back=st.floats(min_value=0, max_value=1e8))
def test_a_clock_set_back_does_not_wait(last: datetime, every: float, back: float) -> None:
    """A clock that was set back tells of no standstill."""
    assert not polls_first(last, last - timedelta(seconds=back), every=every)
