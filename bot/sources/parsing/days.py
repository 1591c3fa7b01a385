"""Parses dates as documents write them."""

from __future__ import annotations

import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.papers.arxiv_id import ArxivId

_NUMERIC = re.compile(r"(?<!\d)(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?!\d)", re.ASCII)
_ENGLISH = re.compile(r"\b([A-Z][a-z]{2,8})\s{1,9}(\d{1,2}),\s{1,9}(\d{4})\b", re.ASCII)
_OLD_STYLE_CENTURY = 91  # arXiv began in 1991; `yy` from 91 on belongs to the last century


def find_day(text: str) -> date | None:
    """Return the first valid `2025-04-25`, `2025.04.25` or `April 25, 2025` of a text, else None."""
    for match in _NUMERIC.finditer(text):
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            continue
    for match in _ENGLISH.finditer(text):
        try:
            return datetime.strptime(f"{match[1]} {match[2]} {match[3]}", "%B %d %Y").date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    return None


def timestamp_day(text: str) -> date | None:
    """Return the day of an RFC 3339 or RFC 822 time in the zone it is written in, else None."""
    day = find_day(text[:10])
    if day:
        return day
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def first_submission(day: date | None, arxiv: ArxivId | None) -> date | None:
    """Return a listed day where it can be the day of the first submission, else None.

    The table digests write the day of the newest version. It is not the first one's where the row names
    a later version, or where it is after the month in which the id was minted.
    """
    if day is None or arxiv is None:
        return day
    if arxiv.version and arxiv.version > 1:
        return None
    return day if (day.year, day.month) <= _minted(arxiv) else None


def day_range(days: Iterable[date | None]) -> tuple[date, ...]:
    """Return the first and the last of some days, one where they are the same, none where none is known."""
    known = [day for day in days if day]
    return tuple(sorted({min(known), max(known)})) if known else ()


def _minted(arxiv: ArxivId) -> tuple[int, int]:
    """Return year and month in which an id was given out, from its own digits."""
    digits = arxiv.base.rpartition("/")[2]
    year, month = int(digits[:2]), int(digits[2:4])
    return (1900 if year >= _OLD_STYLE_CENTURY else 2000) + year, month


def utc_day(moment: object) -> date | None:
    """Return the day of a broken-down UTC time as feedparser gives it, else None."""
    try:
        year, month, day = moment[:3]  # type: ignore[index] # anything but a time tuple ends in the except
        return date(year, month, day)
    except (TypeError, ValueError):
        return None
