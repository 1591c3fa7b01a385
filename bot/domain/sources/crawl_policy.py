"""Decides when a server may be asked again: intervals, back-off, Retry-After, and spacing of requests.

Nothing here waits or reads a clock: callers pass `now` and a jitter, and carry the decision out.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from bot.errors import HttpStatusError

if TYPE_CHECKING:
    from bot.errors import DocumentError

Trouble = Literal["cooldown", "failure"]

# arXiv answers 406, 429 and 503 alike under load, often without Retry-After (its API group, 2026).
COOLDOWN_STATUSES = frozenset({406, 429, 503})
COOLDOWN_FIRST, COOLDOWN_LONGEST = 60.0, 1_800.0
FAILURE_LONGEST = 86_400.0
# A server that asks for a year is asked again tomorrow.
WAIT_LONGEST = 86_400.0
# Polls that are due together are spread over this share of their wait.
SPREAD = 0.1
REFRESH_GAP = 300
"""Seconds after which people may have a source read again (issue 12)."""
ARXIV = "arxiv.org"
"""The name under which all of arXiv's hosts queue."""

ARXIV_GAP, HOST_GAP = 3.0, 0.5
_ARXIV_ZONE = ZoneInfo("America/New_York")
_ARXIV_UPDATE = (0, 20)  # the feeds are rebuilt at midnight there; some minutes later they are in place
_LONGEST_DOUBLING = 20


def trouble_of(error: DocumentError | None) -> Trouble | None:
    """Say how a failed poll is waited out: an overloaded server cools down, a dead one is left longer."""
    if error is None:
        return None
    if isinstance(error, HttpStatusError) and error.status in COOLDOWN_STATUSES:
        return "cooldown"
    return "failure"


def next_poll(
    now: datetime,
    *,
    interval: float,
    jitter: float,
    failures: int = 0,
    trouble: Trouble | None = None,
    wait: float | None = None,
) -> datetime:
    """Return when a source is due again.

    Args:
        now: when the last poll ended, timezone-aware.
        interval: seconds between polls of a healthy source, more than 0.
        jitter: a random value from 0 to 1, drawn by the caller; spreads what is due together.
        failures: polls in a row that failed, this one included; 0 after a success.
        trouble: how this poll failed (`trouble_of`), or None.
        wait: seconds that the server or the reader asked us to wait (`HttpStatusError.retry_after`,
            `Reading.next_poll_in`), or None. After a success 0 means that more is waiting: due at once.
    """
    doublings = min(max(failures - 1, 0), _LONGEST_DOUBLING)
    if trouble is None:
        if wait == 0:
            return now
        seconds = max(interval, min(wait or 0.0, WAIT_LONGEST))
    elif wait is not None:
        seconds = max(min(wait, WAIT_LONGEST), 1.0)
    elif trouble == "cooldown":
        seconds = min(COOLDOWN_FIRST * 2**doublings, COOLDOWN_LONGEST)
    else:
        seconds = min(interval * 2**doublings, max(FAILURE_LONGEST, interval))
    return now + timedelta(seconds=seconds * (1 + SPREAD * jitter))


def refreshable_at(last_polled_at: int | None) -> int:
    """Return when people may have a source read at once, in UTC epoch seconds.

    Args:
        last_polled_at: when it was asked last (UTC epoch seconds), or None where it never was.
    """
    return 0 if last_polled_at is None else last_polled_at + REFRESH_GAP


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for, from 0 to a day, or None where it says nothing.

    Source: RFC 9110, 10.2.3: whole seconds or an HTTP date.
    """
    if value is None:
        return None
    value = value.strip()
    if re.fullmatch(r"[0-9]{1,15}", value):
        return min(float(value), WAIT_LONGEST)
    try:
        when = parsedate_to_datetime(value)
        seconds = ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds()
    except (ValueError, OverflowError, IndexError, TypeError):  # what a hostile date makes of the parser
        return None
    return min(max(seconds, 0.0), WAIT_LONGEST)


def until_arxiv_update(now: datetime) -> float:
    """Return the seconds until arXiv's data change next: they do once a day, at midnight US Eastern.

    arXiv asks that the same query is not repeated on the same day (its API manual).
    """
    local = now.astimezone(_ARXIV_ZONE)
    hour, minute = _ARXIV_UPDATE
    due = local.replace(hour=hour, minute=minute, second=0, microsecond=0, fold=0)
    if due <= local:
        due += timedelta(days=1)  # wall-clock arithmetic: the same local time on the next day
    return (due.astimezone(UTC) - now.astimezone(UTC)).total_seconds()


def lane_of(host: str) -> str:
    """Return the name under which a host's requests queue: all of arXiv's hosts share one.

    Source: arXiv's API terms of use: one connection and one request per 3 s over all its services.
    """
    return ARXIV if host == ARXIV or host.endswith(f".{ARXIV}") else host


def gap_of(lane: str) -> float:
    """Return the seconds of rest between the end of one request of a lane and the next one's start."""
    return ARXIV_GAP if lane == ARXIV else HOST_GAP


def wait_for_slot(last_end: float | None, now: float, gap: float) -> float:
    """Return how many seconds the next request waits, 0 or more.

    Args:
        last_end: when the lane's last request ended, on the clock of `now`, or None where there was none.
        now: seconds on a clock that only goes forward.
        gap: seconds of rest.
    """
    return 0.0 if last_end is None else min(max(last_end + gap - now, 0.0), gap)
