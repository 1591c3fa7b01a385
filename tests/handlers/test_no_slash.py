"""Commands typed without their slash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from invented_digests import entry, numbered

if TYPE_CHECKING:
    from conversation import Conversation

pytest_plugins = ("conversation_fixtures",)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("subscribe rivers", "/subscribe rivers"),
        ("订阅 河流", "/subscribe 河流"),
        ("Subscribe Deep Rivers", "/subscribe Deep Rivers"),
        ("save 2503.00001", "/save 2503.00001"),
        ("unsubscribe 1", "/unsubscribe 1"),
        ("subscribe (rivers", "/subscribe (rivers"),
        ("pause", "/pause"),
    ],
)
async def test_a_command_that_acts_is_asked_for_first(chat: Conversation, typed: str, meant: str) -> None:
    """Nothing changes without a press, and the words can still be searched for."""
    await chat.bring(*numbered(3, "rivers"))
    told = await chat.say(typed)
    assert told.text == f"Did you mean {meant}?"
    assert told.commands == [meant, f"/search {typed}"]
    assert not told.cards
    assert (await chat.say("/subscriptions")).text.startswith("You have no subscription")


async def test_the_button_carries_it_out(chat: Conversation) -> None:
    """One press does what was meant."""
    await chat.bring(*numbered(3, "rivers"))
    told = await chat.say("subscribe rivers")
    assert "#1 rivers" in (await chat.say(told.commands[0])).text


@pytest.mark.parametrize("word", ["digest", "help", "latest", "帮助"])
async def test_a_command_that_looks_up_is_offered_above(chat: Conversation, word: str) -> None:
    """A text that is nothing but a command's name has that as its first button."""
    told = await chat.say(word)
    assert told.text.startswith("Did you mean /")
    assert told.commands[0] in {"/digest", "/help", "/latest"}


async def test_words_of_a_title_are_searched_for(chat: Conversation) -> None:
    """A first word that is a command's name as well is a word where papers have all of them."""
    await chat.bring(entry("2503.00001v1", "Language models for rivers"))
    told = await chat.say("language models")
    assert told.ids == ["arxiv:2503.00001"]
    assert "Did you mean" not in told.text
    alone = await chat.say("language")
    assert alone.ids == ["arxiv:2503.00001"]
    assert alone.commands[0] == "/language"


async def test_a_slip_is_offered_where_nothing_has_all_words(chat: Conversation) -> None:
    """A name with a slip of the fingers is offered above what comes near."""
    await chat.bring(*numbered(3, "rivers"))
    told = await chat.say("subscrib rivers")
    assert told.text == "Did you mean /subscribe rivers?"
    assert (await chat.say("/search subscrib rivers")).text.startswith("No paper has all of these words")
    assert "Did you mean" not in (await chat.say("rivers")).text


async def test_a_request_in_words_is_no_command(chat: Conversation) -> None:
    """`find me papers about ...` is a search for what it is about."""
    await chat.bring(*numbered(3, "rivers"))
    told = await chat.say("find me papers about rivers and glaciers")
    assert "Did you mean" not in told.text
    assert told.ids
