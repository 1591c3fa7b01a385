"""Answers of arXiv's query API (Atom of export.arxiv.org/api/query).

Layout: info.arxiv.org/help/api/user-manual.html and digest-formats, section 7. `published` is the day
version 1 was submitted; the id is versioned, with http or https. An error is a feed with one entry titled
`Error`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.domain.papers.links import find_links
from bot.domain.papers.parsed_entry import Entry, ParsedDocument
from bot.domain.text.normalize import collapse
from bot.errors import MalformedDocumentError
from bot.sources.parsing.arxiv_text import arxiv_categories
from bot.sources.parsing.days import timestamp_day
from bot.sources.parsing.item_links import own_arxiv_id, own_doi, versioned_id, web_address
from bot.sources.parsing.own_link import warn_of_repeats
from bot.sources.parsing.sections import left_out
from bot.sources.parsing.xml_guard import element_text, parse_xml, prolog

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAME = "arxiv-query"

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_FIRST_ENTRY = re.compile(r"<entry[\s>]")
_CHANNEL = re.compile(
    r"https?://(?:export\.)?arxiv\.org/api/|<title[^>]{0,99}>\s{0,99}arXiv Query:", re.IGNORECASE
)
_ERROR_ID = re.compile(r"<id>\s{0,99}https?://(?:export\.)?arxiv\.org/api/errors")
_ERROR_PATH = "arxiv.org/api/errors"


def recognises(head: str) -> bool:
    """Tell an answer by its feed's own address or title, or by the address of an error."""
    if prolog(head).root != "feed":
        return False
    entry = _FIRST_ENTRY.search(head)
    channel = head[: entry.start()] if entry else head
    return bool(_CHANNEL.search(channel) or _ERROR_ID.search(head))


def parse(text: str, name: str) -> ParsedDocument:
    """Read an answer; one without entries is valid.

    Raises:
        MalformedDocumentError: the XML can't be read, or arXiv refused the query.
    """
    root = parse_xml(text, name)
    entries, unread = [], []
    for number, item in enumerate(root.findall(f"{_ATOM}entry"), 1):
        if _ERROR_PATH in element_text(item, f"{_ATOM}id"):
            refusal = element_text(item, f"{_ATOM}summary") or "it gave no reason"
            raise MalformedDocumentError(name, f"arXiv refused the query: {refusal}")
        entry = _entry(item)
        if entry:
            entries.append(entry)
        else:
            unread.append(f"entry {number}")
    warnings = (*left_out(unread, "no title or arXiv id"), *warn_of_repeats(entries))
    return ParsedDocument(NAME, None, (), tuple(entries), warnings)


def _entry(item: Element) -> Entry | None:
    title = element_text(item, f"{_ATOM}title")
    arxiv = own_arxiv_id(element_text(item, f"{_ATOM}id"))
    if not title or not arxiv:
        return None
    abstract = element_text(item, f"{_ATOM}summary")
    comment = element_text(item, f"{_ARXIV}comment") or None
    links = find_links(f"{abstract} {comment or ''}")
    return Entry(
        title=title,
        external_id=versioned_id(arxiv),
        arxiv=arxiv,
        doi=own_doi(element_text(item, f"{_ARXIV}doi")),
        authors=tuple(
            name
            for author in item.findall(f"{_ATOM}author/{_ATOM}name")
            if (name := collapse(author.text or ""))
        ),
        abstract=abstract,
        published=timestamp_day(element_text(item, f"{_ATOM}published")),
        comment=comment,
        categories=_categories(item),
        license_url=web_address(element_text(item, f"{_ATOM}rights", f"{_ARXIV}license")),
        code_urls=links.code,
        project_urls=links.project,
    )


def _categories(item: Element) -> tuple[str, ...]:
    primary = item.find(f"{_ARXIV}primary_category")
    terms = [category.get("term", "") for category in item.findall(f"{_ATOM}category")]
    return arxiv_categories([primary.get("term", "") if primary is not None else "", *terms])
