"""/search where few papers have all words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from invented_digests import entry

if TYPE_CHECKING:
    from conversation import Conversation

    from bot.domain.cards.card import Card

pytest_plugins = ("conversation_fixtures",)


def lacking(card: Card) -> tuple[str, ...]:
    """Return which words a card says that its paper has not."""
    return card.reasons[0].lacking


async def bring(chat: Conversation) -> None:
    """Store some papers about water."""
    await chat.bring(
        entry("2503.00001v1", "River ice in spring"),
        entry("2503.00002v1", "On water", "River ice breaks in spring; a flood follows."),
        entry("2503.00003v1", "Of lakes", "Nothing flows here."),
        entry("2503.00004v1", "Medical river ice"),
        *(entry(f"2503.001{number:02}v1", f"Of rivers, part {number}") for number in range(20)),
    )


async def test_a_request_is_answered_with_what_comes_near(chat: Conversation) -> None:
    """Papers with most of the telling words come first, each with the words that it lacks."""
    await bring(chat)
    told = await chat.say("/search find me papers about river ice in spring and avalanches")
    assert told.text.startswith("No paper has all of these words; nearest:")
    assert told.ids[:2] == ["arxiv:2503.00001", "arxiv:2503.00002"]
    assert [lacking(card) for card in told.cards[:2]] == [("avalanches",), ("avalanches",)]
    assert told.commands[-1] == "/subscribe river ice spring avalanches"


async def test_what_is_found_comes_first(chat: Conversation) -> None:
    """Papers with all words are before those that come near, and no paper comes twice on any page."""
    await bring(chat)
    whole = await chat.say("/search river ice spring flood")
    assert whole.text.startswith("river ice spring flood: 1 paper")
    assert "No more papers have all of these words; nearest:" in whole.text
    assert whole.ids == ["arxiv:2503.00002", "arxiv:2503.00001"]
    assert [card.position for card in whole.cards] == [1, 2]
    first = await chat.say("/search river ice spring flood 1")
    second = await chat.say(first.commands[0])
    assert first.ids + second.ids == whole.ids
    assert second.cards[0].position == 2
    beyond = await chat.say("/search river ice spring flood page:3 1")
    assert "There are no more: 2 papers in all." in beyond.text


async def test_exact_shows_what_has_all_words(chat: Conversation) -> None:
    """With `--exact` nothing comes that lacks a word."""
    await bring(chat)
    assert (await chat.say("/search river ice flood --exact")).ids == ["arxiv:2503.00002"]
    assert "No paper matches" in (await chat.say("/search river ice avalanches --exact")).text


async def test_exclusions_and_phrases_stay_binding(chat: Conversation) -> None:
    """What must not be there is not in what comes near, and a phrase is in each of them."""
    await bring(chat)
    without = await chat.say("/search river ice avalanches -medical")
    assert "arxiv:2503.00004" not in without.ids
    assert without.ids
    phrase = await chat.say('/search "breaks in spring" ice avalanches')
    assert phrase.ids == ["arxiv:2503.00002"]


async def test_a_slip_is_told_beside_what_comes_near(chat: Conversation) -> None:
    """Where a word is in no paper, the word that was perhaps meant is offered, too."""
    await bring(chat)
    told = await chat.say("/search river ice sprnig")
    assert told.ids[:1] == ["arxiv:2503.00004"]
    assert "No paper has sprnig; near it is spring" in told.text
    assert told.commands[0] == "/search river ice spring"


async def test_what_is_far_is_not_shown(chat: Conversation) -> None:
    """A paper with less than half of the weight does not come."""
    await bring(chat)
    assert (await chat.say("/search lakes avalanches glaciers tundra")).ids == []
