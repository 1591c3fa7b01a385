"""Feeds in general, beyond their samples."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.errors import MalformedDocumentError
from bot.sources.formats import feed
from bot.sources.parsing.bylines import split_names
from bot.sources.parsing.html_text import text_of_html
from bot.sources.parsing.item_links import own_arxiv_id, own_doi, web_address

if TYPE_CHECKING:
    from bot.domain.papers.parsed_entry import ParsedDocument


def parsed(*items: str) -> ParsedDocument:
    """Parse an RSS feed of some items."""
    body = "".join(f"<item>{item}</item>" for item in items)
    return feed.parse(f"<rss version='2.0'><channel><title>t</title>{body}</channel></rss>", "x")


@pytest.mark.parametrize(
    ("link", "base"),
    [
        ("https://arxiv.org/abs/2403.09638v2?utm_source=x", "2403.09638"),
        ("http://www.arxiv.org/pdf/2403.09638v2.pdf", "2403.09638"),
        ("https://doi.org/10.48550/arXiv.2403.09638", "2403.09638"),
        ("https://huggingface.co/papers/2403.09638", "2403.09638"),
        ("oai:arXiv.org:2403.09638v2", "2403.09638"),
        ("https://blog.example.org/2403.09638", None),
        ("https://blog.example.org/?u=https://arxiv.org/abs/2403.09638", None),
        ("https://arxiv.org/list/cs.CV/recent", None),
    ],
)
def test_arxiv_id_is_taken_from_a_link_that_is_the_papers_own(link: str, base: str | None) -> None:
    """An address on another host that contains digits like an id names no paper."""
    found = own_arxiv_id(link)
    assert (found.base if found else None) == base


def test_most_precise_own_link_wins() -> None:
    """A guid with the version says more than a link without; another paper's version is not mixed in."""
    found = own_arxiv_id("https://arxiv.org/abs/2403.09638", "oai:arXiv.org:2403.09638v3")
    assert found is not None
    assert found.version == 3
    mixed = own_arxiv_id("https://arxiv.org/abs/2403.09638", "https://arxiv.org/abs/2403.09639v3")
    assert mixed is not None
    assert (mixed.base, mixed.version) == ("2403.09638", None)


@pytest.mark.parametrize(
    ("identifier", "link", "doi"),
    [
        ("doi:10.1101/2024.05.01.1", None, "10.1101/2024.05.01.1"),
        ("10.1145/ABC.12(3)", None, "10.1145/abc.12(3)"),
        (None, "https://doi.org/10.1145/12.34?x=1", "10.1145/12.34"),
        (None, "https://dl.example.org/doi/abs/10.1145/12.34", "10.1145/12.34"),
        (None, "https://blog.example.org/10.1145/12.34", None),
        ("10.48550/arXiv.2403.09638", None, None),
        ("isbn 978", None, None),
    ],
)
def test_doi_is_taken_from_identifiers_and_resolving_links(
    identifier: str | None, link: str | None, doi: str | None
) -> None:
    """A DOI is an identifier or what a DOI link resolves, in lower case; arXiv's own add nothing."""
    assert own_doi(identifier, link=link) == doi


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "ftp://a.b/c", "/relative", "", None, "http://a b", 7]
)
def test_only_web_addresses_are_links(link: object) -> None:
    """What is no http(s) address is dropped."""
    assert web_address(link) is None


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ann Li", ("Ann Li",)),
        ("Ann Li, Bo Chen", ("Ann Li", "Bo Chen")),
        ("Ann Li and Bo Chen", ("Ann Li", "Bo Chen")),
        ("Ann Li, Bo Chen, and Cy Dee", ("Ann Li", "Bo Chen", "Cy Dee")),
        ("Ann Li; Bo Chen", ("Ann Li", "Bo Chen")),
        ("Li, A., Chen, B. C.", ("Li, A.", "Chen, B. C.")),
        ("Li, Ann", ("Li, Ann",)),
        ("The Example Collaboration", ("The Example Collaboration",)),
        ("", ()),
    ],
)
def test_names_are_split_where_the_form_is_sure(line: str, names: tuple[str, ...]) -> None:
    """A line of authors is split only where it surely holds several."""
    assert split_names(line) == names


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two</p>", "One Two"),
        ("A <b>bold</b>, word", "A bold, word"),
        ("x<br/>y", "x y"),
        ("<script>alert(1)</script>Text<style>p{}</style>", "Text"),
        ("a &lt; b &amp; c", "a < b & c"),
        ("no markup", "no markup"),
        ("<p></p>", ""),
        ("<i>" * 300 + "deep <script>x</script>&amp; down" + "</i>" * 300, "deep & down"),
        ("<i>" * 300 + "text<script>never closed", "text"),
    ],
)
def test_markup_becomes_the_text_that_shows(markup: str, text: str) -> None:
    """Blocks are apart, words stay whole, scripts are gone; very long markup is only stripped."""
    assert text_of_html(markup) == text


