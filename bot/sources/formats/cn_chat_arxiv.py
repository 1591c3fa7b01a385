"""cn-chat-arxiv: a table with one Chinese line a paper, then footnotes with title and abstract.

```
# 摘要
| Ref | Title | Summary |
| --- | --- | --- |
| [^1] | [TITLE](https://arxiv.org/abs/2404.99001) | ONE LINE |
# 详细
[^1]: CHINESE TITLE

    TITLE

    [https://arxiv.org/abs/2404.99001](https://arxiv.org/abs/2404.99001)

    ONE LINE

    CHINESE ABSTRACT

    arXiv:2404.99001v1 Announce Type: cross  Abstract: ABSTRACT
```
Layout: digest-formats, section 6 C, and github.com/qhduan/cn-chat-arxiv. The line and the Chinese texts are
a language model's. Abstracts are cut at about 1,000 characters by the generator. Until 2024 the title line
ended in `. (arXiv:2310.99001v1 [cs.IR] UPDATED)`, and its full stop is the feed's, not the title's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bot.domain.papers.arxiv_id import ArxivId, find_arxiv_id
from bot.domain.papers.links import find_links
from bot.domain.papers.parsed_entry import Entry, ParsedDocument
from bot.domain.text.normalize import collapse
from bot.sources.parsing.arxiv_text import announced, parse_announcement
from bot.sources.parsing.item_links import own_arxiv_id, versioned_id, web_address
from bot.sources.parsing.markdown_table import (
    find_link,
    find_tables,
    has_columns,
    may_link,
    rejoin_title,
    split_row,
)
from bot.sources.parsing.model_text import model_text
from bot.sources.parsing.own_link import warn_of_repeats
from bot.sources.parsing.sections import left_out, sections

if TYPE_CHECKING:
    from bot.domain.papers.parsed_entry import Announcement

NAME = "cn-chat-arxiv"

_COLUMNS = ("ref", "title", "summary")
_SUMMARY_HEADING = re.compile(r"^# 摘要[ \t]*$", re.MULTILINE)
_FOOTNOTE = re.compile(r"^\[\^(\d{1,6})\]:", re.MULTILINE)
_REFERENCE = re.compile(r"\[\^(\d{1,6})\]")
_OLD_TITLE = re.compile(
    r"\(arXiv:(?P<id>\S{1,40}) \[(?P<category>[\w.-]{1,30})\](?: (?P<kind>UPDATED|CROSS LISTED))?\)$"
)
_OLD_KINDS: dict[str | None, Announcement] = {None: "new", "CROSS LISTED": "cross", "UPDATED": "replace"}
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MOSTLY_HAN = 0.2
_LONGEST_NOTE = 20_000  # abstracts are cut at about 1,000 characters


class _Footnote(NamedTuple):
    arxiv: ArxivId | None = None
    category: str | None = None
    announcement: Announcement | None = None
    abstract: str = ""
    old_title: bool = False


def recognises(head: str) -> bool:
    """Tell the layout by its heading and the header row of its table."""
    return bool(_SUMMARY_HEADING.search(head)) and has_columns(head, lambda columns: columns == _COLUMNS)


def parse(text: str, name: str) -> ParsedDocument:
    """Read a cn-chat-arxiv page; a paper is a row of its table.

    Raises:
        MalformedDocumentError: the document is cut off within a row.
    """
    footnotes = _footnotes(text)
    entries: list[Entry] = []
    unread: list[str] = []
    bare = 0
    rows = (row for table in find_tables(text, name) if table.columns == _COLUMNS for row in table.rows)
    for row in rows:
        reference, *cells = split_row(row) if may_link(row) else [""]
        title, *rest = rejoin_title(cells) or [""]
        number = _REFERENCE.search(reference)
        note = footnotes.get(number[1]) if number else None
        entry = _entry(title, "|".join(rest), _footnote((note or "")[:_LONGEST_NOTE]))
        if entry:
            entries.append(entry)
            bare += note is None
        else:
            unread.append(row)
    missing = (f"{bare} of {len(entries)} papers have no details",) if bare else ()
    warnings = (*left_out(unread, "no title or link"), *missing, *warn_of_repeats(entries))
    return ParsedDocument(NAME, None, (), tuple(entries), warnings)


def _entry(cell: str, summary: str, note: _Footnote) -> Entry | None:
    title, link = find_link(cell) or ("", "")
    if not title or not web_address(link):
        return None
    arxiv = own_arxiv_id(link)
    if arxiv and note.arxiv and note.arxiv.base == arxiv.base:
        arxiv = ArxivId(arxiv.base, arxiv.version or note.arxiv.version)
    links = find_links(note.abstract)
    return Entry(
        title=title.removesuffix(".") if note.old_title else title,
        external_id=versioned_id(arxiv) if arxiv else link,
        arxiv=arxiv,
        url=None if arxiv else link,
        abstract=note.abstract,
        categories=(note.category,) if note.category else (),
        announcement=note.announcement,
        code_urls=links.code,
        project_urls=links.project,
        summary=model_text(summary),
    )


def _footnotes(text: str) -> dict[str, str]:
    return {mark[1]: note for mark, note in sections(_FOOTNOTE.finditer(text), text)}


def _footnote(note: str) -> _Footnote:
    paragraphs = [part for paragraph in note.split("\n\n") if (part := collapse(paragraph))]
    old = _OLD_TITLE.search(paragraphs[1]) if len(paragraphs) > 1 else None
    arxiv = find_arxiv_id(old["id"]) if old else None
    announcement = _OLD_KINDS[old["kind"]] if old else None
    for paragraph in reversed(paragraphs[2:]):
        prefix = parse_announcement(paragraph)
        if prefix:
            return _Footnote(prefix.arxiv, None, announced(prefix.kind), prefix.rest)
        if paragraph.startswith("[") or len(_HAN.findall(paragraph)) > _MOSTLY_HAN * len(paragraph):
            break
        return _Footnote(arxiv, old["category"] if old else None, announcement, paragraph, bool(old))
    return _Footnote(arxiv, old["category"] if old else None, announcement, "", bool(old))
