"""Digests through Telegram: what arrives, and what happens to it when Telegram does not take it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from running_bot import running
from telegram_server import (
    BotApiServer,
    Broken,
    CutAfter,
    CutBefore,
    FloodLimits,
    Refusal,
    Refused,
    bad_request,
    conflict,
    too_many,
)

if TYPE_CHECKING:
    from pathlib import Path

    from telegram_server import Chat, User


pytest_plugins = ("bot_api_fixtures",)


async def subscribed(bot_api: BotApiServer, name: str = "Ada") -> tuple[User, Chat]:
    """Return a person whose chat gets papers on rivers at once."""
    user = bot_api.user(name)
    chat = bot_api.private(user)
    await bot_api.types(user, chat, "/subscribe rivers")
    await bot_api.types(user, chat, "/schedule instant")
    return user, chat


def digests(chat: Chat) -> list[str]:
    """Return the digests that a chat got."""
    return [message.text for message in chat.messages if message.text.startswith("Your digest:")]


async def test_a_digest_is_one_message_with_its_papers_behind_buttons(
    bot_api: BotApiServer, tmp_path: Path
) -> None:
    """Compact cards with links and reasons, a number for each, and the rest behind More."""
    async with running(bot_api, tmp_path, samples=False) as bot:
        user, chat = await subscribed(bot_api)
        await bot_api.types(user, chat, "/limit 2")
        await bot.publish("On rivers", "More rivers", "Rivers again")
        assert await bot.states() == ["sent"]
        [digest] = digests(chat)
        assert "Your digest: 2 papers" in digest
        assert "#1 river" in digest
        message = chat.last
        assert [url for _, url in message.links if url.startswith("https://arxiv.org/abs/")]
        assert {"1", "2", "More papers"} <= set(message.labels)
        card = await bot_api.presses(user, message, "1")
        assert "ivers" in card.answer.text
        more = await bot_api.presses(user, message, "More papers")
        assert "Your digest: 1 paper" in more.answer.text


async def test_what_surely_did_not_arrive_is_sent_again(bot_api: BotApiServer, tmp_path: Path) -> None:
    """After a 429, and without a connection, a digest waits and comes once."""
    async with running(bot_api, tmp_path, samples=False) as bot:
        _, chat = await subscribed(bot_api)
        bot_api.faults.plan(Refused(too_many(3)), "sendMessage")
        await bot.publish("On rivers")
        assert await bot.states() == ["retry"]
        assert digests(chat) == []
        await bot.make_due()
        await bot.deliver()
        assert await bot.states() == ["sent"]
        assert len(digests(chat)) == 1


@pytest.mark.parametrize(
    "fault", [CutBefore(), CutAfter(), CutAfter(reset=True), Broken(502), Broken(502, accepted=True)]
)
async def test_what_may_have_arrived_is_not_sent_again_but_offered(
    bot_api: BotApiServer, tmp_path: Path, fault: CutBefore | CutAfter | Broken
) -> None:
    """Nobody can know: the digest stays at most once, and the next one offers it."""
    async with running(bot_api, tmp_path, samples=False) as bot:
        user, chat = await subscribed(bot_api)
        bot_api.faults.plan(fault, "sendMessage")
        await bot.publish("On rivers")
        await bot.make_due()
        await bot.deliver()
        assert await bot.states() == ["uncertain"]
        assert len(digests(chat)) == int(isinstance(fault, CutAfter) or getattr(fault, "accepted", False))
        await bot.publish("More rivers", first=2)
        assert "An earlier digest may not have arrived." in chat.last.text
        shown = await bot_api.presses(user, chat.last, "Show it")
        assert "On rivers" in shown.answer.text
        assert "Nothing was missed." in (await bot_api.types(user, chat, "/missed")).text
        assert await bot.states() == ["sent", "sent"]


async def test_a_digest_whose_markup_is_refused_comes_as_plain_text(
    bot_api: BotApiServer, tmp_path: Path
) -> None:
    """Once, without markup, with every link still there."""
    async with running(bot_api, tmp_path, samples=False) as bot:
        _, chat = await subscribed(bot_api)
        bot_api.faults.plan(Refused(bad_request("can't parse entities: unexpected end tag")), "sendMessage")
        await bot.publish("On rivers")
        await bot.make_due()
        await bot.deliver()
        assert await bot.states() == ["sent"]
        assert len(digests(chat)) == 1
        assert "arxiv.org/abs/" in chat.last.text


async def test_who_blocked_the_bot_gets_nothing_and_is_served_again_on_return(
    bot_api: BotApiServer, tmp_path: Path
) -> None:
    """The digest is cancelled or failed, the schedule rests, and comes back with the person."""
    async with running(bot_api, tmp_path, samples=False) as bot:
        user, chat = await subscribed(bot_api)
        bot_api.blocks(user)
        await bot.publish("On rivers")
        states = await bot.states()
        assert set(states) <= {"failed", "cancelled"}
        update = bot_api.returns(user)
        await bot_api.handled(update)
        await bot_api.types(user, chat, "/status")
        await bot.publish("More rivers", first=2)
        assert (await bot.states())[len(states) :] == ["sent"]
        assert "More rivers" in digests(chat)[-1]


async def test_a_digest_for_a_group_that_moved_follows_it(bot_api: BotApiServer, tmp_path: Path) -> None:
    """Telegram names the new chat when the digest is sent to the old one; it arrives there once."""
    ada = bot_api.user("Ada")
    group = bot_api.group("Lab", admins=[ada])
    async with running(bot_api, tmp_path, samples=False) as bot:
        await bot_api.types(ada, group, "/subscribe rivers")
        await bot_api.types(ada, group, "/schedule instant")
        heir = bot_api.migrates(group)
        await bot.publish("On rivers")
        await bot.make_due()
        await bot.deliver()
        assert await bot.states() == ["sent"]
        assert len(digests(heir)) == 1


async def test_a_flood_limit_is_kept(bot_api: BotApiServer, tmp_path: Path) -> None:
    """Twenty chats are served within Telegram's own limits: no request is refused for coming too fast."""
    async with running(bot_api, tmp_path, samples=False) as bot:
        readers = await asyncio.gather(*(subscribed(bot_api, f"Reader {number}") for number in range(20)))
        chats = [chat for _, chat in readers]
        bot_api.flood = FloodLimits()
        await bot.publish("On rivers")
        assert await bot.states() == ["sent"] * len(chats)
        assert [len(digests(chat)) for chat in chats] == [1] * len(chats)
        assert not [logged for logged in bot_api.log if logged.refusal and "Too Many" in logged.refusal]


