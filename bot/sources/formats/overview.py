"""The overview digest (生成式论文概览): one heading with a date range, then one list for each paper.

```
# 2024-03-12--2024-03-15 生成式论文概览
## TITLE
  * 2024-03-14
  * ABSTRACT
 * link:[http://arxiv.org/abs/2403.99001v1](http://arxiv.org/abs/2403.99001v1)
```
Layout: digest-formats, section 1. No authors, comments or summaries; the days of the heading are the window
that was asked for, not the papers' days.
"""

from __future__ import annotations

import re
from datetime import date

from bot.domain.papers.links import find_links
from bot.domain.papers.parsed_entry import Entry, ParsedDocument
from bot.domain.text.normalize import collapse
from bot.errors import MalformedDocumentError
from bot.sources.parsing.days import day_range
from bot.sources.parsing.own_link import read_own_link, warn_of_repeats

NAME = "overview"

_DAY = r"\d{4}-\d{2}-\d{2}"
_HEADING = re.compile(rf"\s*#[ \t]+({_DAY})--({_DAY})[ \t]+[^\s][^\n]*(?:\n|\Z)")
_PUBLISHED = re.compile(rf"^[ \t]*\*[ \t]+({_DAY})[ \t]*$", re.MULTILINE)
_LINK = re.compile(r"link:[ \t]*\[[^\]\n]*\]\(([^()\s]{1,2000})\)")
_BULLET = " \t\n*"


def recognises(head: str) -> bool:
    """Tell an overview by its heading, with nothing or an item's list right below.

    A hand-written weekly note may have such a heading too, but not the lists.
    """
    heading = _HEADING.match(head)
    if not heading or not _days(heading):
        return False
    first = head[heading.end() :].lstrip()
    if not first:
        return True
    below = first.partition("\n")[2].lstrip()
    listed = below[:2] in {"", "*", "* "} or bool(_PUBLISHED.search(below))
    return first.startswith("##") and listed


def parse(text: str, name: str) -> ParsedDocument:
    """Read an overview digest.

    Raises:
        MalformedDocumentError: the heading is missing, or an item lacks its title or link line.
    """
    heading = _HEADING.match(text)
    days = _days(heading) if heading else ()
    if not heading or not days:
        raise MalformedDocumentError(name, "the heading with its range of days is missing")
    warnings: list[str] = []
    # The heading's own newline stays, so that an item right below it is found too.
    _, *items = text[heading.end() - 1 :].split("\n## ")
    entries = tuple(_entry(item, name, warnings) for item in items)
    return ParsedDocument(NAME, None, days, entries, (*warnings, *warn_of_repeats(entries)))


def _days(heading: re.Match[str]) -> tuple[date, ...]:
    first, last = _day(heading[1]), _day(heading[2])
    return day_range((first, last)) if first and last else ()


def _entry(item: str, name: str, warnings: list[str]) -> Entry:
    listed = _PUBLISHED.search(item)
    # A wrapped title ends at its day; without one it ends with its line.
    title = collapse(item[: listed.start()].strip() if listed else item.partition("\n")[0])
    if not title:
        raise MalformedDocumentError(name, "an item has no title: the document is cut off")
    body = item[listed.end() :] if listed else item.partition("\n")[2]
    abstract_end, link = _link_line(body)
    if not link:
        raise MalformedDocumentError(
            name, f"“{title[:80]}” has no complete link line: the document is cut off"
        )
    own = read_own_link(link)
    published = _day(listed[1]) if listed else None
    if not published:
        warnings.append(f"“{title[:80]}” has no day that can be read")
    abstract = collapse(body[:abstract_end].lstrip(_BULLET).rstrip())
    links = find_links(abstract)
    return Entry(
        title=title,
        external_id=own.external_id,
        arxiv=own.arxiv,
        url=own.url,
        abstract=abstract,
        published=published,
        code_urls=links.code,
        project_urls=links.project,
    )


def _link_line(body: str) -> tuple[int, str | None]:
    """Return where an item's last link line begins and the address on it; None where it has none."""
    at = body.rfind("link:")
    line = body.rfind("\n", 0, at) + 1
    link = _LINK.match(body, at) if at >= 0 and not body[line:at].strip(_BULLET) else None
    return line, link[1] if link else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
