"""Several ids at once, in /search, /paper, /save, /unsave and /bibtex."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conversation import Conversation
from invented_digests import entry, numbered

if TYPE_CHECKING:
    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

TWO = ["arxiv:2503.00001", "arxiv:2503.00002"]


@pytest.fixture
async def chat(database: Database) -> Conversation:
    """A chat on an archive of 25 papers."""
    chat = Conversation(database)
    await chat.bring(*numbered(25, "rivers"))
    return chat


LISTS = (
    "2503.00001 2503.00002",
    "https://arxiv.org/abs/2503.00001 https://arxiv.org/pdf/2503.00002v3",
    "https://arxiv.org/abs/2503.00001\nhttps://huggingface.co/papers/2503.00002",
    "2503.00001, arXiv:2503.00002 and 2503.00001",
    "- 2503.00001\n- 2503.00002\n",
    "1. https://arxiv.org/abs/2503.00001\n2. https://arxiv.org/abs/2503.00002",
    "Two good ones (https://arxiv.org/abs/2503.00001, https://arxiv.org/abs/2503.00002).",
    "id:2503.00001 OR id:2503.00002",
)


@pytest.mark.parametrize("command", ["", "/search "])
async def test_ids_side_by_side_are_a_list(chat: Conversation, command: str) -> None:
    """Each paper has its card, in the order of the list and once, and all are saved by one button."""
    for text in LISTS:
        told = await chat.say(command + text)
        assert told.ids == TWO, text
        assert [card.position for card in told.cards] == [1, 2], text
        assert told.commands == ["/save 2503.00001 2503.00002", "/bibtex 2503.00001 2503.00002"], text
    saved = await chat.say(told.commands[0])
    assert saved.text == "Saved: 2 papers"
    assert sorted((await chat.say("/saved")).ids) == TWO
    assert (await chat.say("/save 2503.00002 2503.00003")).text == "Saved: 1 paper · Saved before: 1 paper"
    assert (await chat.say(saved.commands[1])).text == "No longer saved: Work 1 on rivers; Work 2 on rivers"
    assert (await chat.say("/saved")).ids == ["arxiv:2503.00003"]


async def test_a_post_with_one_link_is_about_that_paper(chat: Conversation) -> None:
    """What somebody wrote around a link is not searched for."""
    told = await chat.say("Wow, look at this new paper! https://arxiv.org/abs/2503.00004v2 #rivers")
    assert told.ids == ["arxiv:2503.00004"]
    assert told.cards[0].full


async def test_what_is_missing_of_a_list_is_named(chat: Conversation) -> None:
    """What is known is shown, the rest named; where nothing is known, that is the answer."""
    told = await chat.say("/paper 2503.00001 2504.00009 10.1234/x 2503.00002")
    assert told.ids == TWO
    assert told.text == "Not in the archive yet: 2504.00009, 10.1234/x"
    one = await chat.say("2503.00001 2504.00009")
    assert one.cards[0].full
    assert one.text == "Not in the archive yet: 2504.00009"
    for command in ("search", "paper", "save", "bibtex", "unsave"):
        none = await chat.say(f"/{command} 2504.00009 2504.00010")
        assert none.text == "Not in the archive yet: 2504.00009, 2504.00010"
        assert not none.cards


async def test_a_list_has_twenty_papers_at_most(chat: Conversation) -> None:
    """What is over is counted, not passed over in silence."""
    listed = " ".join(f"2503.{number:05}" for number in range(1, 26))
    told = await chat.say(listed)
    assert len(told.ids) == 20
    assert told.text == "At most 20 papers at once; 5 more were left out."
    assert (await chat.say(f"/save {listed}")).text.startswith("Saved: 20 papers\nAt most 20")


async def test_the_same_paper_by_two_ids_is_one(chat: Conversation) -> None:
    """An arXiv id and a DOI of one paper make one card."""
    await chat.bring(entry("2503.00100v1", "On deep rivers", doi="10.1234/deep"))
    assert (await chat.say("2503.00100 10.1234/deep")).ids == ["arxiv:2503.00100"]


async def test_bibtex_of_several_has_different_keys(chat: Conversation) -> None:
    """Entries whose keys would be the same are told apart by a letter."""
    for number in (101, 102, 103):
        await chat.bring(entry(f"2503.00{number}v1", f"Rivers run, part {number}", authors=("Yang Song",)))
    told = await chat.say("/bibtex 2503.00101 2503.00102 2503.00103")
    keys = [line for line in told.text.splitlines() if line.startswith("@")]
    assert keys == ["@misc{song2025rivers,", "@misc{song2025riversb,", "@misc{song2025riversc,"]
    assert told.commands == ["/paper 2503.00101 2503.00102 2503.00103"]
