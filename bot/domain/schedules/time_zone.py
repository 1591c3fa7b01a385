"""Parses time zones: IANA names, cities, common abbreviations, UTC offsets.

The names are those of the IANA database that `zoneinfo` finds: the system's, or else the package `tzdata`.
"""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone
from functools import cache
from typing import TYPE_CHECKING, Final, Literal
from zoneinfo import ZoneInfo, available_timezones

from rapidfuzz import fuzz, process

from bot.domain.text.han_variants import SIMPLIFIED
from bot.domain.text.normalize import fold
from bot.errors import InputError
from bot.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

ZoneProblem = Literal["ambiguous", "near", "offset", "unknown"]

ZONE_PROBLEMS: Final[Mapping[ZoneProblem, str]] = {
    "ambiguous": N_("{name} means more than one time zone: {nearest}."),
    "near": N_("There is no time zone {name}. Near it: {nearest}."),
    "offset": N_("There is no time zone {name}: offsets go from UTC-12:00 to UTC+14:00."),
    "unknown": N_("There is no time zone {name}. Write a city, or an offset such as UTC+8."),
}
"""English of each problem, with its parameters in braces."""

# Common names that the database lacks or, as EST, reads as an offset without summer time.
_COMMON: Final = {
    "UTC": "gmt gmt0 gmt+0 gmt-0 greenwich uct universal utc z zulu",
    "America/Chicago": "cdt ct houston",
    "America/Denver": "mdt mst mt",
    "America/Los_Angeles": "bay_area la pdt pst pt san_francisco seattle sf 旧金山 洛杉矶 硅谷",
    "America/New_York": "boston edt est et nyc washington washington_dc 波士顿 纽约",
    "Asia/Hong_Kong": "hkt 香港",
    "Asia/Kolkata": "bangalore bengaluru delhi hyderabad india mumbai new_delhi",
    "Asia/Seoul": "korea kst 首尔",
    "Asia/Shanghai": (
        "beijing china guangzhou hangzhou nanjing peking shenzhen wuhan xian "
        "上海 中国 北京 北京时间 南京 广州 杭州 武汉 深圳 西安"
    ),
    "Asia/Singapore": "sgt 新加坡",
    "Asia/Taipei": "taiwan 台北",
    "Asia/Tokyo": "japan jst kyoto osaka 东京 京都 大阪",
    "Australia/Sydney": "aedt aest 悉尼",
    "Europe/Berlin": "munich 慕尼黑 柏林",
    "Europe/London": "bst cambridge oxford 伦敦",
    "Europe/Paris": "cest 巴黎",
    "Europe/Zurich": "geneva lausanne 苏黎世",
}
_AMBIGUOUS: Final = {
    "cst": ("Asia/Shanghai", "America/Chicago"),
    "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
}
_REGIONS = frozenset("Africa America Antarctica Arctic Asia Atlantic Australia Europe Indian Pacific".split())
_NO_PLACE = frozenset({"Factory", "localtime", "posixrules"})  # what a system sets, and placeholders
_OFFSET = re.compile(r"(?:utc|gmt)? ?(?P<sign>[+-]) ?(?P<hours>[0-9]{1,2})(?::?(?P<minutes>[0-9]{2}))?")
_CANONICAL_OFFSET = re.compile(r"UTC[+-][0-9]{2}:[0-9]{2}")
_WESTMOST, _EASTMOST = timedelta(hours=-12), timedelta(hours=14)
_MINUTES_AN_HOUR = 60
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_LIKE = 75  # how alike (0 to 100) a name must be to what was written, to be suggested for it
_SHORTEST = 3  # characters; fewer are in too many names
_SUGGESTIONS = 3
_LONGEST = 80


class UnknownZoneError(InputError):
    """A text that names no time zone; the text of the error is its English message.

    Attributes:
        code: what is wrong.
        params: the values for the message of that code.
        suggestions: the canonical names of up to three zones that may be meant, the likeliest first.
    """

    def __init__(self, code: ZoneProblem, *, name: str, suggestions: tuple[str, ...] = ()) -> None:
        params = {"name": name, "nearest": ", ".join(suggestions)}
        super().__init__(ZONE_PROBLEMS[code].format(**params))
        self.code = code
        self.params = params
        self.suggestions = suggestions


def parse_zone(text: str) -> str:
    """Return the canonical name of the time zone that a person names.

    It is an IANA name in its own spelling, `UTC`, or an offset, `UTC+08:00`. An offset has the sign people
    use, east is plus; only within `Etc/` it has IANA's, west is plus.

    Raises:
        UnknownZoneError: there is no such zone, or more than one; the error suggests some.
    """
    shown = " ".join(text.split())[:_LONGEST]
    folded = fold(text[: 2 * _LONGEST].translate(SIMPLIFIED).translate(_DASHES))
    if offset := _OFFSET.fullmatch(folded):
        return _parse_offset(offset, shown)
    key = _key(folded)
    if key in _AMBIGUOUS:
        raise UnknownZoneError("ambiguous", name=shown, suggestions=_AMBIGUOUS[key])
    if key in _by_key():
        return _by_key()[key]
    nearest = _nearest(key)
    raise UnknownZoneError("near" if nearest else "unknown", name=shown, suggestions=nearest)


def zone_of(name: str) -> tzinfo:
    """Return the time zone of a canonical name.

    Raises:
        UnknownZoneError: the name is not canonical, or the database has dropped it.
    """
    if name == "UTC":
        return UTC
    if _CANONICAL_OFFSET.fullmatch(name):
        hours, minutes = int(name[4:6]), int(name[7:9])
        offset = timedelta(hours=hours, minutes=minutes)
        offset = -offset if name[3] == "-" else offset
        if minutes < _MINUTES_AN_HOUR and _WESTMOST <= offset <= _EASTMOST:
            return timezone(offset, name)
    elif name in _names():
        return ZoneInfo(name)
    raise UnknownZoneError("unknown", name=name[:_LONGEST])


def _parse_offset(match: re.Match[str], shown: str) -> str:
    hours, minutes = int(match["hours"]), int(match["minutes"] or 0)
    if not hours and not minutes:
        return "UTC"
    name = f"UTC{match['sign']}{hours:02}:{minutes:02}"
    try:
        zone_of(name)
    except UnknownZoneError:
        raise UnknownZoneError("offset", name=shown) from None
    return name


def _nearest(key: str) -> tuple[str, ...]:
    if len(key) < _SHORTEST:
        return ()
    # More than are shown: a zone has several texts.
    found = process.extract(key, _by_key().keys(), scorer=fuzz.WRatio, score_cutoff=_LIKE, limit=20)
    return tuple(dict.fromkeys(_by_key()[name] for name, _, _ in found))[:_SUGGESTIONS]


def _key(text: str) -> str:
    return re.sub(r" ?/ ?", "/", " ".join(re.split(r"[\s_.-]+", text)).strip())


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones() - _NO_PLACE)


@cache
def _by_key() -> Mapping[str, str]:
    """Return each text that names a zone, as `_key` gives it, with the zone's name.

    Where two zones have one text, common names come before cities, and cities before countries.
    """
    names = sorted(_names(), key=lambda name: (-name.count("/"), name))
    pairs = [(word, name) for name, words in _COMMON.items() for word in words.split()]
    pairs += [(name, name) for name in names if "/" in name]
    pairs += [(name.rpartition("/")[2], name) for name in names if name.partition("/")[0] in _REGIONS]
    pairs += [(name, name) for name in names if "/" not in name]
    by_key: dict[str, str] = {}
    for text, name in pairs:
        by_key.setdefault(_key(text.casefold()), name)
    return by_key