@given(text=st.text("abc<>&\"' \u00e9\u4e2d", max_size=60))
def test_escaped_text_survives(text: str) -> None:
    """Text escaped as HTML comes back, blanks collapsed."""
    assert text_of_html(escape(text)) == " ".join(text.split())


@pytest.mark.parametrize(
    ("item", "day"),
    [
        ("<pubDate>Tue, 14 May 2024 09:30:00 +0200</pubDate>", date(2024, 5, 14)),
        ("<pubDate>nonsense</pubDate>", None),
        ("", None),
    ],
)
def test_day_of_a_post_is_its_publication(item: str, day: date | None) -> None:
    """A post's date is its day in UTC; an undated post is kept."""
    assert parsed(f"<title>T</title>{item}").entries[0].published == day


def test_item_is_known_by_guid_then_link_then_title() -> None:
    """The external id is stable from poll to poll, whatever the item has."""
    guid = "<guid isPermaLink='false'>g1</guid>"
    link = "<link>https://a.example.org/1</link>"
    first, second, third, fourth = parsed(
        f"<title>T</title>{guid}{link}",
        f"<title>T</title>{link}",
        "<title>T U</title>",
        "<title>t  u</title>",
    ).entries
    assert (first.external_id, second.external_id) == ("g1", "https://a.example.org/1")
    assert third.external_id == fourth.external_id
    assert third.external_id.startswith("title:")


def test_broken_feed_is_read_with_a_warning() -> None:
    """A feed with an HTML entity, as many write them, is read tolerantly and says so."""
    result = parsed("<title>A&nbsp;B</title><link>https://a.example.org/1</link>")
    assert [entry.title for entry in result.entries] == ["A B"]
    assert "not well-formed XML" in result.warnings[0]


def test_local_path_is_never_opened() -> None:
    """A feed whose whole text is a path is refused, not opened."""
    with pytest.raises(MalformedDocumentError):
        feed.parse("/etc/hostname", "x")


def is_mojibake(text: str) -> bool:
    """Tell text that feedparser takes for UTF-8 read as Latin-1 and mends."""
    try:
        return text.encode("latin-1").decode("utf-8") != text
    except UnicodeError:
        return False


@given(title=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"]), max_size=40))
@settings(deadline=None)
def test_title_survives_xml(title: str) -> None:
    """Any title escaped once for XML and once for HTML is read back, blanks collapsed and marks dropped."""
    assume(not is_mojibake(title))
    entries = parsed(f"<title>{escape(escape(title))}</title>").entries
    expected = text_of_html(escape(title))
    assert [entry.title for entry in entries] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("creator", "authors"),
    [
        ("rss-help@arxiv.org", ()),
        ("webmaster@lab.example.org", ()),
        ("{van der Berg}, Jan and Lima, Ana", ("van der Berg, Jan", "Lima, Ana")),
        ("ada@lab.example.org (Ada Byron)", ("Ada Byron",)),
    ],
)
def test_who_wrote_a_paper(creator: str, authors: tuple[str, ...]) -> None:
    """Addresses of a feed's staff are no authors, and BibTeX braces leave names."""
    item = f"<title>Of rivers</title><link>https://lab.example.org/r</link><dc:creator>{creator}</dc:creator>"
    text = (
        "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>t</title>"
        f"<item>{item}</item></channel></rss>"
    )
    assert feed.parse(text, "x").entries[0].authors == authors
