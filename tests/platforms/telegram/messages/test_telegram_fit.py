"""What of a reply goes into which Telegram message, and what is cut."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from examples import examples
from hostile_replies import hostile_reply
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram_promises import check
from telegram_reading import read
from telegram_rendering import CARD, FULL, all_rendered, labels, numbered, rendered, seen

from bot.domain.cards.card import Reason
from bot.domain.cards.make_card import card_of
from bot.domain.chat.command import Button, Text
from bot.domain.papers.paper import found
from bot.platforms.telegram.messages.render import render
from bot.sources.formats import overview
from bot.sources.formats.chatpaper import chatpaper

if TYPE_CHECKING:
    from pathlib import Path

    from bot.domain.cards.card import Card


def test_many_papers_are_one_message_that_says_less() -> None:
    """Abstracts are cut first, then summaries, so that ten papers with long titles are one message."""
    cards = numbered(10, title="A very long title " * 9, abstract="An abstract of words. " * 40)
    message = rendered(Text("Your digest", "heading"), *cards)

    assert seen(message).count("\nAn abstract") == 10
    assert read(message).units > 3_500


def test_details_are_given_up_in_their_order() -> None:
    """Abstracts are cut before summaries, those before reasons, reasons before links; titles stay."""
    long = replace(FULL, abstract="abstract " * 300, summary="summary " * 150)
    text = seen(rendered(long))
    assert "summary " * 149 in text
    assert "abstract…" in text

    longer = seen(rendered(replace(long, summary="summary " * 900)))
    assert longer.count("abstract ") < 10
    assert longer.count("summary") > 400
    assert "words: frames" in longer

    reasons = tuple(Reason("query " * 90, (f"word{number} " * 60,), number) for number in range(5))
    many = replace(long, summary="summary " * 900, reasons=reasons, takeaways=("takeaway " * 90,) * 12)
    many = replace(many, authors=("A name of sixty letters " * 3,) * 12, comment="comment " * 60)
    least = seen(rendered(replace(many, title="title " * 200)))
    assert "word1" not in least
    assert "Project\nSources" in least


def test_a_long_list_breaks_between_cards() -> None:
    """Where not even the least of each paper fits, there are more messages, each with its own buttons."""
    cards = numbered(40, title="A very long title " * 9)
    messages = all_rendered(Text("Found", "heading"), *cards, buttons=(Button("More", "/search x page:2"),))

    assert len(messages) > 1
    assert seen(messages[0]).startswith("Found\n\n1. ")
    assert [label for message in messages for row in labels(message) for label in row] == [
        *(str(number) for number in range(1, 41)),
        "More",
    ]


def test_a_list_with_too_many_entities_breaks() -> None:
    """Telegram drops what is over a hundred entities, so the papers go into more messages instead."""
    cards = numbered(80, title="Ti", abstract="", summary=None, reasons=(), authors=(), project_urls=())
    messages = all_rendered(*cards)

    assert len(messages) > 1
    assert sum(read(message).links().total() for message in messages) >= 80


def test_a_heading_goes_with_its_papers() -> None:
    """No message ends in the heading of what comes with the next one."""
    parts: list[Text | Card] = []
    for card in numbered(40, title="A very long title " * 9):
        parts += [Text(f"#{card.position} video", "heading"), card]
    messages = all_rendered(*parts)

    assert len(messages) > 1
    assert all(seen(message).startswith("#") for message in messages)
    assert not any(seen(message).splitlines()[-1].startswith("#") for message in messages)


def test_a_long_text_goes_on_in_the_next_message() -> None:
    """Nothing of our own text is cut: it is broken between lines, and a line between words."""
    text = "\n".join(f"line {number} " + "of words " * 60 for number in range(20)) + "\n" + "word " * 3_000
    messages = all_rendered(Text(text))

    assert " ".join(" ".join(seen(message) for message in messages).split()) == " ".join(text.split())


def test_a_long_code_goes_on_in_the_next_message() -> None:
    """What is copied with a tap is not cut either: the entry of a paper with a thousand authors, say."""
    text = (
        "@misc{key,\n  author = {"
        + " and ".join(f"Author, {n}" for n in range(1_000))
        + "},\n  year = 2024\n}"
    )
    messages = all_rendered(Text(text, "code"))

    assert "".join("".join(seen(message) for message in messages).split()) == "".join(text.split())
    assert {entity.kind for message in messages for entity in read(message).entities} == {"Pre"}


@pytest.mark.digests
@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_every_real_paper_is_a_message(shared_digests: Path, language: str) -> None:
    """Every paper of the real digests is one message alone, and ten are one message together."""
    cards = []
    for file in sorted(shared_digests.rglob("*.md")):
        text = file.read_text("utf-8")
        parse = (overview if overview.recognises(text[:65_536]) else chatpaper).parse
        papers = [
            found(entry, topic=None, now=0, source=file.stem) for entry in parse(text, file.name).entries
        ]
        cards += [card_of(paper, reasons=(Reason("diffusion", ("diffusion",), 1),)) for paper in papers]

    for card in cards:
        rendered(replace(card, full=True), language=language)
    for start in range(0, len(cards), 10):
        ten = [replace(card, position=at) for at, card in enumerate(cards[start : start + 10], start=1)]
        rendered(Text("Your digest", "heading"), *ten, language=language)
    assert len(cards) > 50


@settings(max_examples=examples(40))
@given(st.integers(0, 2**32), st.sampled_from(["en", "zh_Hans"]))
def test_all_promises_hold_for_hostile_papers(seed: int, language: str) -> None:
    """Whatever papers, texts and buttons hold, every message is read, fits, and leads only where it may."""
    reply = hostile_reply(random.Random(seed))  # noqa: S311 (test data)
    check(reply, render(reply, language))


def test_a_paper_of_ten_thousand_authors_is_one_message() -> None:
    """Monsters in every field at once are cut, and say so."""
    monster = replace(
        FULL,
        title="Title < & > " * 2_500,
        authors=tuple(f"Author {number}" for number in range(10_000)),
        abstract="\\frac{{{ $x " * 20_000,
        takeaways=("@admin " * 5_000,) * 50,
        code_urls=CARD.code_urls * 500,
        sources=("weekly.md",) * 500,
        reasons=CARD.reasons * 300,
    )

    text = seen(rendered(monster))

    assert "+9988" in text or "+9997" in text
    assert text.count("…") >= 3
