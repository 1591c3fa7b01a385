"""cv-arxiv-daily and its forks: tables of papers by topic, and the same day's list with abstracts.

```
## Updated on 2025.03.25
## TOPIC
|Publish Date|Title|Authors|PDF|Code|
|---|---|---|---|---|
|**2025-03-19**|**TITLE**|FIRST AUTHOR
et.al.|[2503.99001](http://arxiv.org/abs/2503.99001)|**[link](https://...)**| ```
Layout: digest-formats, section 6 D and D', and github.com/Vincentqyw/cv-arxiv-daily. The authors column names
only the first one. "Publish Date" is the day of the newest version, so it is a paper's day only
where it can be (`bot.sources.parsing.days.first_submission`). Forks add a column that a language model wrote
(摘要).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.domain.papers.links import find_links
from bot.domain.papers.parsed_entry import Entry, ParsedDocument
from bot.domain.text.normalize import collapse
from bot.sources.formats import cv_arxiv_today
from bot.sources.parsing.days import find_day, first_submission
from bot.sources.parsing.item_links import own_arxiv_id, versioned_id, web_address
from bot.sources.parsing.markdown_table import find_link, find_tables, has_columns, may_link, split_row
from bot.sources.parsing.model_text import model_text
from bot.sources.parsing.own_link import warn_of_repeats
from bot.sources.parsing.sections import left_out

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "cv-arxiv-daily"

_NEEDED = {"publish date", "title", "pdf"}
_SUMMARY_COLUMNS = ("摘要", "中文摘要", "总结", "概要", "summary", "ai summary", "tldr", "tl;dr")
_UPDATED = re.compile(r"^#{1,3} .{0,3}Updated\b.*$", re.MULTILINE | re.IGNORECASE)
_ET_AL = re.compile(r"[\s,]{1,9}et\.?\s{0,9}al\.{0,3}$", re.IGNORECASE)


def recognises(head: str) -> bool:
    """Tell the tables by their header row, the day's list by its headings and abstracts."""
    return has_columns(head, _is_table) or cv_arxiv_today.recognises(head)


def parse(text: str, name: str) -> ParsedDocument:
    """Read the tables, or the day's list with abstracts.

    Raises:
        MalformedDocumentError: the document is cut off within a paper.
    """
    updated = _UPDATED.search(text)
    day = find_day(updated[0]) if updated else None
    entries: list[Entry] = []
    unread: list[str] = []
    topics: dict[str | None, None] = {}
    for table in find_tables(text, name):
        if _is_table(table.columns):
            topics[table.heading] = None
            for row in table.rows:
                entry = _entry(dict(_cells(table.columns, row))) if may_link(row) else None
                if entry:
                    entries.append(entry)
                else:
                    unread.append(row)
    if not topics:
        listed = cv_arxiv_today.read_topics(text, name)
        topics = dict.fromkeys(topic or None for topic in listed)
        entries = [entry for papers in listed.values() for entry in papers]
    topic = next(iter(topics)) if len(topics) == 1 else None
    warnings = (*left_out(unread, "no title or link"), *warn_of_repeats(entries))
    return ParsedDocument(NAME, topic, (day,) if day else (), tuple(entries), warnings)


def _is_table(columns: tuple[str, ...]) -> bool:
    return _NEEDED.issubset(columns)


def _cells(columns: tuple[str, ...], row: str) -> list[tuple[str, str]]:
    """Pair a row's cells with the columns; a pipe in the title is told by where the paper's link stands."""
    cells = split_row(row)
    title, pdf = columns.index("title"), columns.index("pdf")
    if len(cells) > len(columns) and title < pdf:
        link = next((i for i in range(pdf, len(cells)) if _is_paper_link(cells[i])), pdf)
        surplus = link - pdf
        cells[title : title + surplus + 1] = ["|".join(cells[title : title + surplus + 1])]
    last = len(columns) - 1
    cells[last:] = ["|".join(cells[last:])] if len(cells) > last else []
    return list(zip(columns, cells, strict=False))


def _is_paper_link(cell: str) -> bool:
    link = find_link(cell)
    return bool(link and own_arxiv_id(link[1]))


def _entry(cells: dict[str, str]) -> Entry | None:
    title_link = find_link(cells.get("title", ""))
    title = title_link[0] if title_link else collapse(cells.get("title", "").strip(" *"))
    link = find_link(cells.get("pdf", "")) or title_link
    address = web_address(link[1]) if link else None
    if not title or not address:
        return None
    arxiv = own_arxiv_id(address)
    abstract = collapse(cells.get("abstract", ""))
    comment = collapse(cells.get("comment", cells.get("comments", ""))) or None
    named = find_links(f"{abstract} {comment or ''}")
    code = find_link(cells.get("code", ""))
    code_url = web_address(code[1] if code else cells.get("code", "").strip("*<> "))
    return Entry(
        title=title,
        external_id=versioned_id(arxiv) if arxiv else address,
        arxiv=arxiv,
        url=None if arxiv else address,
        authors=_authors(cells.get("authors", "")),
        abstract=abstract,
        published=first_submission(find_day(cells["publish date"]), arxiv),
        comment=comment,
        code_urls=tuple(dict.fromkeys((code_url, *named.code))) if code_url else named.code,
        project_urls=named.project,
        summary=_summary(cells),
    )


def _authors(cell: str) -> tuple[str, ...]:
    """Return the authors; a first author alone keeps the mark that others follow: `Ann Li et al.`."""
    text = collapse(cell.strip(" *"))
    if text.lower() in {"", "null", "none"}:
        return ()
    first = _ET_AL.sub("", text)
    if first != text:
        return (f"{first} et al.",) if first else ()
    return tuple(name for part in text.split(",") if (name := part.strip()))


def _summary(cells: dict[str, str]) -> str | None:
    answers: Sequence[str | None] = [model_text(cells.get(column)) for column in _SUMMARY_COLUMNS]
    return next((answer for answer in answers if answer), None)
