"""Schedules: parses what people type, and computes the times at which a chat is served.

```
schedule := [days] time | "instant" | "after-arxiv" | "off"
days     := "daily" | "weekdays" | "weekends" | ["weekly"] day (("," | "-") day)*     default: daily
time     := 08:30 | 8.30 | 8:30pm | 8am | 8点半 | 下午6点
```

Any case, full-width characters and Chinese words are read as well: `每天 8：30`, `周一至周五 18:00`, `关闭`.
A schedule of times is due exactly once on each of its local days, whatever the clocks do on that day.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.domain.text.han_variants import SIMPLIFIED
from bot.domain.text.normalize import collapse
from bot.errors import InputError
from bot.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import tzinfo

ScheduleKind = Literal["times", "instant", "after-arxiv", "off"]
ScheduleProblem = Literal[
    "bad_time", "empty", "mixed", "no_time", "no_weekday", "several_times", "unknown_word"
]

SCHEDULE_PROBLEMS: Final[Mapping[ScheduleProblem, str]] = {
    "bad_time": N_("{time} is no time of day: write hours and minutes."),
    "empty": N_("There is no schedule: say on which days, and at what time."),
    "mixed": N_("{first} and {second} do not go together."),
    "no_time": N_("At what time? A schedule needs hours and minutes."),
    "no_weekday": N_("On which day of the week?"),
    "several_times": N_("A schedule has one time of day; here are {count}."),
    "unknown_word": N_("{word} can't be read as a part of a schedule."),
}
"""English of each problem, with its parameters in braces."""

EVERY_DAY: Final = frozenset(range(7))
CATCH_UP_SPAN: Final = timedelta(days=31)
"""Slots that were due longer ago than this are not listed for catch-up."""

_WORKDAYS, _WEEKEND = frozenset(range(5)), frozenset({5, 6})
_USUAL_TIME = time(8, 30)
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMED_DAYS: Final = {EVERY_DAY: "daily", _WORKDAYS: "weekdays", _WEEKEND: "weekends"}
_DAYS: Final[Mapping[str, frozenset[int]]] = {
    **dict.fromkeys("daily day days everyday 每天 每日 天天".split(), EVERY_DAY),
    **dict.fromkeys("weekdays weekday workdays workday 工作日".split(), _WORKDAYS),
    **dict.fromkeys("weekends weekend 周末".split(), _WEEKEND),
    **{
        f"{name}{plural}": frozenset({number})
        for number, names in enumerate(
            (
                "mon monday",
                "tue tues tuesday",
                "wed weds wednesday",
                "thu thur thurs thursday",
                "fri friday",
                "sat saturday",
                "sun sunday",
            )
        )
        for name in names.split()
        for plural in ("", "s")
    },
    **{f"周{name}": frozenset({number}) for number, name in enumerate("一二三四五六日")},
    "周天": frozenset({6}),
}
_KINDS: Final[Mapping[str, ScheduleKind]] = {
    **dict.fromkeys("instant instantly immediately 即时 实时 立即".split(), "instant"),
    **dict.fromkeys("arxiv after-arxiv afterarxiv".split(), "after-arxiv"),
    **dict.fromkeys("off none never stop 关闭 停止 关".split(), "off"),
}
_WEEKLY = frozenset("weekly week weeks 每周".split())
_RANGE = frozenset("- ~ to through 至 到".split())
_FILLERS = frozenset("every each at on and the 每个 每 在 的 和".split())
_WORDS: Final = (*_DAYS, *_KINDS, *_WEEKLY, *_RANGE, *_FILLERS)
_SUGGESTED: Final = tuple(word for word in (*_DAYS, *_KINDS, *_WEEKLY) if word.isascii())
_LIKE = 0.6  # how alike (0 to 1) a word must be to one of these, to be suggested for it

_HALVES = "上午|早上|凌晨|下午|晚上"
_AFTERNOON = frozenset({"pm", "下午", "晚上"})
_TIME = re.compile(
    rf"(?P<before>{_HALVES})? ?(?P<hour>[0-9]{{1,2}})"
    r"(?:[:.](?P<minute>[0-9]{2})|(?P<clock>[点时])(?:(?P<spoken>[0-9]{1,2})分?|(?P<half>半))?)?"
    r" ?(?P<after>[ap]\.?m\.?)?"
)
_CHINESE_WORDS = "|".join(
    sorted((word for word in _WORDS if not word.isascii()), key=lambda word: (-len(word), word))
)
_PIECE = re.compile(
    rf"(?P<time>(?:(?:{_HALVES}) ?)?[0-9][0-9:.点时半分]*(?: ?[ap]\.?m(?![a-z])\.?)?)"
    r"|(?P<arxiv>after[ _-]?arxiv(?![a-z])|arxiv(?:更新|发布|公布)?之?后)"
    rf"|(?P<word>[a-z]+|{_CHINESE_WORDS}|[-~])"
    r"|(?P<gap>[\s,;:.!、。/&+]+)"
    r"|(?P<other>.)"
)
_CHINESE_DAYS = re.compile(
    "(?:每个?)?(?:周|星期|礼拜)(?P<days>[一二三四五六日天](?:[、,和至到~-]?[一二三四五六日天])*)"
)
_CHINESE_DAY = re.compile("[一二三四五六日天]")
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−〜", "-"))
_LONGEST_QUOTED = 40


class UnreadableScheduleError(InputError):
    """A schedule that can't be read; the text of the error is its English message.

    Attributes:
        code: what is wrong.
        params: the values for the message of that code.
        suggestion: one schedule that can be read, to use instead.
    """

    def __init__(self, code: ScheduleProblem, *, suggestion: str, **params: str | int) -> None:
        super().__init__(SCHEDULE_PROBLEMS[code].format(**params))
        self.code = code
        self.params = params
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a chat is served.

    Attributes:
        kind: at `times`, at once (`instant`), when arXiv's announcement was read (`after-arxiv`), or never.
        weekdays: the days of `times`, 0 is Monday; empty for the other kinds.
        at: the local time of `times`, to the minute; None for the other kinds.
    """

    kind: ScheduleKind
    weekdays: frozenset[int] = frozenset()
    at: time | None = None


