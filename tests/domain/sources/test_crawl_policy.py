"""When to ask again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.sources.crawl_policy import (
    COOLDOWN_LONGEST,
    WAIT_LONGEST,
    lane_of,
    next_poll,
    parse_retry_after,
    trouble_of,
    until_arxiv_update,
    wait_for_slot,
)
from bot.errors import DocumentError, HttpStatusError, UnreachableError

NOW = datetime(2024, 8, 28, 12, 0, tzinfo=UTC)


def _seconds(**arguments: object) -> float:
    given_arguments = {"interval": 1800.0, "jitter": 0.0} | arguments
    return (next_poll(NOW, **given_arguments) - NOW).total_seconds()  # type: ignore[arg-type]  # mixed values


def test_healthy_source_is_due_after_its_interval() -> None:
    """Without trouble the interval counts, up to a tenth later by the jitter."""
    assert _seconds() == 1800
    assert _seconds(jitter=1.0) == 1980


def test_reader_may_ask_for_a_longer_wait_or_to_go_on_at_once() -> None:
    """A wait longer than the interval counts, a shorter one doesn't, and 0 means that more is waiting."""
    assert _seconds(wait=7200.0) == 7200
    assert _seconds(wait=5.0) == 1800
    assert _seconds(wait=0.0) == 0
    assert _seconds(wait=1e9) == WAIT_LONGEST


def test_cooldown_doubles_from_one_to_thirty_minutes() -> None:
    """An overloaded server is left 60 s, then twice as long each time, at most 30 min."""
    waits = [_seconds(failures=n, trouble="cooldown") for n in (1, 2, 3, 5, 6, 1000)]
    assert waits == [60, 120, 240, 960, 1800, 1800]


def test_retry_after_counts_before_our_own_cooldown() -> None:
    """What the server asked for is kept to, from a second to a day."""
    assert _seconds(failures=1, trouble="cooldown", wait=90.0) == 90
    assert _seconds(failures=1, trouble="cooldown", wait=0.0) == 1
    assert _seconds(failures=3, trouble="failure", wait=1e9) == WAIT_LONGEST


def test_dead_source_is_asked_ever_more_rarely() -> None:
    """A source that fails is asked after its interval, then twice that, at most once a day."""
    waits = [_seconds(failures=n, trouble="failure") for n in (1, 2, 3, 7, 1000)]
    assert waits == [1800, 3600, 7200, 86_400, 86_400]


@given(
    st.integers(0, 10**6),
    st.sampled_from([None, "cooldown", "failure"]),
    st.none() | st.floats(0, 1e12),
    st.floats(0, 1),
)
@settings(deadline=None)
def test_next_poll_is_never_past_nor_far(failures: int, trouble: object, wait: object, jitter: float) -> None:
    """Whatever happened, the next poll is not before now and at most a day and a tenth away."""
    seconds = _seconds(failures=failures, trouble=trouble, wait=wait, jitter=jitter)
    assert 0 <= seconds <= WAIT_LONGEST * 1.1 + 1
    if trouble == "cooldown" and wait is None:
        assert seconds <= COOLDOWN_LONGEST * 1.1 + 1


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (None, None),
        (HttpStatusError("x", "busy", status=429), "cooldown"),
        (HttpStatusError("x", "busy", status=503), "cooldown"),
        (HttpStatusError("x", "busy", status=406), "cooldown"),
        (HttpStatusError("x", "gone", status=404), "failure"),
        (UnreachableError("x", "dead"), "failure"),
    ],
)
def test_only_overload_is_cooled_down(error: DocumentError | None, expected: str | None) -> None:
    """406, 429 and 503 are overload; everything else is a failure."""
    assert trouble_of(error) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("120", 120),
        (" 0 ", 0),
        ("Wed, 28 Aug 2024 12:01:30 GMT", 90),
        ("Wed, 28 Aug 2024 13:01:30 +0100", 90),
        ("Wed, 28 Aug 2024 12:01:30", 90),
        ("Wed, 28 Aug 2024 11:00:00 GMT", 0),
        ("Wed, 28 Aug 2999 11:00:00 GMT", WAIT_LONGEST),
        ("99999999999", WAIT_LONGEST),
        ("-5", None),
        ("1.5", None),
        ("١٢", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, expected: float | None) -> None:
    """Whole seconds and HTTP dates are read, the past is 0, nonsense is nothing."""
    assert parse_retry_after(value, NOW) == expected


@given(st.text(max_size=40) | st.from_regex(r"\w{3}, \d{1,9} \w{3} \d{1,9} \d+:\d+:\d+ [+-]?\w+"))
@settings(deadline=None)
def test_no_retry_after_breaks_the_reader(value: str) -> None:
    """Any header gives nothing or a wait from 0 to a day."""
    seconds = parse_retry_after(value, NOW)
    assert seconds is None or 0 <= seconds <= WAIT_LONGEST


@given(st.integers(0, 86_400))
@settings(deadline=None)
def test_http_dates_round_trip(seconds: int) -> None:
    """A date so many seconds ahead is that wait."""
    when = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert parse_retry_after(when, NOW) == seconds


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (datetime(2024, 8, 28, 4, 20, tzinfo=UTC), 24),
        (datetime(2024, 8, 28, 3, 20, tzinfo=UTC), 1),
        (datetime(2024, 1, 15, 5, 19, tzinfo=UTC), 1 / 60),
        (datetime(2024, 3, 10, 5, 20, tzinfo=UTC), 23),  # the day on which summer time begins
        (datetime(2024, 11, 3, 4, 20, tzinfo=UTC), 25),  # the day on which it ends
    ],
)
def test_arxiv_changes_at_night_in_new_york(now: datetime, hours: float) -> None:
    """The next update is at 00:20 US Eastern, in winter and in summer."""
    assert until_arxiv_update(now) == pytest.approx(hours * 3600)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 (hypothesis adds the zone)
@settings(deadline=None)
def test_arxiv_update_is_ahead_within_a_day(now: datetime) -> None:
    """It is always ahead, at most 25 hours (a day that summer time ends)."""
    assert 0 < until_arxiv_update(now) <= 25 * 3600


@pytest.mark.parametrize(
    ("host", "lane"),
    [
        ("arxiv.org", "arxiv.org"),
        ("rss.arxiv.org", "arxiv.org"),
        ("export.arxiv.org", "arxiv.org"),
        ("notarxiv.org", "notarxiv.org"),
        ("arxiv.org.evil.example", "arxiv.org.evil.example"),
    ],
)
def test_arxiv_hosts_are_one_lane(host: str, lane: str) -> None:
    """Only arXiv's own hosts count as arXiv."""
    assert lane_of(host) == lane


@given(st.none() | st.floats(0, 1e9), st.floats(0, 1e9), st.floats(0, 60))
@settings(deadline=None)
def test_slot_wait_is_within_the_gap(last_end: float | None, now: float, gap: float) -> None:
    """A request waits from 0 to the whole gap, and not at all where there was none before."""
    wait = wait_for_slot(last_end, now, gap)
    assert 0 <= wait <= gap
    if last_end is None or now >= last_end + gap:
        assert wait == 0
