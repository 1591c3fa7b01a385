"""Answers of arXiv's query API, beyond their samples."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.domain.papers.parsed_entry import Document
from bot.errors import MalformedDocumentError
from bot.sources import parse_document
from bot.sources.formats import arxiv_query

DATA = Path(__file__).resolve().parents[2] / "data" / "arxiv-query"
FEED = "<feed xmlns='http://www.w3.org/2005/Atom'><title>ArXiv Query: x</title>{}</feed>"


def test_facts_beyond_the_json_are_read() -> None:
    """Versioned id, DOI and categories with the primary first are kept."""
    entry, old = parse_document(Document("answer.xml", (DATA / "answer.xml").read_bytes())).entries
    assert (entry.external_id, entry.doi) == ("2403.99701v2", "10.9999/borrow.1")
    assert entry.categories == ("cs.CV", "cs.AI")
    assert entry.published == date(2024, 2, 28)
    assert old.external_id == "math/0309702v1"


def test_error_entry_is_an_error_with_its_text() -> None:
    """A refused query is no empty answer: its reason is told."""
    entry = (
        "<entry><id>https://arxiv.org/api/errors#incorrect_id_format_for_1</id><title>Error</title>"
        "<summary>incorrect id format for 1</summary></entry>"
    )
    with pytest.raises(MalformedDocumentError, match="refused the query: incorrect id format for 1"):
        arxiv_query.parse(FEED.format(entry), "x")


@pytest.mark.parametrize(
    ("link", "external_id"),
    [
        ("http://arxiv.org/abs/2403.99701v1", "2403.99701v1"),
        ("https://arxiv.org/abs/2403.99701v12", "2403.99701v12"),
        ("http://export.arxiv.org/abs/hep-th/9901701v1", "hep-th/9901701v1"),
        ("http://arxiv.org/abs/math.GT/0309136v1", "math/0309136v1"),
    ],
)
def test_id_is_read_in_every_spelling(link: str, external_id: str) -> None:
    """The id is an http or https address, of the new or the old style."""
    (entry,) = arxiv_query.parse(FEED.format(f"<entry><id>{link}</id><title>T</title></entry>"), "x").entries
    assert entry.external_id == external_id


def test_entry_without_id_is_left_out_with_a_warning() -> None:
    """An entry whose id is no arXiv address is no paper."""
    parsed = arxiv_query.parse(FEED.format("<entry><id>urn:x</id><title>T</title></entry>"), "x")
    assert parsed.entries == ()
    assert len(parsed.warnings) == 1


@pytest.mark.parametrize("text", ["<feed><a></feed>", "<feed>&nbsp;</feed>", "<feed></feed><feed></feed>"])
def test_broken_xml_is_refused_with_the_place(text: str) -> None:
    """The API writes well-formed XML, so anything else is damage."""
    with pytest.raises(MalformedDocumentError, match=r"not well-formed XML: .*line 1"):
        arxiv_query.parse(text, "x")
