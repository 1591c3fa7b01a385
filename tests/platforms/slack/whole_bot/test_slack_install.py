"""Workspaces that install the app, and remove it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from running_slack import KEY, PATIENCE, free_port, running, settings_for
from slack_server import SlackServer
from slack_server.connections import payloads
from slack_server.records.world import DEFAULT_SCOPES
from sqlalchemy import select

from bot.app import slack_settings
from bot.cli.check import check
from bot.platforms.slack.api.scopes import SCOPES
from bot.platforms.slack.check_tokens import check as check_slack
from bot.storage.schema import installations

if TYPE_CHECKING:
    from pathlib import Path

    from running_slack import RunningSlack, Transport

pytest_plugins = ("slack_server.fixtures",)

# slack_sdk 3.47 makes one for oauth.v2.access.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


def oauth(server: SlackServer) -> dict[str, str]:
    """Return the settings of an app that workspaces install."""
    return {
        "slack_client_id": server.client_id,
        "slack_client_secret": server.client_secret,
        "slack_token_key": KEY,
    }


async def stored(bot: RunningSlack) -> list[str]:
    """Return what is stored of installations."""
    async with bot.archive.database.read() as connection:
        return list((await connection.execute(select(installations.c.sealed))).scalars())


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_a_second_workspace_installs_and_removes_the_app(
    server: SlackServer, tmp_path: Path, transport: Transport
) -> None:
    """It is asked for no more than the scopes; then both are served, until it removes the app."""
    other = server.workspace("Elsewhere")
    eve, ada = server.user("Eve", team=other), server.user("Ada")
    async with running(
        server, tmp_path, samples=False, transport=transport, slack_threads="off", more=oauth(server)
    ) as bot:
        installed = await server.installs(eve, f"{bot.url}/slack/install")
        assert installed.status == 200
        assert installed.asked == set(SCOPES)
        assert installed.installation is not None
        assert not [row for row in await stored(bot) if installed.installation.token in row]
        # The bot of a workspace is in a channel only from when it is installed on.
        there, here = (
            server.channel("there", members=[eve], team=other),
            server.channel("here", members=[ada]),
        )
        for person, channel in ((eve, there), (ada, here)):
            assert "/papers" in (await server.direct_message(person, "help")).text
            assert "#1" in (await server.command(person, channel, "/papers", "subscribe rivers")).text
            await bot.say(channel, "/schedule instant")
        await bot.publish("On rivers")
        assert await bot.states() == ["sent", "sent"]
        assert "On rivers" in there.last.shown
        for event in server.uninstalls(other):
            await server.handled(event)
        await bot.becomes(there, gone=True)
        async with asyncio.timeout(PATIENCE):
            while await stored(bot):
                await asyncio.to_thread(lambda: None)
        assert not await bot.is_gone(here)
        await bot.publish("More rivers", first=2)
        assert await bot.states() == ["sent"] * 3
        # Whatever still comes from there is told so, and nothing else follows.
        late = payloads.command(server.world, installed.installation, eve, there, name="/papers", text="help")
        ack = await server.delivery.bring("slash_commands", late)
        assert "install me again" in ack.payload["text"]
        again = await server.installs(eve, f"{bot.url}/slack/install")
        assert again.installation is not None
        assert not await bot.is_gone(there)
        assert "/papers" in (await server.direct_message(eve, "help")).text


async def test_an_app_without_a_workspace_of_its_own(tmp_path: Path) -> None:
    """Without SLACK_BOT_TOKEN only those workspaces are served that installed the app."""
    async with SlackServer(installed=False) as server:
        ada = server.user("Ada")
        async with running(server, tmp_path, slack_bot_token=None, more=oauth(server)) as bot:
            assert (await server.installs(ada, f"{bot.url}/slack/install")).installation is not None
            assert "/papers" in (await server.direct_message(ada, "help")).text


async def test_an_installation_that_did_not_begin_here_is_refused(
    server: SlackServer, tmp_path: Path
) -> None:
    """A forged state, another browser and somebody who says no install nothing."""
    other = server.workspace("Elsewhere")
    eve = server.user("Eve", team=other)
    async with running(server, tmp_path, more=oauth(server)) as bot:
        page = f"{bot.url}/slack/install"
        assert (await server.installs(eve, page, state="x" * 43)).status == 400
        assert (await server.installs(eve, page, with_cookies=False)).status == 400
        assert (await server.installs(eve, page, denies=True)).installation is None
        assert not await stored(bot)


async def test_check_names_what_is_missing(
    server: SlackServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tokens that work are named with their workspace, missing scopes with what they are for."""
    assert await check(settings_for(server, tmp_path)) == 0
    said = capsys.readouterr().out
    assert "@paperwire answers in Paper Lab" in said
    assert "SLACK_APP_TOKEN opens Socket Mode" in said
    assert "missing" not in said
    async with SlackServer(scopes=DEFAULT_SCOPES - {"files:write", "links:write"}) as poorer:
        works, lines = await check_slack(slack_settings(settings_for(poorer, tmp_path, transport="http")))
    assert works
    lacking = [line for line in lines if "is missing" in line]
    assert [line.split()[2] for line in lacking] == ["files:write", "links:write"]
    assert "BibTeX" in lacking[0]
    assert any("/slack/events" in line for line in lines)


async def test_check_names_the_setting_that_is_wrong(
    server: SlackServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A refused token and a server that does not answer fail the check, without showing a token."""
    wrong = settings_for(server, tmp_path, slack_bot_token="xoxb-wrong", slack_app_token="xapp-wrong")
    assert await check(wrong) == 1
    said = capsys.readouterr().err
    assert "SLACK_BOT_TOKEN (invalid_auth)" in said
    assert "SLACK_APP_TOKEN (invalid_auth)" in said
    assert "wrong" not in said
    nowhere = settings_for(server, tmp_path, slack_api_url=f"http://127.0.0.1:{free_port()}/api/")
    assert await check(nowhere) == 1
    assert "can't be reached" in capsys.readouterr().err
