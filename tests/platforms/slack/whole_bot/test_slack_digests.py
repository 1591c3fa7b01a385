"""Digests through Slack: what arrives, and what happens to it when Slack does not take it."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

import pytest
from running_slack import running, settings_for
from slack_server import Broken, CutAfter, CutAmid, CutBefore, FloodLimits, RateLimited, Refused, SlackServer
from slack_server.records.world import DEFAULT_SCOPES

from bot.app import open_archive, open_platforms, platform_services, slack_settings
from bot.errors import ChatGoneError
from bot.platforms.slack.api.conversations import key_of
from bot.platforms.slack.running import slack

if TYPE_CHECKING:
    from pathlib import Path

    from slack_server import Channel, Message

pytest_plugins = ("slack_server.fixtures",)

POST = "chat.postMessage"


def digests(channel: Channel) -> list[Message]:
    """Return the digests that a chat got, without what is in their threads."""
    return [one for one in channel.messages if one.metadata and one.thread_ts is None]


async def test_a_channel_gets_one_message_and_the_cards_in_its_thread(
    server: SlackServer, tmp_path: Path
) -> None:
    """Compact cards for all, full ones in the thread; neither unfurls a link or calls anybody."""
    lab = server.channel("lab")
    async with running(server, tmp_path, samples=False) as bot:
        await bot.subscribed(lab)
        await bot.publish("On rivers", "More rivers <!channel> & <@U1>")
        assert await bot.states() == ["sent"]
        await server.until(lambda: len(lab.messages) == 2)
    [digest] = digests(lab)
    assert "Your digest: 2 papers" in digest.shown
    assert digest.metadata is not None
    assert digest.metadata["event_type"] == "paperwire_delivery"
    [thread] = [one for one in lab.messages if one.thread_ts == digest.ts]
    assert "Abstract" in thread.shown or "On rivers" in thread.shown
    for message in (digest, thread):
        assert not message.mentions
        assert message.text
        assert (message.unfurl_links, message.unfurl_media) == (False, False)
    assert not server.warnings


async def test_threads_can_be_turned_off_and_people_have_none(server: SlackServer, tmp_path: Path) -> None:
    """SLACK_THREADS=off leaves one message; a personal digest is one direct message anyway."""
    ada = server.user("Ada")
    lab, direct = server.channel("lab"), server.direct(ada)
    async with running(server, tmp_path, samples=False, slack_threads="off") as bot:
        await bot.subscribed(lab)
        await bot.subscribed(direct)
        await bot.publish("On rivers")
        assert await bot.states() == ["sent", "sent"]
    assert len(lab.messages) == len(direct.messages) == 1


async def test_a_thread_that_fails_sends_no_digest_again(server: SlackServer, tmp_path: Path) -> None:
    """What comes after the digest is only tried: the digest was sent, once."""
    lab = server.channel("lab")
    async with running(server, tmp_path, samples=False) as bot:
        await bot.subscribed(lab)
        planned = server.faults.plan(Broken(503), POST, when=lambda params: bool(params.text("thread_ts")))
        await bot.publish("On rivers")
        await server.until(lambda: planned.hits)
        assert await bot.states() == ["sent"]
    assert len(lab.messages) == 1


async def test_what_slack_wants_later_comes_later_and_once(server: SlackServer, tmp_path: Path) -> None:
    """After a 429 a digest waits for so long as Slack says, and comes once."""
    lab = server.channel("lab")
    async with running(server, tmp_path, samples=False, slack_threads="off") as bot:
        await bot.subscribed(lab)
        server.faults.plan(RateLimited(1), POST)
        began = time.monotonic()
        await bot.publish("On rivers")
        assert await bot.states() == ["retry"]
        assert not digests(lab)
        await bot.make_due()
        await bot.deliver()
        assert await bot.states() == ["sent"]
        assert time.monotonic() - began >= 1.0, "the channel was not paused"
    assert len(digests(lab)) == 1


async def test_without_a_connection_nothing_was_sent(server: SlackServer, tmp_path: Path) -> None:
    """A digest that found nobody listening is tried again."""
    lab = server.channel("lab")
    async with running(server, tmp_path, samples=False, slack_threads="off", transport="http") as bot:
        await bot.subscribed(lab)
        async with server.unplugged():
            await bot.publish("On rivers")
            assert await bot.states() == ["retry"]
        await bot.make_due()
        await bot.deliver()
        assert await bot.states() == ["sent"]
    assert len(digests(lab)) == 1


@pytest.mark.parametrize(
    ("fault", "arrives"),
    [
        (CutBefore(), 0),
        (CutAfter(), 1),
        (CutAfter(reset=True), 1),
        (CutAmid(), 1),
        (Broken(502), 0),
        (Broken(502, accepted=True), 1),
        (Refused("internal_error"), 0),
    ],
)
async def test_what_may_have_arrived_is_never_sent_again(
    server: SlackServer, tmp_path: Path, fault: CutAfter | CutAmid | Broken | Refused, arrives: int
) -> None:
    """A server that takes a post and ends the connection gets it once: no library tries it again."""
    lab = server.channel("lab")
    async with running(server, tmp_path, samples=False, slack_threads="off") as bot:
        await bot.subscribed(lab)
        planned = server.faults.plan(fault, POST)
        await bot.publish("On rivers")
        assert await bot.states() == ["uncertain"]
        await bot.make_due()
        await bot.deliver()
        assert planned.met == 1
    assert len(digests(lab)) == arrives


async def test_a_missed_digest_is_shown_to_the_whole_channel(server: SlackServer, tmp_path: Path) -> None:
    """Whoever asks for it, all readers get it, since it counts as shown from then on; the list is private."""
    ada = server.user("Ada")
    lab = server.channel("lab", members=[ada])
    async with running(server, tmp_path, samples=False, slack_threads="off") as bot:
        await bot.subscribed(lab)
        server.faults.plan(Broken(500), POST)
        await bot.publish("On rivers")
        listed = await server.command(ada, lab, "/papers", "missed")
        assert listed.answer.only_for is ada
        shown = await server.presses(ada, listed.answer, "Show 1")
        assert shown.answer.only_for is None
        assert "On rivers" in shown.text
        assert (await server.command(ada, lab, "/papers", "missed 1")).answer.only_for is ada


async def test_what_slack_cannot_read_is_sent_plain_once(server: SlackServer, tmp_path: Path) -> None:
    """Blocks that are refused leave a plain message; answers to people do likewise."""
    ada = server.user("Ada")
    lab = server.channel("lab", members=[ada])
    async with running(server, tmp_path, samples=False, slack_threads="off") as bot:
        await bot.subscribed(lab)
        server.faults.plan(Refused("invalid_blocks"), POST)
        await bot.publish("On rivers")
        assert await bot.states() == ["sent"]
        [digest] = digests(lab)
        assert digest.blocks == []
        assert "On rivers" in digest.text
        server.faults.plan(Refused("msg_blocks_too_long"), "response_url")
        said = await server.command(ada, lab, "/papers", "help")
        assert said.answer.blocks == []


@pytest.mark.parametrize(
    "error", ["channel_not_found", "not_in_channel", "is_archived", "account_inactive", "user_disabled"]
)
async def test_a_chat_that_is_gone_gets_nothing_more(server: SlackServer, tmp_path: Path, error: str) -> None:
    """Its delivery fails, and no digest is made for it until it is back."""
    lab = server.channel("lab")
    async with running(server, tmp_path, samples=False, slack_threads="off") as bot:
        await bot.subscribed(lab)
        server.faults.plan(Refused(error), POST)
        await bot.publish("On rivers")
        assert await bot.states() == ["failed"]
        assert await bot.is_gone(lab)
        await bot.publish("More rivers", first=2)
        assert await bot.states() == ["failed"]


async def test_a_restricted_channel_only_fails(server: SlackServer, tmp_path: Path) -> None:
    """Where only admins may write today, tomorrow's digest is tried again."""
    lab = server.channel("lab")
    async with running(server, tmp_path, samples=False) as bot:
        await bot.subscribed(lab)
        server.restricts(lab)
        await bot.publish("On rivers")
        assert await bot.states() == ["failed"]
        assert not await bot.is_gone(lab)


