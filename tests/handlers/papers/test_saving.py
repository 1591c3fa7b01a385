"""/save, /unsave, /saved and /bibtex, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conversation import Conversation
from invented_digests import entry, numbered

if TYPE_CHECKING:
    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)


@pytest.fixture
async def chat(database: Database) -> Conversation:
    """A chat on an archive of seven papers."""
    chat = Conversation(database)
    await chat.bring(*numbered(7, "rivers"))
    return chat


async def test_saving_and_removing(chat: Conversation) -> None:
    """A paper is saved once, is listed, and can be removed and saved again by the buttons."""
    told = await chat.say("/save 2503.00001")
    assert told.text == "Saved: Work 1 on rivers"
    assert told.tones == ["ok"]
    assert told.commands == ["/saved", "/unsave 2503.00001"]
    assert (await chat.say("/save https://arxiv.org/abs/2503.00001v2")).text.startswith("It is saved already")
    listed = await chat.say("/saved")
    assert listed.text == "1 saved paper"
    assert listed.ids == ["arxiv:2503.00001"]
    gone = await chat.say(listed.commands[0])
    assert gone.text == "No longer saved: Work 1 on rivers"
    assert "saved no paper" in (await chat.say("/saved")).text
    assert (await chat.say("/unsave 2503.00001")).text.startswith("It was not saved")
    await chat.say(gone.commands[0])
    assert (await chat.say("/saved")).ids == ["arxiv:2503.00001"]


async def test_saved_papers_come_page_by_page(chat: Conversation) -> None:
    """The last saved first, five a page, numbered through, each with a button that removes it."""
    for number in (3, 1, 7, 2, 5, 4):
        await chat.say(f"/save 2503.{number:05}")
        chat.later(seconds=1)
    first = await chat.say("/saved")
    assert first.text == "6 saved papers · 1–5"
    assert first.ids == [f"arxiv:2503.{number:05}" for number in (4, 5, 2, 7, 1)]
    assert [card.position for card in first.cards] == [1, 2, 3, 4, 5]
    assert first.commands[:2] == ["/saved page:2", "/unsave 2503.00004"]
    assert len(first.commands) == 6
    second = await chat.say(first.commands[0])
    assert second.text == "6 saved papers · 6–6"
    assert second.ids == ["arxiv:2503.00003"]
    assert second.cards[0].position == 6
    assert second.commands == ["/unsave 2503.00003"]
    beyond = await chat.say("/saved page:3")
    assert beyond.text == "There are no more: 6 papers in all."
    assert beyond.commands == ["/saved"]


async def test_each_chat_saves_for_itself(chat: Conversation, database: Database) -> None:
    """What one chat saves, another has not saved."""
    await chat.say("/save 2503.00001")
    neighbour = Conversation(database, "two")
    told = await neighbour.say("/saved")
    assert told.text == "You have saved no paper yet."
    assert told.commands == ["/save 2503.00007"]


async def test_what_names_no_paper(chat: Conversation, database: Database) -> None:
    """Unknown papers, odd pages and missing arguments are answered with what to do."""
    assert (await chat.say("/save 2503.99999")).text == "2503.99999 is not in the archive."
    assert (await chat.say("/unsave")).commands == ["/save 2503.00007"]
    await chat.say("/save 2503.00002")
    assert (await chat.say("/unsave")).commands == ["/unsave 2503.00002"]
    assert (await chat.say("/saved rivers")).commands == ["/saved", "/saved page:2"]
    assert (await chat.say("/saved page:zero")).commands == ["/saved page:2"]
    assert (await Conversation(database).say("/saved page:2")).text.startswith("There are no more")


async def test_a_paper_that_gets_its_id_later_stays_saved(chat: Conversation) -> None:
    """A paper saved by its title is the same when its arXiv number becomes known."""
    from bot.domain.papers.parsed_entry import Entry

    title = "A long and telling title about the noise of many rivers in spring"
    await chat.bring(Entry(title=title, external_id="1", url="https://x.test/1", authors=("Ada Example",)))
    await chat.say((await chat.say("/saved")).commands[0])
    await chat.bring(entry("2503.00099v1", title, authors=("Ada Example",)))
    assert (await chat.say("/saved")).ids == ["arxiv:2503.00099"]


async def test_bibtex(chat: Conversation) -> None:
    """The entry is the whole answer, to be copied."""
    await chat.bring(entry("2503.00100v1", "On Deep Rivers", authors=("Yang Song",), categories=("cs.CV",)))
    told = await chat.say("/bibtex 2503.00100")
    assert told.text.startswith("@misc{song2025deep,\n  title = {On Deep Rivers},\n  author = {Song, Yang},")
    assert told.text.endswith("}\n}")
    assert told.commands == ["/paper 2503.00100"]
    assert (await chat.say("/cite 2503.00100")).text == told.text


async def test_a_whole_paper_offers_them(chat: Conversation) -> None:
    """/paper has a button for each, and each works."""
    commands = (await chat.say("/paper 2503.00001")).commands
    assert {"/save 2503.00001", "/bibtex 2503.00001", "/mute 2503.00001"} <= set(commands)
    for command in commands:
        assert "error" not in (await chat.say(command)).tones
