"""The threads below digests: after all digests, and whole after a fault and a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from running_slack import running, settings_for
from slack_server import CutAfter, SlackServer
from slack_server.records.world import DEFAULT_SCOPES
from sqlalchemy import func, select, update

from bot.app import open_archive
from bot.storage.schema import owed_threads

if TYPE_CHECKING:
    from pathlib import Path

    from running_slack import RunningSlack
    from slack_server import Channel, Message
    from slack_server.api.params import Params

pytest_plugins = ("slack_server.fixtures",)

POST = "chat.postMessage"
TITLES = tuple(f"Rivers of part {number:02}" for number in range(1, 11))
IN_FLIGHT = 3


def below(channel: Channel) -> list[Message]:
    """Return what is in the threads of a channel."""
    return [one for one in channel.messages if one.thread_ts is not None]


async def owed(bot: RunningSlack) -> int:
    """Return how many threads are not whole."""
    async with bot.archive.database.read() as connection:
        return (await connection.execute(select(func.count()).select_from(owed_threads))).scalar_one()


async def test_digests_go_before_threads(server: SlackServer, tmp_path: Path) -> None:
    """While digests wait for their turn, no thread takes one."""
    channels = [server.channel(f"lab{number}") for number in range(8)]
    async with running(server, tmp_path, samples=False) as bot:
        for channel in channels:
            await bot.subscribed(channel)
        await bot.publish("On rivers")
        await server.until(lambda: all(below(channel) for channel in channels))
    sent = sorted((one for channel in channels for one in channel.messages), key=lambda one: one.number)
    first = next(at for at, one in enumerate(sent) if one.thread_ts is not None)
    assert first >= len(channels) - IN_FLIGHT


@pytest.mark.parametrize("with_history", [True, False])
async def test_a_thread_goes_on_after_a_restart(tmp_path: Path, with_history: bool) -> None:  # noqa: FBT001 (a column)
    """A thread of which one answer was cut off is whole after the next start, and no card comes twice."""
    scopes = DEFAULT_SCOPES | ({"channels:history"} if with_history else set())
    async with SlackServer(scopes=scopes) as server:
        lab = server.channel("lab")
        posts = 0

        def is_first(params: Params) -> bool:
            nonlocal posts
            posts += bool(params.text("thread_ts"))
            return posts == 1

        async with running(server, tmp_path, samples=False) as bot:
            await bot.subscribed(lab)
            cut = server.faults.plan(CutAfter(reset=False), POST, when=is_first)
            await bot.publish(*TITLES)
            await server.until(lambda: cut.hits)
            before = len(below(lab))
            assert await owed(bot) == 1
        assert before == 1
        async with (
            open_archive(settings_for(server, tmp_path)) as archive,
            archive.database.write() as connection,
        ):
            await connection.execute(update(owed_threads).values(due_at=0))
        async with running(server, tmp_path, samples=False):
            await server.until(lambda: all(title in shown(lab) for title in TITLES), patience=20)
        assert len(below(lab)) > before
        assert all(shown(lab).count(title) == shown(lab).count(TITLES[0]) for title in TITLES)


def shown(channel: Channel) -> str:
    """Return what the threads of a channel show."""
    return "\n".join(one.shown for one in below(channel))
