"""The tokens of workspaces at rest: keys that change or are lost, and a database that is slow."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from running_slack import KEY, held_archive, running
from test_slack_install import oauth, stored

from bot.cli.doctor import doctor
from bot.platforms.slack.api import clients

if TYPE_CHECKING:
    from pathlib import Path

    from slack_server import SlackServer


pytest_plugins = ("slack_server.fixtures",)

# slack_sdk 3.47 makes one for oauth.v2.access.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")

OTHER_KEY = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA="


async def test_a_lost_key_loses_no_digest_and_is_mended_by_installing_again(
    server: SlackServer,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """People are told to install again, the operator which workspace it is, and what is due waits."""
    caplog.set_level(logging.WARNING)
    other = server.workspace("Elsewhere")
    eve = server.user("Eve", team=other)
    async with running(server, tmp_path, samples=False, more=oauth(server)) as bot:
        assert (await server.installs(eve, f"{bot.url}/slack/install")).installation is not None
        there = server.channel("there", members=[eve], team=other)
        await bot.subscribed(there)
    async with running(
        server, tmp_path, samples=False, more={**oauth(server), "slack_token_key": OTHER_KEY}
    ) as bot:
        assert f"of {other.id};" in caplog.text
        assert await doctor(bot.archive.settings) == 1
        assert f"no key opens the tokens of {other.id}: write the key" in capsys.readouterr().out
        told = await server.command(eve, there, "/papers", "help", answers=0)
        assert told.error is None
        assert "install me again" in told.text
        await bot.publish("On rivers")
        assert await bot.states() == ["retry"]
        assert (await server.installs(eve, f"{bot.url}/slack/install")).installation is not None
        await bot.make_due()
        await bot.deliver()
        assert await bot.states() == ["sent"]
        assert "/papers" in (await server.command(eve, there, "/papers", "help")).text
        await doctor(bot.archive.settings)
        assert "ok      slack: 1 workspace installed the app" in capsys.readouterr().out


async def test_a_key_is_changed_by_writing_the_new_one_before_it(server: SlackServer, tmp_path: Path) -> None:
    """A start seals everything by the first key, so that the old one may be taken away afterwards."""
    other = server.workspace("Elsewhere")
    eve = server.user("Eve", team=other)
    async with running(server, tmp_path, samples=False, more=oauth(server)) as bot:
        assert (await server.installs(eve, f"{bot.url}/slack/install")).installation is not None
        before = await stored(bot)
    keys = {**oauth(server), "slack_token_key": f"{OTHER_KEY} {KEY}"}
    async with running(server, tmp_path, samples=False, more=keys) as bot:
        assert not set(await stored(bot)) & set(before)
    async with running(server, tmp_path, samples=False, more={**oauth(server), "slack_token_key": OTHER_KEY}):
        assert "/papers" in (await server.direct_message(eve, "help")).text


async def test_a_slow_database_holds_up_no_acknowledgement(
    server: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose a request is need not be read again before Slack is told that it was heard."""
    ada = server.user("Ada")
    lab = server.channel("lab", members=[ada])
    gate = held_archive(monkeypatch)
    gate.set()
    monkeypatch.setattr(clients, "_KNOWN_AFTER", 0.05)
    async with running(server, tmp_path, slack_bot_token=None, more=oauth(server)) as bot:
        await server.installs(ada, f"{bot.url}/slack/install")
        await server.command(ada, lab, "/papers", "help")
        gate.clear()
        asked = await server.command(ada, lab, "/papers", "status --share", answers=0)
        assert asked.error is None
        assert asked.acked_after < 1
        gate.set()
        await server.until(lambda: lab.messages)