@dataclass(frozen=True, slots=True)
class DueTime:
    """One time at which a schedule is due.

    Attributes:
        at: the instant, UTC.
        slot: the local day it stands for, `2026-03-29`; a schedule is served once for each.
    """

    at: datetime
    slot: str


@dataclass(slots=True)
class _Reading:
    """What the pieces of a text say so far; lists in the order of the text."""

    kinds: list[ScheduleKind] = field(default_factory=list)
    days: list[frozenset[int]] = field(default_factory=list)
    times: list[time] = field(default_factory=list)
    weekly: bool = False
    unknown: str | None = None
    bad_time: str | None = None

    def schedule(self) -> Schedule:
        """Return what was meant, as far as it can be guessed."""
        if self.kinds and not self.days and not self.times:
            return Schedule(self.kinds[0])
        narrow = [days for days in self.days if days != EVERY_DAY]
        days = frozenset[int]().union(*narrow) or (frozenset({0}) if self.weekly else EVERY_DAY)
        return Schedule("times", days, self.times[0] if self.times else _USUAL_TIME)


def parse_schedule(text: str) -> Schedule:
    """Read a schedule as a person writes it.

    Raises:
        UnreadableScheduleError: it can't be read; the error suggests one schedule that can.
    """
    cleaned = plain_characters(text)
    if not cleaned:
        raise _problem("empty", _Reading())
    reading = _read(cleaned)
    if reading.unknown is not None:
        raise _problem("unknown_word", reading, word=reading.unknown)
    if reading.bad_time is not None:
        raise _problem("bad_time", reading, time=reading.bad_time)
    said = dict.fromkeys([*reading.kinds, *map(_show_days, reading.days), *map(_show_time, reading.times)])
    if (reading.kinds and len(said) > 1) or (EVERY_DAY in reading.days and len(set(reading.days)) > 1):
        first, second, *_ = said
        raise _problem("mixed", reading, first=first, second=second)
    if reading.kinds:
        return reading.schedule()
    if len(set(reading.times)) > 1:
        raise _problem("several_times", reading, count=len(set(reading.times)))
    if not reading.times:
        raise _problem("no_time", reading)
    if reading.weekly and not reading.days:
        raise _problem("no_weekday", reading)
    return reading.schedule()


def show_schedule(schedule: Schedule) -> str:
    """Return a schedule's canonical form, which `parse_schedule` reads as the same schedule."""
    if schedule.at is None:
        return schedule.kind
    return f"{_show_days(schedule.weekdays)} {_show_time(schedule.at)}"


def parse_time(text: str) -> time | None:
    """Return a time of day, to the minute, or None where the text is none or may mean two (a bare `8`)."""
    match = _TIME.fullmatch(plain_characters(text))
    if match is None:
        return None
    half = match["before"] or (match["after"] or "").replace(".", "")
    if not (match["minute"] or match["clock"] or half) or (match["before"] and match["after"]):
        return None
    hour = int(match["hour"])
    minute = 30 if match["half"] else int(match["minute"] or match["spoken"] or 0)
    if half and hour > 12:  # noqa: PLR2004 (hours of half a day)
        hour = hour if half in _AFTERNOON else -1
    elif half:
        # Twelve at night ends one day and begins another: no guess.
        hour = -1 if half == "晚上" and hour == 12 else hour % 12 + 12 * (half in _AFTERNOON)  # noqa: PLR2004
    return time(hour, minute) if 0 <= hour < 24 and minute < 60 else None  # noqa: PLR2004 (hours, minutes)


def guess_time(text: str) -> time | None:
    """Return what `8`, `830` or `24:00` probably means, to be suggested; None where it is anyone's guess."""
    match = re.fullmatch(r"(?P<hour>1?[0-9]|2[0-4]|0[0-9])[:.]?(?P<minute>[0-5][0-9])?", text)
    return time(int(match["hour"]) % 24, int(match["minute"] or 0)) if match else None


