"""arXiv's daily announcements: RSS and Atom of rss.arxiv.org.

Layout: info.arxiv.org/help/rss_specifications.html and digest-formats, section 7. The guid holds the
versioned id; all authors are in one `dc:creator`; the description begins with id and announce type. The
date of an item is the day of its announcement: near enough to the first submission for a new paper (days,
rarely weeks), and far from it for a replacement, which therefore gets none. A day without announcements has
no items.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.domain.papers.links import find_links
from bot.domain.papers.parsed_entry import Entry, ParsedDocument
from bot.domain.text.normalize import collapse
from bot.errors import MalformedDocumentError
from bot.sources.parsing.arxiv_text import announced, arxiv_categories, parse_announcement, split_authors
from bot.sources.parsing.bylines import is_address
from bot.sources.parsing.days import timestamp_day
from bot.sources.parsing.item_links import own_arxiv_id, own_doi, versioned_id, web_address
from bot.sources.parsing.own_link import warn_of_repeats
from bot.sources.parsing.sections import left_out
from bot.sources.parsing.xml_guard import element_text, parse_xml, prolog

if TYPE_CHECKING:
    from datetime import date
    from xml.etree.ElementTree import Element

NAME = "arxiv-feed"

_ATOM = "{http://www.w3.org/2005/Atom}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_FIRST_ITEM = re.compile(r"<(?:item|entry)[\s>]")
_ADDRESS = re.compile(r"https?://(?:rss|export)\.arxiv\.org/(?:rss|atom)/")
_TITLE = re.compile(r"<title[^>]{0,99}>[^<]{0,300}(?:updates on arXiv\.org|Feed error for query)")
_TITLE_END = " updates on arXiv.org"
_REPLACED = ("replace", "replace-cross")


def recognises(head: str) -> bool:
    """Tell the feed by its root and what its channel, not an item's text, says of itself."""
    if prolog(head).root not in ("rss", "feed"):
        return False
    item = _FIRST_ITEM.search(head)
    channel = head[: item.start()] if item else head
    return bool(_ADDRESS.search(channel) or _TITLE.search(channel))


def parse(text: str, name: str) -> ParsedDocument:
    """Read the announcements of one day.

    Raises:
        MalformedDocumentError: the XML can't be read, or it is arXiv's answer to an unknown category.
    """
    root = parse_xml(text, name)
    channel = root.find("channel")
    if channel is None:
        channel = root
    title = element_text(channel, "title", f"{_ATOM}title")
    if title.startswith("Feed error for query"):
        detail = element_text(channel, "description", f"{_ATOM}subtitle")
        asked = f"{title.removeprefix('Feed error for query').lstrip(': ')} {detail}".strip()
        raise MalformedDocumentError(
            name,
            f"arXiv does not know the category: {asked or title}; arxiv.org/category_taxonomy lists them",
        )
    day = timestamp_day(element_text(channel, "pubDate", f"{_ATOM}updated"))
    entries, unread = [], []
    for number, item in enumerate((*channel.findall("item"), *channel.findall(f"{_ATOM}entry")), 1):
        entry = _entry(item)
        if entry:
            entries.append(entry)
        else:
            unread.append(f"item {number}")
    topic = title.removesuffix(_TITLE_END) if title.endswith(_TITLE_END) else None
    dates = (day,) if day else ()
    warnings = (*left_out(unread, "no title or arXiv id"), *warn_of_repeats(entries))
    return ParsedDocument(NAME, topic, dates, tuple(entries), warnings)


def _entry(item: Element) -> Entry | None:
    title = element_text(item, "title", f"{_ATOM}title")
    guid = element_text(item, "guid", f"{_ATOM}id")
    atom_link = item.find(f"{_ATOM}link")
    link = element_text(item, "link") or (atom_link.get("href", "") if atom_link is not None else "")
    arxiv = own_arxiv_id(guid, link)
    if not title or not arxiv:
        return None
    description = element_text(item, "description", f"{_ATOM}summary")
    prefix = parse_announcement(description)
    abstract = prefix.rest if prefix else description.removeprefix("Abstract:").lstrip()
    kind = announced(element_text(item, f"{_ARXIV}announce_type") or (prefix.kind if prefix else ""))
    links = find_links(abstract)
    return Entry(
        title=title,
        external_id=versioned_id(arxiv),
        arxiv=arxiv,
        doi=own_doi(element_text(item, f"{_ARXIV}DOI", f"{_ARXIV}doi")),
        authors=_authors(item),
        abstract=abstract,
        published=None if kind in _REPLACED else _announcement_day(item),
        categories=arxiv_categories(_categories(item)),
        announcement=kind,
        license_url=web_address(element_text(item, f"{_DC}rights", f"{_ATOM}rights")),
        code_urls=links.code,
        project_urls=links.project,
    )


def _announcement_day(item: Element) -> date | None:
    return timestamp_day(element_text(item, "pubDate", f"{_ATOM}published"))


def _authors(item: Element) -> tuple[str, ...]:
    lines = (line.text or "" for line in item.findall(f"{_DC}creator"))
    creators = [author for line in lines for author in split_authors(line) if not is_address(author)]
    names = [collapse(name.text or "") for name in item.findall(f"{_ATOM}author/{_ATOM}name")]
    return tuple(name for name in (creators or names) if name and not is_address(name))


def _categories(item: Element) -> list[str]:
    terms = [collapse(category.text or "") for category in item.findall("category")]
    return [*terms, *(category.get("term", "") for category in item.findall(f"{_ATOM}category"))]
