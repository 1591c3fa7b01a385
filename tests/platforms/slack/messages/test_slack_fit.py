"""What of a reply goes into which Slack message, and what is cut."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from examples import examples
from hostile_replies import hostile_reply
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_promises import check
from slack_reading import links, rows, seen, spans
from slack_rendering import CARD, FULL, all_rendered, numbered, rendered, thread

from bot.domain.cards.card import Card, Reason
from bot.domain.cards.evidence import marks
from bot.domain.cards.make_card import card_of
from bot.domain.chat.command import Button, Reply, Text
from bot.domain.papers.paper import found
from bot.platforms.slack.blocks.block_kit import size
from bot.platforms.slack.blocks.limits import BLOCKS_SIZE
from bot.platforms.slack.messages.render import render, thread_of
from bot.sources.formats import overview
from bot.sources.formats.chatpaper import chatpaper

if TYPE_CHECKING:
    from pathlib import Path


def test_many_papers_are_one_message_that_says_less() -> None:
    """What the full cards have anyway goes first, then excerpts are cut: ten papers are one message."""
    cards = numbered(
        10, title="A very long title " * 9, title_marks=(), abstract="An abstract of words. " * 40
    )
    message = rendered(Text("Your digest", "heading"), *cards)

    assert seen(message).count("\nAn abstract") == 10
    assert len(rows(message.blocks)[0]) == 4
    assert size(list(message.blocks)) > BLOCKS_SIZE - 1_000


def test_details_are_given_up_in_their_order() -> None:
    """Abstracts are cut before summaries, those before reasons, reasons before links; titles stay."""
    long = replace(
        FULL, abstract="abstract " * 300, summary="summary " * 300, takeaways=("point " * 400,) * 3
    )
    text = seen(rendered(long))
    assert "summary " * 299 in text
    assert "abstract " * 20 in text
    assert "point…" in text

    reasons = tuple(Reason("query " * 60, (f"word{number} " * 60,), number) for number in range(5))
    many = replace(
        long, reasons=reasons, takeaways=("point " * 400,) * 12, authors=("A name & more " * 5,) * 12
    )
    longer = seen(rendered(replace(many, abstract="&" * 3_000, summary="&" * 3_000)))
    assert "& more" in longer
    assert "matches #4 query" in longer
    assert "PDF · Code · Project" in longer


def test_a_long_list_breaks_between_cards() -> None:
    """Where not even the least of each paper fits, there are more messages, each with its own buttons."""
    cards = numbered(40, title="A very long title " * 9)
    messages = all_rendered(Text("Found", "heading"), *cards, buttons=(Button("More", "/search x page:2"),))

    assert len(messages) > 1
    assert seen(messages[0]).startswith("Found\n1. ")
    opened = [command for message in messages for row in rows(message.blocks) for _, command in row[:1]]
    assert opened == [*(f"/paper 2401.{99_000 + number}" for number in range(1, 41)), "/search x page:2"]


def test_a_heading_goes_with_its_papers() -> None:
    """No message ends in the heading of what comes with the next one."""
    parts: list[Text | Card] = []
    for card in numbered(40, title="A very long title " * 9):
        parts += [Text(f"#{card.position} video", "heading"), card]
    messages = all_rendered(*parts)

    assert len(messages) > 1
    assert all(seen(message).startswith("#") for message in messages)
    assert not any(seen(message).splitlines()[-1].startswith("#") for message in messages)


def test_sixty_paragraphs_are_two_messages() -> None:
    """Where there is room for the characters but not for the blocks, there are more messages."""
    messages = all_rendered(*(Text(f"Number {number}", "hint") for number in range(60)))

    assert [len(message.blocks) for message in messages] == [50, 10]


def test_a_long_text_goes_on_in_the_next_message() -> None:
    """Nothing of our own text is cut: it is broken between lines, and a line between words."""
    text = "\n".join(f"line {number} " + "of words " * 60 for number in range(40)) + "\n" + "word " * 3_000
    messages = all_rendered(Text(text))

    assert len(messages) > 1
    assert " ".join(" ".join(seen(message) for message in messages).split()) == " ".join(text.split())


def test_a_paper_of_ten_thousand_authors_is_one_message() -> None:
    """Monsters in every field at once are cut, and say so; so they are where each character is escaped."""
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

    for char in ("&", '"', "\\", "<"):
        many = char * 30_000
        address = "https://x.example/?" + "&" * 150
        monster = replace(
            monster,
            paper_id=f"title:{many[:140]}",
            title=many,
            url=address,
            pdf_url=address,
            authors=(many,) * 50,
            category=many,
            comment=many,
            abstract=many,
            summary=many,
            takeaways=(many,) * 50,
            code_urls=(address,) * 50,
            reasons=(Reason(many, (many,), 1),) * 9,
            sources=(many,),
        )
        rendered(monster)
        rendered(replace(monster, full=False))
        thread(replace(monster, full=False))


def test_an_address_that_is_too_long_is_not_linked() -> None:
    """An address of thousands of characters would leave no room for the paper; the next one is linked."""
    message = rendered(replace(CARD, url="https://x.example/" + "x" * 2_000))

    assert links(message)[0] == ("Editing ", CARD.pdf_url)


@pytest.mark.digests
@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_every_real_paper_is_a_message(shared_digests: Path, language: str) -> None:
    """Every paper of the real digests is a message; ten are one message, and their thread is whole."""
    reasons = (Reason("diffusion", ("diffusion",), 1),)
    cards = []
    for file in sorted(shared_digests.rglob("*.md")):
        text = file.read_text("utf-8")
        parse = (overview if overview.recognises(text[:65_536]) else chatpaper).parse
        for entry in parse(text, file.name).entries:
            paper = found(entry, topic=None, now=0, source=file.stem)
            card = card_of(paper)
            cards.append(
                card_of(
                    paper,
                    reasons=reasons,
                    title_marks=marks(card.title, reasons),
                    abstract_marks=marks(card.abstract, reasons),
                )
            )

    for card in cards:
        assert seen(rendered(replace(card, full=True), language=language)).count(card.abstract) == 1
    for start in range(0, len(cards), 10):
        ten = [replace(card, position=at) for at, card in enumerate(cards[start : start + 10], start=1)]
        digest = rendered(Text("Your digest", "heading"), *ten, language=language)
        assert sum(word.casefold() == "diffusion" for word in spans(digest, "bold")) > len(ten) / 3
        whole = "".join(map(seen, thread(*ten, language=language)))
        assert all(card.abstract in whole for card in ten)
    assert len(cards) > 50


@settings(max_examples=examples(8))
@given(st.integers(0, 2**32), st.sampled_from(["en", "zh_Hans"]))
def test_all_promises_hold_for_hostile_papers(seed: int, language: str) -> None:
    """Whatever papers hold, every message is valid, calls nobody, and leads only where it may."""
    reply = hostile_reply(random.Random(seed))  # noqa: S311 (test data)
    check(reply, render(reply, language))
    listed = [replace(card, full=True) for card in reply.parts if isinstance(card, Card) and not card.full]
    if listed:
        check(Reply(tuple(listed)), thread_of(reply, language))
