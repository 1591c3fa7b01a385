"""Which papers links and messages name, and the cards below links, without Slack."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hostile_replies import hostile_card
from hypothesis import given
from hypothesis import strategies as st
from slack_reading import objects

from bot.domain.chat.command import Reply
from bot.platforms.slack.blocks.shorten import shortened_blocks
from bot.platforms.slack.blocks.validate import problems
from bot.platforms.slack.interactions.paper_links import MOST_NAMED, named_papers, paper_id_of
from bot.platforms.slack.interactions.unfurls import MOST, named_links, unfurl_blocks
from bot.platforms.slack.messages.render import render

RANDOMS = st.integers(0, 2**32).map(Random)  # noqa: S311 (test data)
"""Where hostile texts come from, each time the same for the same number."""
IDS = st.builds(
    lambda year, month, number: f"{year:02}{month:02}.{number:05}",
    st.integers(15, 30),
    st.integers(1, 12),
    st.integers(1, 99_999),
)
PAGES = st.sampled_from(
    (
        "https://arxiv.org/abs/{}",
        "https://arxiv.org/pdf/{}v2",
        "http://www.arxiv.org/pdf/{}.pdf",
        "https://arxiv.org/html/{}v1#S3.E4",
        "https://export.arxiv.org/abs/{}?context=cs",
        "https://doi.org/10.48550/arXiv.{}",
        "https://dx.doi.org/10.48550%2FarXiv.{}",
        "https://huggingface.co/papers/{}",
    )
)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(IDS, PAGES)
def test_every_page_of_a_paper_names_it(number: str, page: str) -> None:
    """Abstract, PDF, HTML, DOI and Hugging Face, with versions and fragments."""
    assert paper_id_of(page.format(number)) == f"arxiv:{number}"


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("https://doi.org/10.1000/ABC.1", "doi:10.1000/abc.1"),
        ("https://doi.org/10.1002/(SICI)1%3C2%3A%3A3%3E4", "doi:10.1002/(sici)1<2::3>4"),
        ("https://arxiv.org/abs/hep-th/9901001v2", "arxiv:hep-th/9901001"),
        ("https://doi.org/", None),
        ("https://doi.org/about/us", None),
        ("https://arxiv.org/list/cs.CV/recent", None),
        ("https://arxiv.org/abs/9999.99999", None),
        ("https://arxiv.org.evil.example/abs/2401.99001", None),
        ("https://evil.example/?https://arxiv.org/abs/2401.99001", None),
        ("https://huggingface.co/models/2401.99001", None),
        ("ftp://arxiv.org/abs/2401.99001", None),
        ("https://[::1/abs", None),
        ("", None),
    ],
)
def test_other_addresses_name_none(url: str, named: str | None) -> None:
    """Hosts are compared whole, and lists and abouts are no papers."""
    assert paper_id_of(url) == named


@given(st.text())
def test_any_text_may_be_an_address(text: str) -> None:
    """Nothing raises, and what is named is an id of ours."""
    for url in (text, f"https://doi.org/{text}", f"https://arxiv.org/{text}"):
        named = paper_id_of(url)
        assert named is None or named.startswith(("arxiv:", "doi:10."))


@given(ANY_JSON, ANY_JSON)
def test_any_message_may_be_looked_at(text: object, blocks: object) -> None:
    """Nothing raises, whatever Slack says a message is."""
    named = named_papers({"text": text, "blocks": blocks, "attachments": [text, blocks]})
    assert len(named) == len(set(named)) <= MOST_NAMED


@given(st.lists(IDS, min_size=1, max_size=6, unique=True), PAGES, st.data())
def test_the_papers_of_a_message_are_found_in_order(ids: list[str], page: str, data: st.DataObject) -> None:
    """In text, in links of blocks and in attachments, each once."""
    message: dict[str, Any] = {"text": "", "blocks": [], "attachments": []}
    expected = []
    places = data.draw(st.lists(st.sampled_from(range(3)), min_size=len(ids), max_size=len(ids)).map(sorted))
    for number, place in zip(ids, places, strict=True):
        url = page.format(number)
        if place == 0:
            message["text"] += data.draw(st.sampled_from((f"<{url}|x> ", f"<{url}>, ", f"see {url}. ")))
        elif place == 1:
            link = {"type": "link", "url": url}
            message["blocks"].append({"elements": [{"elements": [link, link]}]})
        else:
            message["attachments"].append({"title_link": url, "text": f"*{number}*"})
        expected.append(f"arxiv:{number}")
    assert list(named_papers(message)) == expected


def test_a_card_of_ours_names_its_paper(card_json: dict[str, Any]) -> None:
    """By its buttons, also where the paper has no page."""
    assert named_papers(card_json) == ("title:a paper without a page",)


@pytest.fixture
def card_json() -> dict[str, Any]:
    """A message of the bot with one card."""
    from bot.domain.cards.card import Card

    card = Card(paper_id="title:a paper without a page", title="A paper without a page", full=True)
    [message] = render(Reply((card,)), "en")
    return {"text": message.text, "blocks": list(message.blocks)}


def test_ids_are_found_where_they_say_what_they_are() -> None:
    """`arXiv:` is before it; a bare number may be a date or a price."""
    assert named_papers({"text": "arXiv:2401.99001v2 and ARXIV: 2401.99002."}) == (
        "arxiv:2401.99001",
        "arxiv:2401.99002",
    )
    assert named_papers({"text": "on 2401.99001 we paid 1234.56789"}) == ()


def test_so_many_links_get_cards_and_no_more() -> None:
    """Two addresses of one paper are one lookup, and both get its card."""
    urls = [f"https://arxiv.org/abs/2401.9900{number}" for number in range(1, 9)]
    twice = "https://arxiv.org/pdf/2401.99001"
    found = named_links({"links": [{"url": url} for url in (*urls, twice, "https://x.example")]})
    assert len(found) == MOST
    assert found["arxiv:2401.99001"] == [urls[0], twice]
    assert named_links({}) == {}


@given(RANDOMS, st.sampled_from(("en", "zh_Hans")))
def test_slack_takes_every_card_below_a_link(source: Random, language: str) -> None:
    """Whatever a paper says, the card is valid, and none of it is read as markup."""
    blocks = shortened_blocks(unfurl_blocks(hostile_card(source, None), language))
    assert problems(blocks) == []
    kinds = {one["type"] for one in objects(blocks) if isinstance(one.get("type"), str)}
    written = "rich_text rich_text_section rich_text_quote text link"
    assert kinds <= set(f"{written} actions button plain_text".split())
