"""arXiv's announcements, beyond their samples."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.papers.parsed_entry import Document
from bot.errors import MalformedDocumentError
from bot.sources import parse_document
from bot.sources.formats import arxiv_feed
from bot.sources.parsing.arxiv_text import arxiv_categories, split_authors

DATA = Path(__file__).resolve().parents[2] / "data" / "arxiv-feed"


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("Ann Li, Bo Chen", ("Ann Li", "Bo Chen")),
        (r"Paulo Andr\'e Lima, Jos\'{e} Ruiz", (r"Paulo Andr\'e Lima", r"Jos\'{e} Ruiz")),
        ("Ann Li (MIT, Boston), Bo Chen", ("Ann Li (MIT, Boston)", "Bo Chen")),
        ("Ann Li (unclosed, Bo Chen", ("Ann Li (unclosed", "Bo Chen")),
        ("Ann Li), Bo Chen", ("Ann Li)", "Bo Chen")),
        (r"A\, B, C", (r"A\, B", "C")),
        (" , ,", ()),
        ("", ()),
    ],
)
def test_authors_are_split_outside_brackets(line: str, authors: tuple[str, ...]) -> None:
    """A comma parts names unless it is in an affiliation or a TeX command."""
    assert split_authors(line) == authors


@given(
    names=st.lists(
        st.from_regex(r"[A-Z][a-z]{1,8} [A-Z][a-z]{1,8}( \([A-Z]{2,4}, [A-Z][a-z]+\))?", fullmatch=True)
    )
)
def test_authors_survive_joining(names: list[str]) -> None:
    """Names joined as arXiv joins them come apart again."""
    assert split_authors(", ".join(names)) == tuple(names)


def test_only_arxiv_categories_are_categories() -> None:
    """Subject classes of MSC and ACM are in the same list and are left out."""
    terms = [
        "cs.CV",
        "93B30 (Primary), 93C30",
        "hep-th",
        "I.2.7",
        "cs.CV",
        "physics.app-ph",
        "cond-mat.mtrl-sci",
    ]
    assert arxiv_categories(terms) == ("cs.CV", "hep-th", "physics.app-ph", "cond-mat.mtrl-sci")


def test_facts_beyond_the_json_are_read() -> None:
    """Announce type, categories, licence, DOI and versioned id of each item are kept."""
    new, replaced = parse_document(Document("rss.xml", (DATA / "rss.xml").read_bytes())).entries
    assert (new.external_id, new.announcement, new.categories) == ("2402.99601v1", "new", ("cs.CV", "cs.GR"))
    assert new.license_url == "http://creativecommons.org/licenses/by/4.0/"
    assert (replaced.external_id, replaced.announcement) == ("2203.99602v3", "replace-cross")
    assert replaced.doi == "10.9999/puddle.257"
    assert replaced.published is None


@pytest.mark.parametrize(
    "feed",
    [
        "<rss version='2.0'><channel><title>Feed error for query: cs.XX</title></channel></rss>",
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>Feed error for query: cs.XX</title></feed>",
        "<rss><channel><title>Feed error for query</title><description>cs.XX</description></channel></rss>",
    ],
)
def test_unknown_category_is_an_error_that_names_it(feed: str) -> None:
    """An unknown category is answered with a feed; the person is told which category it is."""
    with pytest.raises(MalformedDocumentError, match=r"does not know the category: .*cs\.XX"):
        arxiv_feed.parse(feed, "arxiv:cs.XX")


def test_item_without_id_is_left_out_with_a_warning() -> None:
    """An item that names no arXiv id can't be an announcement."""
    parsed = arxiv_feed.parse(
        "<rss version='2.0'><channel><title>cs.CV updates on arXiv.org</title>"
        "<item><title>See arXiv:2401.00001</title></item></channel></rss>",
        "x",
    )
    assert parsed.entries == ()
    assert len(parsed.warnings) == 1
