"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

import re
from typing import Any

from bot.domain.papers.links import find_links
from bot.domain.papers.parsed_entry import Entry, ParsedDocument
from bot.errors import MalformedDocumentError
from bot.sources.parsing.bylines import Staff, read_byline
from bot.sources.parsing.days import timestamp_day
from bot.sources.parsing.entry_names import NamedItem, with_names
from bot.sources.parsing.html_text import text_of_html, title_name
from bot.sources.parsing.item_links import own_arxiv_id, own_doi, versioned_id, web_address
from bot.sources.parsing.json_text import count_at, objects_at, read_json, text_at
from bot.sources.parsing.own_link import warn_of_repeats
from bot.sources.parsing.sections import left_out

NAME = "json-feed"

_NO_STAFF = Staff()  # a JSON Feed names no editor; its `authors` are those of the items
_VERSION = re.compile(r"\"version\"\s{0,9}:\s{0,9}\"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version\\?/1")


def recognises(head: str) -> bool:
    """Tell a JSON Feed by its version."""
    return head.lstrip().startswith("{") and bool(_VERSION.search(head))


def parse(text: str, name: str) -> ParsedDocument:
    """Read the feed; an item without title (a microblog's) is left out with a warning.

    Raises:
        MalformedDocumentError: it is not JSON, was cut off, or has no list of items.
    """
    feed = read_json(text, "the feed", document=name)
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise MalformedDocumentError(name, "it is a JSON Feed without a list of items")
    default_authors = _authors(feed)
    items, unread = [], []
    for number, item in enumerate(objects_at(feed, "items"), 1):
        named = _item(item, default_authors)
        if named:
            items.append(named)
        else:
            unread.append(f"item {number}")
    entries = with_names(items, own=(text_at(feed, "home_page_url"), text_at(feed, "feed_url")))
    topic = text_at(feed, "title") or None
    warnings = (*left_out(unread, "no title"), *warn_of_repeats(entries))
    return ParsedDocument(NAME, topic, (), entries, warnings)


def _item(item: dict[str, Any], default_authors: tuple[str, ...]) -> NamedItem | None:
    title = text_of_html(text_at(item, "title"))
    if not title:
        return None
    url = web_address(item.get("url"))
    target = web_address(item.get("external_url"))  # a link blog's item is about this page
    own_id = text_at(item, "id") or _number(item)
    arxiv = own_arxiv_id(own_id, target, url)
    abstract = text_at(item, "content_text") or text_of_html(text_at(item, "content_html"))
    if text_at(item, "summary"):
        abstract = text_at(item, "summary")
    links = find_links(abstract)
    image = web_address(item.get("image"))
    entry = Entry(
        title=title,
        external_id=versioned_id(arxiv) if arxiv else title_name(title),
        arxiv=arxiv,
        doi=own_doi(link=target) or own_doi(link=url),
        url=None if arxiv else target or url,
        authors=_authors(item) or default_authors,
        abstract=abstract,
        published=timestamp_day(text_at(item, "date_published")),
        code_urls=links.code,
        project_urls=links.project,
        images=(image,) if image else (),
    )
    return NamedItem(entry, own_id, url or target)


def _number(item: dict[str, Any]) -> str:
    """Return an identifier that is a number, which readers must take as its digits (jsonfeed.org, `id`)."""
    number = count_at(item, "id")
    return "" if number is None else str(number)


def _authors(item: dict[str, Any]) -> tuple[str, ...]:
    """Return the authors' names; version 1.0 has one `author` instead of the list."""
    single = item.get("author")
    authors = objects_at(item, "authors") or ((single,) if isinstance(single, dict) else ())
    lines = (text_at(author, "name") for author in authors)
    return tuple(name for line in lines for name in read_byline(line, _NO_STAFF, one=True))
