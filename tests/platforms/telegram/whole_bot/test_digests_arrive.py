"""Digests through Telegram: what arrives, and what becomes of it when Telegram does not take it."""

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


async def subscribed(server: BotApiServer, name: str = "Ada") -> tuple[User, Chat]:
    """Return a person whose chat gets papers on rivers at once."""
    user = server.user(name)
    chat = server.private(user)
    await server.types(user, chat, "/subscribe rivers")
    await server.types(user, chat, "/schedule instant")
    return user, chat


def digests(chat: Chat) -> list[str]:
    """Return the digests that a chat got."""
    return [message.text for message in chat.messages if message.text.startswith("Your digest:")]


async def test_a_digest_is_one_message_with_its_papers_behind_buttons(
    server: BotApiServer, tmp_path: Path
) -> None:
    """Compact cards with links and reasons, a number for each, and the rest behind More."""
    async with running(server, tmp_path, samples=False) as bot:
        user, chat = await subscribed(server)
        await server.types(user, chat, "/limit 2")
        await bot.publish("On rivers", "More rivers", "Rivers again")
        assert await bot.states() == ["sent"]
        [digest] = digests(chat)
        assert "Your digest: 2 papers" in digest
        assert "#1 river" in digest
        message = chat.last
        assert [url for _, url in message.links if url.startswith("https://arxiv.org/abs/")]
        assert {"1", "2", "More papers"} <= set(message.labels)
        card = await server.presses(user, message, "1")
        assert "ivers" in card.answer.text
        more = await server.presses(user, message, "More papers")
        assert "Your digest: 1 paper" in more.answer.text


async def test_what_surely_did_not_arrive_is_sent_again(server: BotApiServer, tmp_path: Path) -> None:
    """After a 429, and without a connection, a digest waits and comes once."""
    async with running(server, tmp_path, samples=False) as bot:
        _, chat = await subscribed(server)
        server.faults.plan(Refused(too_many(3)), "sendMessage")
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
    server: BotApiServer, tmp_path: Path, fault: CutBefore | CutAfter | Broken
) -> None:
    """Nobody can know: the digest stays at most once, and the next one offers it."""
    async with running(server, tmp_path, samples=False) as bot:
        user, chat = await subscribed(server)
        server.faults.plan(fault, "sendMessage")
        await bot.publish("On rivers")
        await bot.make_due()
        await bot.deliver()
        assert await bot.states() == ["uncertain"]
        assert len(digests(chat)) == int(isinstance(fault, CutAfter) or getattr(fault, "accepted", False))
        await bot.publish("More rivers", first=2)
        assert "An earlier digest may not have arrived." in chat.last.text
        shown = await server.presses(user, chat.last, "Show it")
        assert "On rivers" in shown.answer.text
        assert "Nothing was missed." in (await server.types(user, chat, "/missed")).text
        assert await bot.states() == ["sent", "sent"]


async def test_a_digest_whose_markup_is_refused_comes_as_plain_text(
    server: BotApiServer, tmp_path: Path
) -> None:
    """Once, without markup, with every link still there."""
    async with running(server, tmp_path, samples=False) as bot:
        _, chat = await subscribed(server)
        server.faults.plan(Refused(bad_request("can't parse entities: unexpected end tag")), "sendMessage")
        await bot.publish("On rivers")
        await bot.make_due()
        await bot.deliver()
        assert await bot.states() == ["sent"]
        assert len(digests(chat)) == 1
        assert "arxiv.org/abs/" in chat.last.text


async def test_who_blocked_the_bot_gets_nothing_and_is_served_again_on_return(
    server: BotApiServer, tmp_path: Path
) -> None:
    """The digest is cancelled or failed, the schedule rests, and comes back with the person."""
    async with running(server, tmp_path, samples=False) as bot:
        user, chat = await subscribed(server)
        server.blocks(user)
        await bot.publish("On rivers")
        states = await bot.states()
        assert set(states) <= {"failed", "cancelled"}
        update = server.returns(user)
        await server.handled(update)
        await server.types(user, chat, "/status")
        await bot.publish("More rivers", first=2)
        assert (await bot.states())[len(states) :] == ["sent"]
        assert "More rivers" in digests(chat)[-1]


async def test_a_digest_for_a_group_that_moved_follows_it(server: BotApiServer, tmp_path: Path) -> None:
    """Telegram names the new chat when the digest is sent to the old one; it arrives there once."""
    ada = server.user("Ada")
    group = server.group("Lab", admins=[ada])
    async with running(server, tmp_path, samples=False) as bot:
        await server.types(ada, group, "/subscribe rivers")
        await server.types(ada, group, "/schedule instant")
        heir = server.migrates(group)
        await bot.publish("On rivers")
        await bot.make_due()
        await bot.deliver()
        assert await bot.states() == ["sent"]
        assert len(digests(heir)) == 1