async def test_a_closed_topic_unsubscribes_nobody(bot_api: BotApiServer, tmp_path: Path) -> None:
    """While a topic is closed its digest waits; opened again, it comes, and the next one, too."""
    ada = bot_api.user("Ada")
    forum = bot_api.group("Lab", admins=[ada], forum=True)
    topic = bot_api.topic(forum, "Rivers")
    thread = str(topic.thread)
    async with running(bot_api, tmp_path, samples=False) as bot:
        await bot.say(forum, "/subscribe rivers", "/schedule instant", thread=thread)
        bot_api.closes_topic(topic)
        await bot.publish("On rivers")
        assert await bot.states() == ["retry"]
        bot_api.reopens_topic(topic)
        assert "#1 river" in await bot.say(forum, "/subscriptions", thread=thread)
        await bot.make_due()
        await bot.deliver()
        assert "On rivers" in forum.last.text
        await bot.publish("More rivers", first=2)
        assert await bot.states() == ["sent", "sent"]
        assert forum.last.thread == topic.thread


async def test_a_deleted_topic_is_asked_no_more(bot_api: BotApiServer, tmp_path: Path) -> None:
    """What a deleted topic subscribed to is not sent again and again; the other topics get theirs."""
    ada = bot_api.user("Ada")
    forum = bot_api.group("Lab", admins=[ada], forum=True)
    gone, other = bot_api.topic(forum, "Rivers"), bot_api.topic(forum, "More")
    async with running(bot_api, tmp_path, samples=False) as bot:
        for topic in (gone, other):
            await bot.say(forum, "/subscribe rivers", "/schedule instant", thread=str(topic.thread))
        bot_api.deletes_topic(gone)
        await bot.publish("On rivers")
        assert sorted(await bot.states()) == ["failed", "sent"]
        await bot.publish("More rivers", first=2)
        assert sorted(await bot.states()) == ["failed", "sent", "sent"]
        assert forum.last.thread == other.thread


async def test_trouble_is_told_in_the_status(bot_api: BotApiServer, tmp_path: Path) -> None:
    """A conflict with another program is told while it lasts and for a day after; no token is shown."""
    ada = bot_api.user("Ada")
    chat = bot_api.private(ada)
    async with running(bot_api, tmp_path):
        planned = bot_api.faults.plan(Refused(conflict()), "getUpdates", times=1)
        await bot_api.types(ada, chat, "/help")
        await bot_api.until(lambda: planned.hits, patience=30)
        told = await bot_api.types(ada, chat, "/status")
    assert "could not be reached from" in told.text
    assert "409" in told.text
    assert bot_api.token not in told.text


async def test_a_group_that_is_closed_for_a_night_gets_its_digest_after_it(
    bot_api: BotApiServer, tmp_path: Path
) -> None:
    """Where nobody may write the digest waits, and arrives once members may write again."""
    ada = bot_api.user("Ada")
    group = bot_api.supergroup("Lab", admins=[ada])
    async with running(bot_api, tmp_path, samples=False) as bot:
        await bot.say(group, "/subscribe rivers", "/schedule instant")
        bot_api.mutes(group)
        await bot.publish("On rivers")
        assert await bot.states() == ["retry"]
        bot_api.mutes(group, muted=False)
        await bot.make_due()
        await bot.deliver()
        assert await bot.states() == ["sent"]
        assert len(digests(group)) == 1


async def test_who_is_answered_is_served_again(bot_api: BotApiServer, tmp_path: Path) -> None:
    """Telegram forgets after a day that somebody unblocked the bot; the first answer says so, too."""
    async with running(bot_api, tmp_path, samples=False) as bot:
        user, chat = await subscribed(bot_api)
        bot_api.blocks(user)
        await bot.publish("On rivers")
    bot_api.returns(user)
    bot_api.world.updates.drop()
    async with running(bot_api, tmp_path, samples=False) as bot:
        await bot_api.types(user, chat, "/start")
        await bot.publish("More rivers", first=2)
        assert (await bot.states())[-1] == "sent"
        assert "More rivers" in digests(chat)[-1]


async def test_a_refused_token_is_asked_with_again(bot_api: BotApiServer, tmp_path: Path) -> None:
    """Telegram may refuse a good token for a moment: updates are asked for again, and /status tells it."""
    ada = bot_api.user("Ada")
    chat = bot_api.private(ada)
    async with running(bot_api, tmp_path):
        planned = bot_api.faults.plan(Refused(Refusal(401, "Unauthorized")), "getUpdates", times=2)
        await bot_api.types(ada, chat, "/help")
        await bot_api.until(lambda: planned.hits == 2, patience=30)
        told = await bot_api.types(ada, chat, "/status")
    assert "it refuses the token (HTTP 401)" in told.text
