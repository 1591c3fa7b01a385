"""/sources: whoever sits at the terminal names what is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.storage.archive import sources

if TYPE_CHECKING:
    from conversation import Conversation

    from bot.storage.engine.database import Database

pytest_plugins = ("conversation_fixtures",)


async def polled(archive: Database) -> list[str]:
    """Return the labels of the sources that are polled."""
    async with archive.read() as connection:
        return [one.label for one in await sources.active(connection)]


async def test_a_source_is_named(archive: Database, chat: Conversation) -> None:
    """A source is polled from then on, and the list has it."""
    told = await chat.say("/sources arxiv:cs.CV")
    assert told.text.startswith("arxiv:cs.CV is read from now on")
    assert await polled(archive) == ["arxiv:cs.CV"]
    assert "arxiv:cs.CV" in (await chat.say("/sources")).text


async def test_a_source_that_cannot_be_used(archive: Database, chat: Conversation) -> None:
    """What can't be a source is told as the command line tells it; nothing is polled."""
    told = await chat.say("/sources arxiv:not a category")
    assert "is not an arXiv category" in told.text
    assert await polled(archive) == []


async def test_nothing_is_read(chat: Conversation) -> None:
    """Without a source, arXiv's usual categories are offered."""
    told = await chat.say("/sources")
    assert told.commands == ["/sources arxiv"]
    assert "arxiv:cs.AI+cs.CL+cs.CV+cs.LG is read" in (await chat.say(told.commands[0])).text
