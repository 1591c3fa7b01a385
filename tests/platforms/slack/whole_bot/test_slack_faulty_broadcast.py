"""A digest for many channels of several workspaces while Slack has its faults."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from broadcasts import make_due, publish
from faulty_slack_broadcast import (
    TimedLimits,
    bot_process,
    channels_of,
    install,
    plan_faults,
    settings_of,
    subscribe,
)
from slack_digest_rounds import Round, gone
from slack_server import SlackServer
from slack_server.records.world import DEFAULT_SCOPES

from bot.app import open_archive
from bot.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from slack_server import Channel

    from bot.app import Archive

WORKSPACES, CHANNELS = 5, 3
PATIENCE = 60.0
UPPER = ("Of upper rivers", "Fish in upper rivers", "Sand in upper rivers")
LAKES = ("Of lakes", "Fish in lakes")


async def install_everywhere(
    server: SlackServer, archive: Archive, name: str, scopes: frozenset[str]
) -> list[Channel]:
    """Return the channels of some workspaces that allowed these scopes."""
    made = []
    for number in range(1, WORKSPACES + 1):
        team = await install(server, archive, f"{name} {number}", scopes)
        made += channels_of(server, team, CHANNELS)
    return made


async def test_each_channel_has_its_digest_once_or_is_told_of_it(tmp_path: Path) -> None:
    """Nothing is lost or comes twice: what is in doubt is looked up, or else offered by the next digest."""
    # Takes 6 s: a process that starts, and each workspace gets no more than 4 messages a second.
    async with SlackServer() as server:
        chosen = settings_of(server, tmp_path, many_workspaces=True)
        async with open_archive(Settings.model_validate(chosen)) as archive:
            with_history = DEFAULT_SCOPES | {"channels:history"}
            known = await install_everywhere(server, archive, "Known", with_history)
            unknown = await install_everywhere(server, archive, "Unknown", DEFAULT_SCOPES)
            channels = [*known, *unknown]
            random = Random(7)  # noqa: S311 (repeatable on purpose)
            found, doubted = (
                plan_faults(server, some, 1, random, retry_after=1) for some in (known, unknown)
            )
            told_to_wait = {one.id for one in (*found.told_to_wait, *doubted.told_to_wait)}
            archived = {one.id for one in (*found.archived, *doubted.archived)}
            in_lakes = [*found.cut, *doubted.cut, *found.unreadable, *doubted.unreadable]
            await subscribe(archive, channels, "rivers")
            await subscribe(archive, [*in_lakes, *found.archived, *doubted.archived], "lakes")
            # Requests of a busy machine are late, some more than others.
            server.flood = TimedLimits(slack=0.4)
            first = Round(server, tmp_path, channels, UPPER)
            await publish(archive, *UPPER)
            async with bot_process(server, tmp_path, chosen, tick=0.1):
                ada = server.user("Ada")
                asked = await server.command(ada, server.direct(ada), "/papers", "subscriptions")
                home = await server.opens_home(ada)
                await server.until(lambda: first.tried(told_to_wait), patience=PATIENCE)
                await make_due(archive)
                await first.ended(patience=PATIENCE)
                await first.threads_filled(patience=PATIENCE)
                became = first.delivered()
                tried = len(server.log)
                second = Round(server, tmp_path, in_lakes, LAKES)
                await publish(archive, *LAKES, first=4)
                await second.ended(patience=PATIENCE)
                offered = [await first.offered(channel) for channel in (*found.cut, *doubted.cut)]
                ended = second.delivered()
        later = {one.call.params.text("channel") for one in server.log[tried:]}
    assert asked.answer.text
    assert home.home
    assert (became.lost, became.twice) == ((), ())
    assert became.states == {"sent": len(channels) - 3, "uncertain": 1, "failed": 2}
    assert became.failing == {"uncertain": {channel.id for channel in doubted.cut}, "failed": archived}
    assert became.arrived == len(channels) - len(archived)
    assert became.plain == {channel.id for channel in (*found.unreadable, *doubted.unreadable)}
    assert became.threads == became.arrived - 1, "a thread is missing below others than the one in doubt"
    assert became.again == 4
    assert gone(tmp_path) == archived
    assert offered == [False, True]
    assert (ended.lost, ended.twice) == ((), ())
    assert ended.states == {"sent": len(in_lakes)}
    assert not archived & later
