"""Any other feed: RSS 0.9 to 2.0, RDF (RSS 1.0) and Atom, by feedparser.

feedparser gets bytes only: given a text it would open it as an address or a path. It neither sanitises nor
resolves addresses within markup, since no markup leaves this module.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from bot.domain.papers.links import find_links
from bot.domain.papers.parsed_entry import Entry, ParsedDocument
from bot.domain.text.normalize import collapse
from bot.errors import MalformedDocumentError
from bot.sources.parsing.bylines import Staff, read_byline
from bot.sources.parsing.days import utc_day
from bot.sources.parsing.entry_names import NamedItem, with_names
from bot.sources.parsing.html_text import text_of_html, title_name
from bot.sources.parsing.item_links import own_arxiv_id, own_doi, versioned_id, web_address
from bot.sources.parsing.own_link import warn_of_repeats
from bot.sources.parsing.sections import left_out
from bot.sources.parsing.xml_guard import guard, measure, prolog

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

NAME = "feed"

_RDF_FEED = re.compile(r"purl\.org/rss/1\.0|my\.netscape\.com/rdf/simple")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_LONGEST_TEXT = 200_000  # characters of a post; what follows is no abstract any more


def recognises(head: str) -> bool:
    """Tell a feed by its root element."""
    root = prolog(head).root
    if root is None:
        return False
    local = root.rpartition(":")[2]
    return local in ("rss", "feed") or (local == "RDF" and bool(_RDF_FEED.search(head)))


def parse(text: str, name: str) -> ParsedDocument:
    """Read a feed; an item without title is left out with a warning.

    Raises:
        MalformedDocumentError: it is cut off, hostile, or not to be read even tolerantly.
    """
    guard(text, name)
    fault = measure(text, name)
    feed = _tolerant(text, name)
    if not feed.get("version"):
        raise MalformedDocumentError(name, f"it is not a readable feed: {fault or 'unknown version'}")
    channel = feed.get("feed", {})
    staff = _staff(channel)
    items, unread = [], []
    for number, item in enumerate(feed.get("entries", ()), 1):
        named = _item(item, staff)
        if named:
            items.append(named)
        else:
            unread.append(f"item {number}")
    entries = with_names(items, own=(_text(channel, "link"), _text(channel, "id")))
    topic = text_of_html(_text(channel, "title")) or None
    broken = (f"it is not well-formed XML ({fault}); read as far as it goes",) if fault else ()
    warnings = (*broken, *left_out(unread, "no title"), *warn_of_repeats(entries))
    return ParsedDocument(NAME, topic, (), entries, warnings)


def _tolerant(text: str, name: str) -> Mapping[str, Any]:
    import feedparser

    # The text is decoded already: what its declaration says of bytes no longer holds.
    body = _DECLARATION.sub("", text, count=1).lstrip().encode("utf-8", "replace")
    try:
        parsed: Mapping[str, Any] = feedparser.parse(
            BytesIO(body),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception as error:  # third-party parser over third-party text: any failure is the document's
        raise MalformedDocumentError(name, f"it can't be read: {type(error).__name__}: {error}") from error
    return parsed


def _item(item: Mapping[str, Any], staff: Staff) -> NamedItem | None:
    title = text_of_html(_text(item, "title"))
    if not title:
        return None
    guid, link = _text(item, "id"), web_address(_text(item, "link"))
    arxiv = own_arxiv_id(guid, link)
    abstract = text_of_html(_text(item, "summary")) or text_of_html(_content(item))
    links = find_links(abstract)
    entry = Entry(
        title=title,
        external_id=versioned_id(arxiv) if arxiv else title_name(title),
        arxiv=arxiv,
        doi=own_doi(_text(item, "prism_doi"), _text(item, "dc_identifier"), guid, link=link),
        url=None if arxiv else link or web_address(guid),
        authors=_authors(item, staff),
        abstract=abstract,
        published=_day(item),
        license_url=web_address(_text(item, "license")),
        code_urls=links.code,
        project_urls=links.project,
    )
    return NamedItem(entry, guid, link)


def _text(item: Mapping[str, Any], key: str) -> str:
    # `dict.get`: the mapping's own answers for one date with another.
    value = dict.get(item, key) if isinstance(item, dict) else None
    return collapse(value[:_LONGEST_TEXT]) if isinstance(value, str) else ""


def _content(item: Mapping[str, Any]) -> str:
    contents = item.get("content") or ()
    return next((_text(content, "value") for content in contents if _text(content, "value")), "")


def _day(item: Mapping[str, Any]) -> date | None:
    for key in ("published_parsed", "updated_parsed", "created_parsed"):
        day = utc_day(dict.get(item, key)) if isinstance(item, dict) else None
        if day:
            return day
    return None


def _authors(item: Mapping[str, Any], staff: Staff) -> tuple[str, ...]:
    lines = []
    for author in item.get("authors") or ():
        name, address = text_of_html(_text(author, "name")), _text(author, "email")
        # feedparser takes `ann@uni.example (Ann Li)` apart.
        lines.append(f"{name} <{address}>" if name and address else name or address)
    return tuple(name for line in lines for name in read_byline(line, staff))


def _staff(channel: Mapping[str, Any]) -> Staff:
    """Return who runs a feed: RSS has `managingEditor` and `webMaster` for them."""
    people = [channel.get("author_detail"), channel.get("publisher_detail")]
    lines = [_text(channel, "author"), _text(channel, "publisher")]
    return Staff.of(
        [*lines, *(f"{_text(person, 'name')} <{_text(person, 'email')}>" for person in people if person)]
    )
