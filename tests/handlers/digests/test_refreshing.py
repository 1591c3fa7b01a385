"""/refresh: sources are read at once, not too often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from invented_digests import entry

from bot.storage.archive import sources

if TYPE_CHECKING:
    from conversation import Conversation

    from bot.storage.engine.database import Database

pytest_plugins = ("conversation_fixtures",)

ONE, TWO = "https://one.example.org/feed", "https://two.example.org/feed"


async def due(archive: Database, chat: Conversation) -> list[str]:
    """Return the labels of the sources that are polled next."""
    async with archive.read() as connection:
        return [one.label for one in await sources.due(connection, now=int(chat.now.timestamp()))]


async def rest(archive: Database, chat: Conversation) -> None:
    """Let all sources be due in an hour."""
    async with archive.write() as connection:
        for source in await sources.active(connection):
            await sources.save_failure(
                connection,
                source.id,
                error="HTTP 500",
                failures=1,
                now=int(chat.now.timestamp()),
                next_poll_at=int(chat.now.timestamp()) + 3_600,
            )


async def test_sources_are_read_at_once(archive: Database, chat: Conversation) -> None:
    """All sources are due at once, a failing one too; within five minutes they are not read again."""
    await chat.bring(entry("2503.00001v1", "On rivers"), source=ONE)
    await chat.bring(entry("2503.00002v1", "On lakes"), source=TWO)
    await rest(archive, chat)
    chat.later(minutes=5)
    told = await chat.say("/refresh")
    assert told.text.startswith(f"Reading now: {ONE}, {TWO}.")
    assert await due(archive, chat) == [ONE, TWO]
    await rest(archive, chat)
    chat.later(minutes=2)
    early = await chat.say("/refresh")
    assert f"{ONE} was read at 09:05; again from 09:10." in early.text
    assert await due(archive, chat) == []


async def test_one_source_is_read_at_once(archive: Database, chat: Conversation) -> None:
    """A source that is named is read alone; one that nobody knows is answered with those that are read."""
    for source in (ONE, TWO):
        await chat.bring(entry("2503.00001v1", "On rivers"), source=source)
    await rest(archive, chat)
    chat.later(hours=0.5)
    assert (await chat.say(f"/refresh {TWO}")).text.startswith(f"Reading now: {TWO}.")
    assert await due(archive, chat) == [TWO]
    assert (await chat.say("/refresh weather")).commands == [f"/refresh {ONE}", f"/refresh {TWO}"]


async def test_without_a_source_it_says_so(chat: Conversation) -> None:
    """Where nothing is read, the answer says who can change that."""
    assert "No source is polled" in (await chat.say("/refresh")).text
