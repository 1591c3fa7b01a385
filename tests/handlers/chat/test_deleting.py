"""/delete_my_data: asks, then forgets; on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from conversation import START, Conversation
from invented_digests import entry, numbered

if TYPE_CHECKING:
    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)


@pytest.fixture
async def chat(database: Database) -> Conversation:
    """A chat that was served a digest, saved a paper, and has another subscription waiting for papers."""
    chat = Conversation(database)
    await chat.say("/subscribe rivers\nlakes")
    await chat.say("/timezone Asia/Shanghai")
    await chat.bring(*numbered(3, "rivers"))
    chat.now = START + timedelta(days=1)
    assert len(await chat.tick()) == 1
    await chat.say("/save 2503.00001")
    return chat


async def test_it_asks_first(chat: Conversation) -> None:
    """It says what would go and deletes nothing; anything but yes asks again."""
    for asked in ("/delete_my_data", "/delete_my_data no", "/delete_my_data yes please"):
        told = await chat.say(asked)
        assert "Subscriptions: 2. Saved papers: 1." in told.text
        assert told.commands == ["/delete_my_data yes"]
    assert len((await chat.say("/saved")).ids) == 1
    assert "#2 lake" in (await chat.say("/subscriptions")).text


async def test_everything_goes(chat: Conversation) -> None:
    """Afterwards the chat is as one that was never there, and /undo brings nothing back."""
    assert (await chat.say("/delete_my_data yes")).tones == ["ok"]
    assert "no subscription" in (await chat.say("/subscriptions")).text
    assert "saved no paper" in (await chat.say("/saved")).text
    assert "Nothing was removed" in (await chat.say("/undo")).text
    assert "Not shown to you yet." in (await chat.say("/explain 2503.00001")).text
    assert "Nothing was missed." in (await chat.say("/missed")).text
    assert "you subscribe to nothing yet" in (await chat.say("/status")).text
    assert "Shanghai" not in (await chat.say("/timezone")).text


async def test_nothing_comes_any_more(chat: Conversation) -> None:
    """Neither what waited nor what the deleted queries would match, though the process runs on."""
    await chat.bring(*numbered(3, "rivers", first=4))
    await chat.say("/delete_my_data yes")
    await chat.bring(*numbered(3, "rivers", first=7))
    for day in range(2, 5):
        chat.now = START + timedelta(days=day)
        assert await chat.tick() == []


async def test_a_new_subscription_gets_only_its_own(chat: Conversation) -> None:
    """Who subscribes again gets what the new query matches, and may be shown a paper once more."""
    await chat.say("/delete_my_data yes")
    assert (await chat.say("/subscribe lakes")).text.startswith("#3 lake")
    await chat.bring(entry("2503.00010v1", "Rivers"), entry("2503.00011v1", "Lakes"))
    chat.now = START + timedelta(days=2)
    [digest] = await chat.tick()
    assert digest.ids == ["arxiv:2503.00011"]
    await chat.say("/subscribe rivers")
    assert "arxiv:2503.00001" in (await chat.say("/digest")).ids


async def test_other_chats_keep_theirs(chat: Conversation, database: Database) -> None:
    """Only the chat that asks is forgotten."""
    neighbour = Conversation(database, "two")
    neighbour.now = chat.now
    await neighbour.say("/subscribe rivers")
    await neighbour.say("/save 2503.00002")
    await chat.say("/delete_my_data yes")
    assert "#1 river" in (await neighbour.say("/subscriptions")).text
    assert (await neighbour.say("/saved")).ids == ["arxiv:2503.00002"]


async def test_in_chinese(chat: Conversation) -> None:
    """The question and the answer are in the chat's language, which stays."""
    await chat.say("/language zh")
    asked = await chat.say("/删除我的数据")
    assert "订阅：2 个" in asked.text
    assert "已删除" in (await chat.say("/delete_my_data 是")).text
    assert "没有订阅" in (await chat.say("/subscriptions")).text
