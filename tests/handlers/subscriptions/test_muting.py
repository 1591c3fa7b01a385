"""/mute: less like this, as an edit of the queries that bring it; on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conversation import Conversation
from invented_digests import entry, numbered

if TYPE_CHECKING:
    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

MEDICAL = "2503.01001"


@pytest.fixture
async def chat(database: Database) -> Conversation:
    """A chat on an archive of ten papers on rivers, two of them medical ones."""
    chat = Conversation(database)
    await chat.bring(
        *numbered(8, "rivers"),
        entry(f"{MEDICAL}v1", "Rivers of medical interest", "Medical care."),
        entry("2503.01002v1", "Medical use of rivers"),
    )
    return chat


async def test_a_word_that_the_others_lack(chat: Conversation) -> None:
    """It is proposed with what it would have kept out, changes nothing by itself, and works."""
    await chat.say("/subscribe rivers")
    told = await chat.say(f"/mute {MEDICAL}")
    assert "#1 rivers: -medical would have kept out 2 of 10 papers of the last 30 days." in told.text
    assert told.commands == ["/edit 1 rivers -medical"]
    assert "#1 rivers ·" in (await chat.say("/subscriptions")).text
    changed = await chat.say(told.commands[0])
    assert changed.text.startswith("Changed #1 to rivers -medical")
    assert "8 of the 10 papers" in changed.text
    assert MEDICAL not in " ".join((await chat.say("/digest")).ids)
    again = await chat.say(f"/mute {MEDICAL}")
    assert again.text.startswith("No subscription of yours matches Rivers of medical interest")
    assert again.commands == ["/subscriptions"]
    assert "ok" in (await chat.say("/edit 1 rivers")).tones


async def test_each_subscription_that_matches(chat: Conversation) -> None:
    """Each gets its own proposal, paused ones too; the others are left alone; alternatives stay together."""
    await chat.say("/subscribe rivers OR lakes\nwork\nmedical care")
    await chat.say("/pause 1")
    told = await chat.say(f"/mute {MEDICAL}")
    assert [command.split()[:2] for command in told.commands] == [["/edit", "1"], ["/edit", "3"]]
    assert told.commands[0] == "/edit 1 (rivers OR lakes) -medical"
    assert told.commands[1].startswith("/edit 3 medical care -")
    assert "#2" not in told.text
    for command in told.commands:
        assert "ok" in (await chat.say(command)).tones, command
    assert (await chat.say(f"/mute {MEDICAL}")).commands == ["/subscriptions"]


async def test_a_category(chat: Conversation) -> None:
    """A category is proposed where it tells more than any word."""
    await chat.bring(
        *(entry(f"2503.02{n:03}v1", "Lakes", categories=("cs.CV",)) for n in range(8)),
        entry("2503.03001v1", "Lakes", "Robots.", categories=("cs.RO",)),
    )
    await chat.say("/subscribe lakes")
    told = await chat.say("/mute 2503.03001")
    assert "#1 lakes: -cat:cs.RO would have kept out 1 of 9 papers" in told.text
    assert "ok" in (await chat.say(told.commands[0])).tones


async def test_where_no_word_will_do(chat: Conversation) -> None:
    """A paper like all others is said to be like all others."""
    await chat.say("/subscribe rivers")
    told = await chat.say("/mute 2503.00001")
    assert "#1 rivers: no single word tells this paper from the others." in told.text
    assert told.commands == []


async def test_an_old_paper(chat: Conversation) -> None:
    """Where the month brought nothing there is nothing to count, and that is said."""
    chat.later(days=40)
    await chat.say("/subscribe rivers")
    told = await chat.say(f"/mute {MEDICAL}")
    assert "would keep it out; the last 30 days brought nothing" in told.text
    assert len(told.commands) == 1
    assert "ok" in (await chat.say(told.commands[0])).tones


async def test_nothing_to_change(chat: Conversation) -> None:
    """Without a subscription, and for papers that are not there, it is said what to do."""
    assert (await chat.say(f"/mute {MEDICAL}")).text == "You have no subscription yet."
    await chat.say("/subscribe lakes")
    assert "there is nothing to change" in (await chat.say(f"/mute {MEDICAL}")).text
    assert (await chat.say("/mute 2503.99999")).text == "2503.99999 is not in the archive."
    assert (await chat.say("/mute")).commands == ["/mute 2503.01002"]
