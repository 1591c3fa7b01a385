"""What comes from Slack: signed or not, once or more often, over connections that end."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from running_slack import PATIENCE, running
from slack_server import Held
from slack_server.connections import payloads
from slack_server.connections.delivery import signature

from bot.app import platform_services
from bot.errors import SettingsError
from bot.platforms.slack.api import socket_mode
from bot.services.platform_state.platform_health import recent
from bot.storage.platform_state import inbox

if TYPE_CHECKING:
    from pathlib import Path

    from running_slack import RunningSlack, Transport
    from slack_server import SlackServer
    from slack_server.records.workspace import User

pytest_plugins = ("slack_server.fixtures",)


def help_event(server: SlackServer, user: User) -> dict[str, Any]:
    """Return a direct message that asks for help, as the Events API brings it."""
    channel = server.direct(user)
    event = {"type": "message", "channel_type": "im", "channel": channel.id, "user": user.id, "text": "help"}
    return payloads.event_callback(server.world, server.installation, {**event, "ts": "1.1"}, channel)


async def test_only_slack_itself_is_believed(server: SlackServer, tmp_path: Path) -> None:
    """Forged, unsigned, old and unreadable requests are refused, and nothing follows from them."""
    ada = server.user("Ada")
    channel = server.direct(ada)
    async with running(server, tmp_path, transport="http"):
        assert await server.verifies_url()
        event = help_event(server, ada)
        assert await server.posts_as_stranger(event) == 401
        body, old = json.dumps(event), str(int(time.time()) - 600)
        stale = {
            "X-Slack-Request-Timestamp": old,
            "X-Slack-Signature": signature(server.signing_secret, old, body),
        }
        assert (await server.delivery.post("application/json", body, stale))[0] == 401
        assert (await server.delivery.post("application/json", body, {"X-Slack-Signature": ""}))[0] == 401
        assert (await server.delivery.post("application/json", "{not json"))[0] == 400
        async with aiohttp.ClientSession() as session:
            url = server.delivery.request_url or ""
            async with session.post(url, data=b"\xff\xfe") as answer:
                assert answer.status == 400
            async with session.get(url.replace("events", "install")) as answer:
                assert answer.status == 404
        assert not channel.messages


async def test_a_replayed_request_acts_once(server: SlackServer, tmp_path: Path) -> None:
    """A signed request that somebody recorded and sends again does nothing more."""
    ada = server.user("Ada")
    channel = server.direct(ada)
    async with running(server, tmp_path, transport="http"):
        body = json.dumps(help_event(server, ada))
        for _ in range(3):
            assert (await server.delivery.post("application/json", body))[0] == 200
        await server.until(lambda: channel.messages)
        await server.direct_message(ada, "status")
        assert len(channel.messages) == 2


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_an_event_that_comes_three_times_acts_once(
    server: SlackServer, tmp_path: Path, transport: Transport
) -> None:
    """Slack repeats events that it is not sure we heard, also to a process that was started since."""
    ada = server.user("Ada")
    lab = server.channel("lab", members=[ada])
    async with running(server, tmp_path, transport=transport):
        said = await server.mention(ada, lab, "subscribe diffusion --share")
        assert said.event is not None
        await server.handled(server.repeats(said.event))
    async with running(server, tmp_path, transport=transport):
        await server.handled(server.repeats(said.event))
        await server.mention(ada, lab, "status --share")
        assert len(lab.messages) == 2


@pytest.mark.parametrize("kind", ["slash_commands", "interactive"])
async def test_a_command_and_a_press_that_come_twice_act_once(
    server: SlackServer, tmp_path: Path, kind: str
) -> None:
    """Commands and presses are known by their trigger."""
    ada = server.user("Ada")
    lab = server.channel("lab", members=[ada])
    async with running(server, tmp_path):
        said = await server.command(ada, lab, "/papers", "search video editing --share")
        by = server.installation
        if kind == "interactive":
            actions = [payloads.action(server.world, said.answer.control("Save"), None)]
            payload = payloads.block_actions(server.world, by, ada, said.answer, actions)
        else:
            payload = payloads.command(server.world, by, ada, lab, name="/papers", text="status")
        for _ in range(3):
            await server.delivery.bring("interactive" if kind == "interactive" else "slash_commands", payload)
        await server.until(lambda: len(lab.messages) >= 2)
        await server.command(ada, lab, "/papers", "help")
        assert len(lab.messages) == 3


async def test_slow_work_waits_behind_the_acknowledgement(server: SlackServer, tmp_path: Path) -> None:
    """However slow Slack's own answers are, a command is acknowledged at once."""
    ada = server.user("Ada")
    lab = server.channel("lab", members=[ada])
    gate = asyncio.Event()
    async with running(server, tmp_path):
        server.faults.plan(Held(gate), "users.info")
        said = await server.command(ada, lab, "/papers", "subscribe diffusion", answers=0)
        assert said.acked_after < 1
        assert not lab.messages
        gate.set()
        await server.until(lambda: lab.messages)


