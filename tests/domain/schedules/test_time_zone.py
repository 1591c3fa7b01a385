"""Time zones as people name them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.schedules.time_zone import UnknownZoneError, parse_zone, zone_of

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
PLACES = sorted(name for name in available_timezones() if "/" in name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Asia/Shanghai", "Asia/Shanghai"),
        ("asia / shanghai", "Asia/Shanghai"),
        ("shanghai", "Asia/Shanghai"),
        ("Beijing", "Asia/Shanghai"),
        ("北京", "Asia/Shanghai"),
        ("上海", "Asia/Shanghai"),
        ("東京", "Asia/Tokyo"),
        ("东京", "Asia/Tokyo"),
        ("Singapore", "Asia/Singapore"),
        ("america/new york", "America/New_York"),
        ("NEW_YORK", "America/New_York"),
        ("Bay Area", "America/Los_Angeles"),
        ("são paulo", "America/Sao_Paulo"),
        ("Port au Prince", "America/Port-au-Prince"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("St. Johns", "America/St_Johns"),
        ("EST", "America/New_York"),
        ("jst", "Asia/Tokyo"),
        ("CET", "CET"),
        ("utc", "UTC"),
        ("GMT", "UTC"),
        ("Z", "UTC"),
        ("Etc/GMT-8", "Etc/GMT-8"),
    ],
)
def test_zones_are_read_by_name_city_and_abbreviation(text: str, name: str) -> None:
    """Any case, blanks for underscores, Chinese names, accents and common abbreviations are read."""
    assert parse_zone(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("UTC+8", "UTC+08:00"),
        ("utc + 8", "UTC+08:00"),
        ("ＵＴＣ＋８", "UTC+08:00"),
        ("+08:00", "UTC+08:00"),
        ("+8", "UTC+08:00"),
        ("GMT-5", "UTC-05:00"),
        ("UTC−5", "UTC-05:00"),
        ("+0530", "UTC+05:30"),
        ("+530", "UTC+05:30"),
        ("-00:00", "UTC"),
        ("UTC+0", "UTC"),
        ("+14:00", "UTC+14:00"),
        ("-12", "UTC-12:00"),
    ],
)
def test_offsets_have_the_sign_people_use(text: str, name: str) -> None:
    """East is plus, and nothing at all is UTC."""
    assert parse_zone(text) == name


@pytest.mark.parametrize("text", ["+14:01", "UTC-13", "UTC+25", "+8:60", "GMT+99"])
def test_offsets_end_where_the_world_does(text: str) -> None:
    """No place is further from UTC than -12:00 and +14:00."""
    with pytest.raises(UnknownZoneError, match=r"from UTC-12:00 to UTC\+14:00") as caught:
        parse_zone(text)
    assert caught.value.code == "offset"


@pytest.mark.parametrize(
    ("text", "code", "first"),
    [
        ("shangai", "near", "Asia/Shanghai"),
        ("Beijing, China", "near", "Asia/Shanghai"),
        ("Europe/Berln", "near", "Europe/Berlin"),
        ("Amercia/New York", "near", "America/New_York"),
        ("CST", "ambiguous", "Asia/Shanghai"),
        ("ist", "ambiguous", "Asia/Kolkata"),
    ],
)
def test_unknown_zone_brings_the_nearest(text: str, code: str, first: str) -> None:
    """A misspelt zone and an abbreviation of several bring up to three real ones, the likeliest first."""
    with pytest.raises(UnknownZoneError) as caught:
        parse_zone(text)
    assert (caught.value.code, caught.value.suggestions[0]) == (code, first)
    assert len(caught.value.suggestions) <= 3
    assert first in str(caught.value)


@pytest.mark.parametrize("text", ["", "x", "8", "localtime", "qwrtz qwrtz"])
def test_nonsense_brings_no_suggestion(text: str) -> None:
    """What is near nothing is told how to write a zone."""
    with pytest.raises(UnknownZoneError, match="Write a city") as caught:
        parse_zone(text)
    assert caught.value.suggestions == ()


def test_every_place_is_read_as_itself() -> None:
    """Each IANA name with a region is its own canonical name, in lower case and with blanks as well."""
    for name in PLACES:
        assert parse_zone(name) == parse_zone(name.lower().replace("_", " ")) == name


def test_every_city_keeps_its_clock() -> None:
    """A bare city is a zone with the same clock, however many names the city has."""
    for name in PLACES:
        if name.partition("/")[0] not in {"Etc", "US", "Canada", "Brazil", "Chile", "Mexico"}:
            found = zone_of(parse_zone(name.rpartition("/")[2]))
            assert NOON.astimezone(found).utcoffset() == NOON.astimezone(ZoneInfo(name)).utcoffset(), name


@given(st.integers(-12 * 60, 14 * 60))
def test_offsets_round_trip(minutes: int) -> None:
    """An offset is read to a name that has exactly this offset and is read as itself."""
    hours, rest = divmod(abs(minutes), 60)
    name = parse_zone(f"{'-' if minutes < 0 else '+'}{hours}:{rest:02}")
    assert zone_of(name).utcoffset(NOON) == timedelta(minutes=minutes)
    assert parse_zone(name) == name


@given(st.text(max_size=200) | st.from_regex(r"(?i)(utc|gmt)? ?[+-][0-9:]{1,6}", fullmatch=True))
@settings(deadline=None)
def test_any_text_is_a_zone_or_gets_real_suggestions(text: str) -> None:
    """No text breaks the reader; what it returns or suggests is a zone and read as itself."""
    try:
        names: tuple[str, ...] = (parse_zone(text),)
    except UnknownZoneError as error:
        names = error.suggestions
    for name in names:
        assert NOON.astimezone(zone_of(name)).utcoffset() is not None
        assert parse_zone(name) == name


@pytest.mark.parametrize(
    "name",
    ["", "Asia", "asia/shanghai", "../etc/passwd", "localtime", "Factory", "UTC+8", "UTC+15:00", "UTC+08:99"],
)
def test_only_canonical_names_are_zones(name: str) -> None:
    """What is no canonical name is refused and never looked for in the file system."""
    with pytest.raises(UnknownZoneError):
        zone_of(name)
