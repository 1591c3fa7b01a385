"""An archive without papers says what is wrong, since when, and what the reader can do about it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from conversation import START, Conversation

from bot.domain.sources.source_uri import parse_source_uri
from bot.services.installation.hold_lease import hold_lease
from bot.services.reading.poll_sources import POLL_LEASE
from bot.storage.archive import sources

if TYPE_CHECKING:
    from bot.storage.engine.database import Database

pytest_plugins = ("conversation_fixtures",)

FEED = "https://papers.example.org/feed"
ASKED = ("/latest", "/search rivers", "/start")
REMOTE = ("telegram", "slack")


async def watch(database: Database, *uris: str) -> None:
    """Poll sources."""
    async with database.write() as connection:
        for uri in uris:
            await sources.add(connection, parse_source_uri(uri, base="/"), now=0)


async def fails(database: Database, uri: str, error: str, *, minutes: int) -> None:
    """Let a source fail twice, the first time so many minutes after the start."""
    for times in (1, 2):
        at = int((START + timedelta(minutes=minutes * times)).timestamp())
        async with database.write() as connection:
            source = await sources.by_uri(connection, parse_source_uri(uri, base="/").text)
            assert source
            await sources.save_failure(
                connection, source.id, error=error, failures=times, now=at, next_poll_at=at + 60
            )


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("platform", REMOTE)
async def test_a_failing_source_is_named_with_its_time_and_reason(
    archive: Database, platform: str, asked: str
) -> None:
    """A chat says what can't be reached, since when by its own clock, and that nothing need be done."""
    chat = Conversation(archive, platform=platform)
    await watch(archive, "arxiv:cs.CV")
    await fails(archive, "arxiv:cs.CV", "https://rss.arxiv.org/atom/cs.CV: no such host", minutes=5)
    chat.later(minutes=30)
    await chat.say("/timezone Asia/Shanghai")
    told = await chat.say(asked)
    assert "arXiv could not be reached since 17:05: no such host." in told.text
    assert "there is nothing you need to do" in told.text
    assert "paperwire" not in told.text
    assert "0 papers" not in told.text


@pytest.mark.parametrize("asked", ASKED)
async def test_the_same_in_chinese(archive: Database, asked: str) -> None:
    """The answer is in the chat's language, the reason too."""
    chat = Conversation(archive, platform="telegram")
    await watch(archive, FEED)
    await fails(archive, FEED, f"{FEED}: no answer in time", minutes=5)
    chat.later(minutes=30)
    await chat.say("/language zh")
    told = await chat.say(asked)
    assert f"{FEED} 自 09:05 起无法访问：没有及时应答。" in told.text
    assert "no answer" not in told.text


async def test_an_older_failure_has_its_day(archive: Database) -> None:
    """What began on another day is told with the day."""
    chat = Conversation(archive, platform="telegram")
    await watch(archive, FEED)
    await fails(archive, FEED, f"{FEED}: not found; mend the source's address (HTTP 404)", minutes=5)
    chat.later(days=2)
    told = await chat.say("/latest")
    assert f"{FEED} could not be reached since 2025-03-14 09:05: not found" in told.text


@pytest.mark.parametrize("asked", ASKED)
async def test_commands_of_the_shell_stand_in_the_terminal_only(archive: Database, asked: str) -> None:
    """Without a source the terminal names the command, a chat says who can help."""
    console, telegram = Conversation(archive), Conversation(archive, platform="telegram")
    assert "`paperwire sources add …`" in (await console.say(asked)).text
    told = await telegram.say(asked)
    assert "whoever runs this bot" in told.text
    assert "paperwire sources" not in told.text
    assert "paperwire" not in (await telegram.say("/status")).text


@pytest.mark.parametrize("asked", ASKED)
async def test_the_first_reading_is_told(archive: Database, asked: str) -> None:
    """While the sources are read for the first time the answer says so."""
    chat = Conversation(archive, platform="slack")
    await watch(archive, FEED, "arxiv:cs.CV")
    assert "the sources were not read so far" in (await chat.say(asked)).text
    async with hold_lease(archive, POLL_LEASE, owner="elsewhere:1", clock=lambda: chat.now):
        told = await chat.say(asked)
    assert "the sources are being read now, for the first time" in told.text


async def test_a_digest_of_an_empty_archive(archive: Database) -> None:
    """Who subscribes before the first reading is told what /digest waits for."""
    chat = Conversation(archive, platform="telegram")
    await watch(archive, FEED)
    await chat.say("/subscribe rivers")
    assert "the sources were not read so far" in (await chat.say("/digest")).text


async def test_many_failing_sources_are_few_lines(archive: Database) -> None:
    """Several feeds of one site are one line; of many sites three are named."""
    chat = Conversation(archive, platform="telegram")
    feeds = [f"https://{name}.example.org/feed" for name in "abcde"]
    await watch(archive, "arxiv:cs.CV", "arxiv:cs.LG", *feeds)
    for uri in ("arxiv:cs.CV", "arxiv:cs.LG", *feeds):
        await fails(archive, uri, f"{uri}: no such host", minutes=5)
    told = await chat.say("/latest")
    assert told.text.count("could not be reached") == 3
    assert told.text.count("arXiv") == 1
    assert "… and 3 more" in told.text