async def test_what_nobody_listens_to_is_acknowledged(server: SlackServer, tmp_path: Path) -> None:
    """Slack is not let wait for, nor made to repeat, what is not for us."""
    ada = server.user("Ada")
    lab = server.channel("lab", members=[ada])
    async with running(server, tmp_path):
        told = server.renames(lab, "laboratory")
        await server.handled(told)
        assert told is not None
        assert told.taken
        joined = server.tell("team_join", {"user": ada.seen_from(server.team)}, team=server.team)
        await server.handled(joined)
        assert joined is not None
        assert joined.taken
        found = await server.command(ada, lab, "/papers", "search video editing")
        more = await server.presses(ada, found.answer, "More")
        leading = next(label for label in more.answer.labels if label in {"arXiv", "PDF", "Page"})
        assert (await server.presses(ada, more.answer, leading)).error is None
        edited = server.tell(
            "message.im",
            {"channel": server.direct(ada).id, "channel_type": "im", "subtype": "message_changed"},
            server.direct(ada),
        )
        await server.handled(edited)
        assert edited is not None
        assert edited.taken


async def trouble(bot: RunningSlack) -> list[tuple[str, bool]]:
    """Return Slack's troubles that were noted, and whether they are over."""
    async with bot.archive.database.read() as connection:
        found = await recent(connection, ["slack"], now=int(time.time()))
    return [(one.what, one.until is not None) for one in found]


async def test_a_lost_connection_is_renewed(server: SlackServer, tmp_path: Path) -> None:
    """Lost without a word or renewed by Slack, the connection comes back and people are answered."""
    ada = server.user("Ada")
    async with running(server, tmp_path, ping=0.2) as bot:
        await server.asks_to_reconnect()
        assert "/papers" in (await server.direct_message(ada, "help")).text
        server.drops_sockets()
        await server.until(lambda: not server.sockets)
        await server.connected()
        assert "/papers" in (await server.direct_message(ada, "help")).text
        assert await trouble(bot) == []


async def test_a_connection_that_stays_away_is_opened_anew(
    server: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library's client is replaced where it does not come back by itself, and the trouble is told."""
    for name, seconds in (("_LOOK_EVERY", 0.02), ("_TOLD_AFTER", 0.05), ("_REPLACED_AFTER", 0.1)):
        monkeypatch.setattr(socket_mode, name, seconds)
    ada = server.user("Ada")
    async with running(server, tmp_path) as bot:  # whose own look comes after five seconds
        async with server.unplugged(), asyncio.timeout(PATIENCE):
            while not await trouble(bot):
                await asyncio.to_thread(lambda: None)
        await server.connected()
        assert "/papers" in (await server.direct_message(ada, "help")).text
        async with asyncio.timeout(PATIENCE):
            while not all(over for _, over in await trouble(bot)):
                await asyncio.to_thread(lambda: None)


async def test_slack_that_is_away_at_the_start_is_waited_for(
    server: SlackServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The bot continues trying, says so once, and answers when Slack is there."""
    ada = server.user("Ada")

    async def talk() -> str:
        async with running(server, tmp_path):
            return (await server.direct_message(ada, "help")).text

    async with server.unplugged():
        talking = asyncio.create_task(talk())
        await server.until(lambda: "no connection" in caplog.text)
        assert not talking.done()
    assert "/papers" in await talking
    assert server.token not in caplog.text


async def test_trouble_is_told(server: SlackServer, tmp_path: Path) -> None:
    """Over HTTP each request tells whether Slack is reached; /status tells it for a day."""
    ada = server.user("Ada")
    lab = server.channel("lab", members=[ada])
    async with running(server, tmp_path, samples=False, transport="http") as bot:
        await bot.subscribed(lab)
        async with server.unplugged():
            await bot.publish("On rivers")
            assert [over for _, over in await trouble(bot)] == [False]
        told = await server.command(ada, lab, "/papers", "status")
        assert [over for _, over in await trouble(bot)] == [True]
        assert server.token not in told.text
        again = await server.command(ada, lab, "/papers", "status")
        assert "could not be reached from" in again.text


@pytest.mark.parametrize(
    ("setting", "value"), [("slack_bot_token", "xoxb-wrong"), ("slack_app_token", "xapp-wrong")]
)
async def test_a_token_that_slack_refuses_names_its_setting(
    server: SlackServer, tmp_path: Path, setting: str, value: str
) -> None:
    """The operator is told which, where to find the right one, and not what it was."""
    with pytest.raises(SettingsError) as refused:
        async with running(server, tmp_path, more={setting: value}):
            pass
    assert setting.upper() in str(refused.value)
    assert "your app's page" in str(refused.value)
    assert value not in str(refused.value)


async def test_a_port_that_is_taken_names_its_setting(server: SlackServer, tmp_path: Path) -> None:
    """Two bots on one port: the second says which setting to change."""
    async with running(server, tmp_path / "one", transport="http") as bot:
        taken = bot.url.removeprefix("http://")
        with pytest.raises(SettingsError, match="SLACK_LISTEN"):
            async with running(server, tmp_path / "two", transport="http", slack_listen=taken):
                pass


async def test_what_was_heard_is_kept_for_all_processes(server: SlackServer, tmp_path: Path) -> None:
    """The ids of events are in the inbox, so another process knows them too."""
    ada = server.user("Ada")
    async with running(server, tmp_path) as bot:
        said = await server.direct_message(ada, "help")
        assert said.event is not None
        services = platform_services(bot.archive)
        assert not await services.inbox.is_new("slack", said.event.event_id)
        async with bot.archive.database.write() as connection:
            assert await inbox.add(connection, "slack", "another", now=int(time.time()))