async def test_a_flood_limit_is_kept(server: BotApiServer, tmp_path: Path) -> None:
    """Twenty chats are served within Telegram's own limits: no request is refused for coming too fast."""
    async with running(server, tmp_path, samples=False) as bot:
        readers = await asyncio.gather(*(subscribed(server, f"Reader {number}") for number in range(20)))
        chats = [chat for _, chat in readers]
        server.flood = FloodLimits()
        await bot.publish("On rivers")
        assert await bot.states() == ["sent"] * len(chats)
        assert [len(digests(chat)) for chat in chats] == [1] * len(chats)
        assert not [logged for logged in server.log if logged.refusal and "Too Many" in logged.refusal]


async def test_a_closed_topic_unsubscribes_nobody(server: BotApiServer, tmp_path: Path) -> None:
    """While a topic is closed its digest waits; opened again, it comes, and the next one, too."""
    ada = server.user("Ada")
    forum = server.group("Lab", admins=[ada], forum=True)
    topic = server.topic(forum, "Rivers")
    thread = str(topic.thread)
    async with running(server, tmp_path, samples=False) as bot:
        await bot.say(forum, "/subscribe rivers", "/schedule instant", thread=thread)
        server.closes_topic(topic)
        await bot.publish("On rivers")
        assert await bot.states() == ["retry"]
        server.reopens_topic(topic)
        assert "#1 river" in await bot.say(forum, "/subscriptions", thread=thread)
        await bot.make_due()
        await bot.deliver()
        assert "On rivers" in forum.last.text
        await bot.publish("More rivers", first=2)
        assert await bot.states() == ["sent", "sent"]
        assert forum.last.thread == topic.thread


async def test_a_deleted_topic_is_asked_no_more(server: BotApiServer, tmp_path: Path) -> None:
    """What a deleted topic subscribed to is not sent again and again; the other topics get theirs."""
    ada = server.user("Ada")
    forum = server.group("Lab", admins=[ada], forum=True)
    gone, other = server.topic(forum, "Rivers"), server.topic(forum, "More")
    async with running(server, tmp_path, samples=False) as bot:
        for topic in (gone, other):
            await bot.say(forum, "/subscribe rivers", "/schedule instant", thread=str(topic.thread))
        server.deletes_topic(gone)
        await bot.publish("On rivers")
        assert sorted(await bot.states()) == ["failed", "sent"]
        await bot.publish("More rivers", first=2)
        assert sorted(await bot.states()) == ["failed", "sent", "sent"]
        assert forum.last.thread == other.thread


async def test_trouble_is_told_in_the_status(server: BotApiServer, tmp_path: Path) -> None:
    """A conflict with another program is told while it lasts and for a day after; no token is shown."""
    ada = server.user("Ada")
    chat = server.private(ada)
    async with running(server, tmp_path):
        planned = server.faults.plan(Refused(conflict()), "getUpdates", times=1)
        await server.types(ada, chat, "/help")
        await server.until(lambda: planned.hits, patience=30)
        told = await server.types(ada, chat, "/status")
    assert "could not be reached from" in told.text
    assert "409" in told.text
    assert server.token not in told.text


async def test_a_group_that_is_closed_for_a_night_gets_its_digest_after_it(
    server: BotApiServer, tmp_path: Path
) -> None:
    """Where nobody may write the digest waits, and arrives once members may write again."""
    ada = server.user("Ada")
    group = server.supergroup("Lab", admins=[ada])
    async with running(server, tmp_path, samples=False) as bot:
        await bot.say(group, "/subscribe rivers", "/schedule instant")
        server.mutes(group)
        await bot.publish("On rivers")
        assert await bot.states() == ["retry"]
        server.mutes(group, muted=False)
        await bot.make_due()
        await bot.deliver()
        assert await bot.states() == ["sent"]
        assert len(digests(group)) == 1


async def test_who_is_answered_is_served_again(server: BotApiServer, tmp_path: Path) -> None:
    """Telegram forgets after a day that somebody unblocked the bot; the first answer says so, too."""
    async with running(server, tmp_path, samples=False) as bot:
        user, chat = await subscribed(server)
        server.blocks(user)
        await bot.publish("On rivers")
    server.returns(user)
    server.world.updates.drop()
    async with running(server, tmp_path, samples=False) as bot:
        await server.types(user, chat, "/start")
        await bot.publish("More rivers", first=2)
        assert (await bot.states())[-1] == "sent"
        assert "More rivers" in digests(chat)[-1]


async def test_a_refused_token_is_asked_with_again(server: BotApiServer, tmp_path: Path) -> None:
    """Telegram may refuse a good token for a moment: updates are asked for again, and /status tells it."""
    ada = server.user("Ada")
    chat = server.private(ada)
    async with running(server, tmp_path):
        planned = server.faults.plan(Refused(Refusal(401, "Unauthorized")), "getUpdates", times=2)
        await server.types(ada, chat, "/help")
        await server.until(lambda: planned.hits == 2, patience=30)
        told = await server.types(ada, chat, "/status")
    assert "it refuses the token (HTTP 401)" in told.text
