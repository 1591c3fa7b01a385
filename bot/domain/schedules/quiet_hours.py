"""Quiet hours: a daily span of local time in which a chat gets no scheduled message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, Literal

from bot.domain.schedules.schedule import guess_time, parse_time, plain_characters
from bot.errors import InputError
from bot.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

QuietProblem = Literal["bad_time", "no_span", "same_time"]

QUIET_PROBLEMS: Final[Mapping[QuietProblem, str]] = {
    "bad_time": N_("{time} is no time of day: write hours and minutes."),
    "no_span": N_("Quiet hours have a beginning and an end."),
    "same_time": N_("Quiet hours can't begin and end at the same time."),
}
"""English of each problem, with its parameters in braces."""

_OFF = frozenset({"off", "none", "never", "关闭", "关", "无", "停止"})
_BETWEEN = re.compile(r"\s*(?:-+|~|\bto\b|\buntil\b|至|到)\s*")
_BEFORE = re.compile(r"(?:from\b|从)\s*")
_USUAL: Final = (time(22), time(7))
_SECOND = timedelta(seconds=1)
_LONGEST_QUOTED = 40


class UnreadableQuietError(InputError):
    """Quiet hours that can't be read; the text of the error is its English message.

    Attributes:
        code: what is wrong.
        params: the values for the message of that code.
        suggestion: one text that can be read, to use instead.
    """

    def __init__(self, code: QuietProblem, *, suggestion: str, **params: str) -> None:
        super().__init__(QUIET_PROBLEMS[code].format(**params))
        self.code = code
        self.params = params
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class Quiet:
    """Daily quiet hours.

    Attributes:
        start: the local time at which they begin, to the minute.
        end: the local time at which they are over, another than `start`; on the next day where it is earlier.
    """

    start: time
    end: time


def parse_quiet(text: str) -> Quiet | None:
    """Read quiet hours, `22:00-07:00`, as tolerantly as a schedule; None for `off`.

    Raises:
        UnreadableQuietError: they can't be read; the error suggests one text that can.
    """
    cleaned = plain_characters(text)
    if cleaned in _OFF:
        return None
    pieces = _BETWEEN.split(_BEFORE.sub("", cleaned, count=1))
    if len(pieces) != 2 or not all(pieces):  # noqa: PLR2004 (a beginning and an end)
        raise UnreadableQuietError("no_span", suggestion=_suggestion(*_USUAL))
    start, end = map(parse_time, pieces)
    if start is None or end is None:
        meant = [
            parse_time(piece) or guess_time(piece) or usual
            for piece, usual in zip(pieces, _USUAL, strict=True)
        ]
        bad = pieces[0] if start is None else pieces[1]
        raise UnreadableQuietError("bad_time", suggestion=_suggestion(*meant), time=bad[:_LONGEST_QUOTED])
    if start == end:
        raise UnreadableQuietError("same_time", suggestion=_suggestion(start, end))
    return Quiet(start, end)


def show_quiet(quiet: Quiet | None) -> str:
    """Return the canonical form, which `parse_quiet` reads as the same quiet hours."""
    return "off" if quiet is None else f"{quiet.start:%H:%M}-{quiet.end:%H:%M}"


def quiet_until(quiet: Quiet | None, zone: tzinfo, now: datetime) -> datetime | None:
    """Return when the quiet time that `now` is in is over, UTC, or None where it is in none.

    Quiet hours last from the first instant at which the local clock shows their beginning or more, to the
    last at which it shows less than their end: a clock that is set back doesn't break the silence, and one
    that is set forward past either begins or ends it there.

    Args:
        quiet: the quiet hours; None is never quiet.
        zone: the reader's.
        now: timezone-aware.
    """
    if quiet is None:
        return None
    until = now.astimezone(UTC)
    today = now.astimezone(zone).date()
    # A clock set back over midnight shows yesterday while tonight has begun. Where a day is left out, the
    # quiet hours of both days around it touch: hence each is matched against the end of the one before.
    for ahead in (-1, 0, 1, 2):
        start = datetime.combine(today + timedelta(days=ahead), quiet.start)
        end = datetime.combine(start.date() + timedelta(days=quiet.end < quiet.start), quiet.end)
        begins, over = _passes(start, zone)[0], _passes(end, zone)[1]
        if begins <= until < over:
            until = over
    return None if until == now else until


def _passes(wall: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return the first and the last instant, UTC, at which the local clock comes to or past a time."""
    first, last = sorted(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == last:
        return first, last
    if first.astimezone(zone).replace(tzinfo=None) == wall:
        # Set back to this very time, the clock never shows less than it in between.
        is_set_back_to_it = (last - _SECOND).astimezone(zone).replace(tzinfo=None) >= wall
        return first, first if is_set_back_to_it else last
    # The clock leaves the time out, between these two: look for the instant, which is at a whole second.
    while last - first > _SECOND:
        middle = first + (last - first) // (2 * _SECOND) * _SECOND
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            first = middle
        else:
            last = middle
    return last, last


def _suggestion(start: time, end: time) -> str:
    return show_quiet(Quiet(start, end) if start != end else Quiet(*_USUAL))
