"""JSON Feed, beyond its samples."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import MalformedDocumentError
from bot.sources.formats import json_feed

if TYPE_CHECKING:
    from bot.domain.papers.parsed_entry import ParsedDocument

VERSION = "https://jsonfeed.org/version/1.1"
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYS = (
    "id",
    "url",
    "external_url",
    "title",
    "content_html",
    "content_text",
    "summary",
    "authors",
    "date_published",
)


def parsed(*items: Any) -> ParsedDocument:
    """Parse a feed of some items."""
    return json_feed.parse(json.dumps({"version": VERSION, "items": items}), "x")


def test_number_as_identifier_is_its_digits() -> None:
    """The specification lets an old feed's id be a number."""
    (entry,) = parsed({"id": 7, "title": "T"}).entries
    assert entry.external_id == "7"


def test_external_address_comes_before_the_blogs_own() -> None:
    """An item of a link blog is about the page it links."""
    item = {
        "id": "1",
        "title": "T",
        "url": "https://b.example.org/1",
        "external_url": "https://p.example.org/2",
    }
    (entry,) = parsed(item).entries
    assert entry.url == "https://p.example.org/2"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f'{{"version": "{VERSION}"}}', "without a list of items"),
        (f'{{"version": "{VERSION}", "items": {{}}}}', "without a list of items"),
        (f'{{"version": "{VERSION}", "items": [{{"id": "1"', "cut off"),
        (f'{{"version": "{VERSION}", "items": [}}]', "not valid JSON"),
        ("3", "without a list of items"),
    ],
)
def test_broken_feed_is_refused(text: str, reason: str) -> None:
    """A feed that is cut off or has no items list is refused with the reason."""
    with pytest.raises(MalformedDocumentError, match=reason):
        json_feed.parse(text, "x")


@given(item=st.dictionaries(st.sampled_from(KEYS), ANY_JSON))
def test_values_of_any_type_are_survived(item: dict[str, Any]) -> None:
    """Whatever stands where a text should, the item is read or left out."""
    for entry in parsed(item).entries:
        assert entry.title
        assert entry.external_id
