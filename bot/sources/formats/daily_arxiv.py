"""DailyArXiv: the newest papers of each keyword in tables, as an issue or a README.

```
---
title: Latest 15 Papers - April 25, 2025
---
## KEYWORD
| **Title** | **Date** | **Abstract** | **Comment** |
| --- | --- | --- | --- |
| **[TITLE](http://arxiv.org/abs/2504.99001v1)** | 2025-04-23 | ABSTRACT | COMMENT |
```
Layout: digest-formats, section 6 E, and github.com/zezhishao/DailyArXiv. Long cells are folded:
`<details><summary>Accep...</summary><p>WHOLE TEXT</p></details>`. The issue has no abstracts. "Date" is
the day of the version that the link names. A paper stands under each keyword it matches.
"""

from __future__ import annotations

import re

from bot.domain.papers.links import find_links
from bot.domain.papers.parsed_entry import Entry, ParsedDocument
from bot.domain.text.normalize import collapse
from bot.sources.parsing.days import find_day, first_submission
from bot.sources.parsing.item_links import own_arxiv_id, versioned_id, web_address
from bot.sources.parsing.markdown_table import (
    find_link,
    find_tables,
    has_columns,
    may_link,
    rejoin_title,
    split_row,
)
from bot.sources.parsing.own_link import warn_of_repeats
from bot.sources.parsing.sections import left_out

NAME = "daily-arxiv"

_DAY_LINE = re.compile(r"^(?:title:|Last update:)(.*)$", re.MULTILINE)
_DETAILS = re.compile(r"<details>\s{0,99}<summary>[^<]{0,200}</summary>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:details|p)>", re.IGNORECASE)


def recognises(head: str) -> bool:
    """Tell the layout by the header row of its tables."""
    return has_columns(head, _is_table)


def parse(text: str, name: str) -> ParsedDocument:
    """Read the tables; a paper that is in several is returned from each.

    Raises:
        MalformedDocumentError: the document is cut off within a row.
    """
    dated = _DAY_LINE.search(text)
    day = find_day(dated[1]) if dated else None
    entries: list[Entry] = []
    unread: list[str] = []
    topics: dict[str | None, None] = {}
    for table in find_tables(text, name):
        if _is_table(table.columns):
            topics[table.heading] = None
            for row in table.rows:
                entry = _entry(_cells(table.columns, row)) if may_link(row) else None
                if entry:
                    entries.append(entry)
                else:
                    unread.append(row)
    topic = next(iter(topics)) if len(topics) == 1 else None
    warnings = (*left_out(unread, "no title or link"), *warn_of_repeats(entries))
    return ParsedDocument(NAME, topic, (day,) if day else (), tuple(entries), warnings)


def _is_table(columns: tuple[str, ...]) -> bool:
    return columns[:2] == ("title", "date") and set(columns[2:]) in ({"comment"}, {"abstract", "comment"})


def _cells(columns: tuple[str, ...], row: str) -> dict[str, str]:
    """Pair a row's cells with the columns; pipes in the title are told by the link, others by the blocks."""
    title, *rest = rejoin_title(split_row(row))
    last = len(columns) - 2
    rest[last:] = ["|".join(rest[last:])] if len(rest) > last else []
    return dict(zip(columns, (title, *rest), strict=False))


def _entry(cells: dict[str, str]) -> Entry | None:
    link = find_link(cells.get("title", ""))
    if not link or not link[0] or not web_address(link[1]):
        return None
    title, address = link
    arxiv = own_arxiv_id(address)
    abstract = _unfolded(cells.get("abstract", ""))
    comment = _unfolded(cells.get("comment", "")) or None
    links = find_links(f"{abstract} {comment or ''}")
    return Entry(
        title=title,
        external_id=versioned_id(arxiv) if arxiv else address,
        arxiv=arxiv,
        url=None if arxiv else address,
        abstract=abstract,
        published=first_submission(find_day(cells.get("date", "")), arxiv),
        comment=comment,
        code_urls=links.code,
        project_urls=links.project,
    )


def _unfolded(cell: str) -> str:
    """Return the whole text of a cell of which only the first letters show until it is unfolded."""
    return collapse(_TAG.sub(" ", _DETAILS.sub(" ", cell)))
