"""The options of /search: `sort:new`, `after:2024-03`, `page:2`, `--exact`, and the number of results."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.errors import InputError

SIZE, MOST = 5, 20
"""Results on a page: how many, and the most one may ask for."""

_OPTION = re.compile(r"(?<!\S)(?P<name>sort|after|page):(?P<value>\S+)", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"(?<!\S)(?P<written>(?:since|from|newer|year|years|date|published|submitted|年|日期):(?P<value>\d\S*))",
    re.IGNORECASE,
)
"""How other search programs ask for papers of some day or later."""
_EXACT = re.compile(r"(?<!\S)(?:--|[\u2013\u2014])exact(?!\S)", re.IGNORECASE)
"""Phones and Slack make a dash of two hyphens."""
_COUNT = re.compile(r"(?<=\S)\s+(?P<count>[1-9]\d?)\s*$")
_PAGE = re.compile(r"[1-9][0-9]{0,2}", re.ASCII)
_DAY = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?")


class OptionError(InputError):
    """An option has an invalid value.

    Attributes:
        written: the option as written.
        example: one that can be read.
    """

    def __init__(self, written: str, example: str) -> None:
        super().__init__(f"{written} can't be read; write {example}")
        self.written = written
        self.example = example


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """The options of a search.

    Attributes:
        text: the query, without the options.
        order: `fit` where nothing was said.
        since: only papers of this day or later.
        size: results on a page.
        page: which page, from 1.
        exact: whether papers that only come near are left out.
        counted: whether a number at the end was read as `size`; it might have been meant as a word.
    """

    text: str
    order: Literal["fit", "new", "best"] = "fit"
    since: date | None = None
    size: int = SIZE
    page: int = 1
    exact: bool = False
    counted: bool = False

    def command(self, *, page: int) -> str:
        """Return the command for another page of the same search."""
        parts = ["/search", self.text]
        if self.order != "fit":
            parts.append(f"sort:{self.order}")
        if self.since:
            parts.append(f"after:{self.since.isoformat()}")
        if self.exact:
            parts.append("--exact")
        parts.append(f"page:{page}")
        if self.size != SIZE:
            parts.append(str(self.size))
        return " ".join(parts)


def read_options(text: str) -> SearchOptions:
    """Take the options out of what was typed after /search.

    Raises:
        OptionError: an option has a value that it can't have.
    """
    if other := _ELSEWHERE.search(text):
        known = _DAY.fullmatch(other["value"])
        month = f"{known['year']}-{int(known['month'] or 1):02}" if known else "2024-03"
        raise OptionError(other["written"], f"after:{month}")
    values = {match["name"].casefold(): match["value"] for match in _OPTION.finditer(text)}
    rest, exact = _EXACT.subn(" ", _OPTION.sub(" ", text))
    count = _COUNT.search(rest)
    size = min(int(count["count"]), MOST) if count else SIZE
    order = values.get("sort", "fit").casefold()
    if order not in {"fit", "new", "best"}:
        raise OptionError(f"sort:{order}", "sort:new")
    page = values.get("page", "1")
    if not _PAGE.fullmatch(page):
        raise OptionError(f"page:{page}", "page:2")
    since = _day(values["after"]) if "after" in values else None
    query = " ".join((rest[: count.start()] if count else rest).split())
    return SearchOptions(query, order, since, size, int(page), exact > 0, count is not None)  # type: ignore[arg-type] # checked


def _day(value: str) -> date:
    match = _DAY.fullmatch(value)
    try:
        if match:
            return date(int(match["year"]), int(match["month"] or 1), int(match["day"] or 1))
    except ValueError:
        pass
    raise OptionError(f"after:{value}", "after:2024-03")
