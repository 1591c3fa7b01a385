"""arXiv's announcement times and holidays.

arXiv announces at 20:00 in New York, Sunday to Thursday (info.arxiv.org/help/availability). The page lists
the year's dates without mailing. They are the days on which no submissions are frozen; what that means for
the announcement is the rule of arXiv's own code for its clock page (`is_publish_day`): a listed day has none
at its own 20:00, and after a listed Friday, which has none anyway, Sunday has none, because its papers are
those that Friday would have frozen. Other dates are added at short notice (status.arxiv.org): they are data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, Literal
from zoneinfo import ZoneInfo

from bot.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

_ZONE: Final = ZoneInfo("America/New_York")
_HOUR: Final = time(20)
_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6
_DAY = timedelta(days=1)

FED: Final = timedelta(hours=5)
"""After an announcement, until its feeds are in place: they follow four hours later; one more to be slow."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """One of arXiv's announcements, as planned.

    Attributes:
        at: the instant, UTC.
        slot: its day in New York, `2026-07-05`.
    """

    at: datetime
    slot: str


def read_holidays(text: str) -> frozenset[date]:
    """Read arXiv's dates without mailing: one a line, `2026-01-01`; `#` begins a comment.

    Raises:
        SettingsError: a line is no date; the message names it.
    """
    days = set()
    for number, line in enumerate(text.splitlines(), 1):
        if written := line.partition("#")[0].strip():
            try:
                days.add(date.fromisoformat(written))
            except ValueError:
                raise SettingsError(
                    f"arXiv's holidays, line {number}: write a date such as 2026-01-01: {line!r}"
                ) from None
    return frozenset(days)


def last_announcement(now: datetime, holidays: AbstractSet[date]) -> Announcement:
    """Return the newest announcement that was due by `now`, itself included.

    Args:
        now: timezone-aware.
        holidays: arXiv's dates without mailing.
    """
    day = now.astimezone(_ZONE).date()
    while not _is_announced(day, holidays) or _instant(day) > now:
        day -= _DAY
    return Announcement(_instant(day), day.isoformat())


def next_announcement(now: datetime, holidays: AbstractSet[date]) -> Announcement:
    """Return the first announcement that is due after `now`.

    Args:
        now: timezone-aware.
        holidays: arXiv's dates without mailing.
    """
    day = now.astimezone(_ZONE).date()
    while not _is_announced(day, holidays) or _instant(day) <= now:
        day += _DAY
    return Announcement(_instant(day), day.isoformat())


def why_none(day: date, holidays: AbstractSet[date]) -> Literal["weekend", "holiday"] | None:
    """Say why a reader's day has no new papers, or None where it should have some.

    A day's papers are those announced in New York on the evening before, as in arXiv's mails ("Sunday night /
    Monday morning") and feeds: so Saturday and Sunday are the weekend, and what a holiday takes away is
    missing on the morning after.

    Args:
        day: the reader's local day.
        holidays: arXiv's dates without mailing.
    """
    evening = day - _DAY
    if evening.weekday() in {_FRIDAY, _SATURDAY}:
        return "weekend"
    return None if _is_announced(evening, holidays) else "holiday"


def is_late(
    last_new_at: datetime | None, now: datetime, holidays: AbstractSet[date], *, grace: timedelta
) -> bool:
    """Whether the newest announcement should have been seen by now and was not.

    Args:
        last_new_at: when a paper that was new to us was last read from arXiv; None, where none ever was, is
            not late: there is nothing to compare with.
        now: timezone-aware.
        holidays: arXiv's dates without mailing.
        grace: how long after an announcement its papers may take to arrive. The feeds are rebuilt at
            midnight in New York, four hours after it, and are read once a polling interval.
    """
    return last_new_at is not None and last_new_at < last_announcement(now - grace, holidays).at


def is_in(
    announced: Announcement, last_new_at: Sequence[datetime | None], now: datetime, *, patience: timedelta
) -> bool:
    """Whether an announcement's papers were read.

    Args:
        announced: the announcement.
        last_new_at: of each source, when a paper that was new to us was last read from it.
        now: timezone-aware.
        patience: how long after the announcement a source that brings nothing is waited for.
    """
    brought = [at is not None and at >= announced.at for at in last_new_at]
    return any(brought) and (all(brought) or now >= announced.at + patience)


def _is_announced(day: date, holidays: AbstractSet[date]) -> bool:
    if day.weekday() in {_FRIDAY, _SATURDAY} or day in holidays:
        return False
    return day.weekday() != _SUNDAY or day - 2 * _DAY not in holidays


def _instant(day: date) -> datetime:
    return datetime.combine(day, _HOUR, _ZONE).astimezone(UTC)