async def test_a_thread_waits_as_long_as_slack_wants(server: SlackServer, tmp_path: Path) -> None:
    """A 429 for what comes in a thread is waited for; the digest is not sent again."""
    lab = server.channel("lab")
    async with running(server, tmp_path, samples=False) as bot:
        await bot.subscribed(lab)
        planned = server.faults.plan(RateLimited(1), POST, when=lambda params: bool(params.text("thread_ts")))
        await bot.publish("On rivers")
        await server.until(lambda: len(lab.messages) == 2)
        assert planned.hits == 1
    assert len(digests(lab)) == 1


async def test_a_broadcast_keeps_to_slacks_pace(server: SlackServer, tmp_path: Path) -> None:
    """Two messages for each of some channels come without one 429."""
    channels = [server.channel(f"lab{number}") for number in range(4)]
    server.flood = FloodLimits(
        burst=1, slack=0.4
    )  # requests of a busy machine are late, some more than others
    async with running(server, tmp_path, samples=False) as bot:
        for channel in channels:
            await bot.subscribed(channel)
        await bot.publish("On rivers")
        await server.until(lambda: all(len(channel.messages) == 2 for channel in channels))
        assert await bot.states() == ["sent"] * len(channels)
    assert server.flood.refused == 0


def delivered_id(channel: Channel) -> int:
    """Return the delivery of a channel's last digest."""
    found = digests(channel)[-1].metadata
    assert found is not None
    return int(found["event_payload"]["delivery_id"])