def plain_characters(text: str) -> str:
    """Return a text about times: lower case, half-width and simplified characters, plain dashes."""
    text = unicodedata.normalize("NFKC", collapse(text)).translate(SIMPLIFIED).translate(_DASHES)
    return collapse(text.casefold())


def next_due(schedule: Schedule, zone: tzinfo, after: datetime) -> DueTime | None:
    """Return when a schedule is due next, strictly after an instant; None where no clock decides.

    A local time that comes twice counts the first time. One that the clocks leave out moves forward by as
    much as they do (RFC 5545, 3.3.5), or back to the day's last minute where it would leave the day. A day
    that a zone leaves out whole has no slot.

    Args:
        schedule: any; only `times` are due by the clock.
        zone: the reader's.
        after: timezone-aware.
    """
    if schedule.at is None:
        return None
    day = after.astimezone(zone).date()
    # A week, and another one for a weekday that the zone leaves out.
    for _ in range(15):
        if day.weekday() in schedule.weekdays:
            at = _instant(day, schedule.at, zone)
            if at is not None and at > after:
                return DueTime(at, day.isoformat())
        day += timedelta(days=1)
    return None


def due_slots_between(
    schedule: Schedule, zone: tzinfo, after: datetime, until: datetime
) -> tuple[DueTime, ...]:
    """Return what was due after one instant and up to another, itself included, the newest last.

    At most the last `CATCH_UP_SPAN` before `until` is looked through. Both instants are timezone-aware.
    """
    return tuple(_due_between(schedule, zone, max(after, until - CATCH_UP_SPAN), until))


def _due_between(schedule: Schedule, zone: tzinfo, after: datetime, until: datetime) -> Iterator[DueTime]:
    due = next_due(schedule, zone, after)
    while due is not None and due.at <= until:
        yield due
        due = next_due(schedule, zone, due.at)


def _instant(day: date, at: time, zone: tzinfo) -> datetime | None:
    """Return the instant of a local day's slot, UTC, or None where the zone leaves the day out."""
    wall = datetime.combine(day, at)
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    shown = instant.astimezone(zone)
    # In a gap, fold=0 reckons with the offset before it, so the time moves forward by the gap's length.
    if shown.date() == day:
        return instant
    last = (datetime.combine(day, time(minute // 60, minute % 60)) for minute in reversed(range(24 * 60)))
    for wall in last:
        instant = wall.replace(tzinfo=zone).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) == wall:
            return instant
    return None


def _read(text: str) -> _Reading:
    reading = _Reading()
    last: int | None = None  # the weekday just read
    begin: int | None = None  # the weekday from which a range is open
    for piece in _PIECE.finditer(_CHINESE_DAYS.sub(_one_by_one, text)):
        word = piece[0]
        if piece["gap"]:
            continue
        if word in _RANGE:
            begin, last = last, None
            continue
        days = _DAYS.get(word, frozenset())
        last = min(days) if len(days) == 1 else None
        if begin is not None and last is not None:
            days = frozenset((begin + step) % 7 for step in range((last - begin) % 7 + 1))
        begin = None
        if days:
            reading.days.append(days)
        elif piece["time"]:
            _read_time(word.rstrip(".:"), reading)
        elif piece["arxiv"]:
            reading.kinds.append("after-arxiv")
        else:
            _read_word(word, reading)
    return reading


def _one_by_one(found: re.Match[str]) -> str:
    """Name each day of a Chinese list whole: 周一三五 names three."""
    return _CHINESE_DAY.sub(r" 周\g<0> ", found["days"])


def _read_time(text: str, reading: _Reading) -> None:
    at = parse_time(text)
    if at is None:
        reading.bad_time = reading.bad_time or text[:_LONGEST_QUOTED]
        at = guess_time(text)
    if at is not None:
        reading.times.append(at)


def _read_word(word: str, reading: _Reading) -> None:
    if word in _FILLERS:
        return
    if word not in _KINDS and word not in _WEEKLY:
        reading.unknown = reading.unknown or word[:_LONGEST_QUOTED]
        near = process.extractOne(word, _SUGGESTED, scorer=OSA.normalized_similarity, score_cutoff=_LIKE)
        if near is None:
            return
        word = near[0]
    if word in _DAYS:
        reading.days.append(_DAYS[word])
    elif word in _KINDS:
        reading.kinds.append(_KINDS[word])
    else:
        reading.weekly = True


def _problem(code: ScheduleProblem, reading: _Reading, **params: str | int) -> UnreadableScheduleError:
    return UnreadableScheduleError(code, suggestion=show_schedule(reading.schedule()), **params)


def _show_days(days: frozenset[int]) -> str:
    if days in _NAMED_DAYS:
        return _NAMED_DAYS[days]
    names = ",".join(_NAMES[day] for day in sorted(days))
    return names if len(days) > 1 else f"weekly {names}"


def _show_time(at: time) -> str:
    return f"{at:%H:%M}"