async def test_an_uncertain_post_is_looked_up(tmp_path: Path) -> None:
    """Where the history may be read, a message is found by its delivery; else it can't be known."""
    since = time.time() - 60
    async with SlackServer(scopes=DEFAULT_SCOPES | {"channels:history"}) as server:
        ada = server.user("Ada")
        lab, private = server.channel("lab"), server.channel("private", private=True)
        direct = server.direct(ada)
        async with running(server, tmp_path, samples=False) as bot:
            for channel in (lab, direct):
                await bot.subscribed(channel)
            await bot.publish("On rivers")
            for channel in (lab, direct):
                chat = await bot.archive.chat.chats.open(key_of(server.team.id, channel.id))
                number = delivered_id(channel)
                assert await bot.sender.find(chat, number, since) == digests(channel)[0].ts
                assert await bot.sender.find(chat, number + 100, since) is None
                assert await bot.sender.find(chat, number, time.time() + 60) is None
            unread = await bot.archive.chat.chats.open(key_of(server.team.id, private.id))
            with pytest.raises(LookupError, match="missing_scope"):
                await bot.sender.find(unread, 1, since)
            unknown = await bot.archive.chat.chats.open(key_of(server.team.id, "C0NOWHERE"))
            with pytest.raises(ChatGoneError):
                await bot.sender.find(unknown, 1, since)


async def test_no_token_and_no_message_is_logged(
    server: SlackServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """However much is logged, no token, no secret and nothing that people wrote is in it."""
    ada = server.user("Ada")
    lab = server.channel("lab", members=[ada])
    caplog.set_level(logging.DEBUG)
    async with running(server, tmp_path, ping=0.2) as bot:
        await server.direct_message(ada, "my secret hobby")
        server.faults.plan(Refused("invalid_auth"), POST)
        await bot.subscribed(lab)
        await bot.publish("On rivers")
        server.drops_sockets()
        await server.until(lambda: not server.sockets)
        await server.connected()
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert logged
    for hidden in (server.token, server.app_token, "my secret hobby", "ticket="):
        assert hidden not in logged


async def test_telegram_and_slack_in_one_process(server: SlackServer, tmp_path: Path) -> None:
    """One bot answers on both."""
    from telegram_server import BotApiServer

    ada = server.user("Ada")
    async with BotApiServer() as telegram:
        settings = settings_for(
            server, tmp_path, telegram_bot_token=telegram.token, telegram_api_url=telegram.url
        )
        async with open_archive(settings) as archive, open_platforms(archive) as platforms:
            assert set(platforms) == {"telegram", "slack"}
            bo = telegram.user("Bo")
            chat = telegram.private(bo)
            await server.connected()
            assert "/papers" in (await server.direct_message(ada, "help")).text
            assert "/subscribe" in (await telegram.types(bo, chat, "/help")).text


async def test_the_librarys_own_environment_is_not_read(
    server: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables that slack-bolt would take for itself change nothing."""
    settings = settings_for(server, tmp_path)
    for name in ("BOT_TOKEN", "APP_TOKEN", "SIGNING_SECRET", "CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI"):
        monkeypatch.setenv(f"SLACK_{name}", "somebody-elses")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    ada = server.user("Ada")
    async with (
        open_archive(settings) as archive,
        slack(slack_settings(settings), platform_services(archive)),
    ):
        await server.connected()
        assert "/papers" in (await server.direct_message(ada, "help")).text
    assert not (tmp_path / "home").exists()
