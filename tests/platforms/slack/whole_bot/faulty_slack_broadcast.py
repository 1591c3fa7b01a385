"""One digest for many channels, sent by a bot in a process of its own while Slack has its faults."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import broadcasts
from broadcasts import archive_settings
from running_slack import KEY, free_port
from slack_digest_rounds import is_digest
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_server import CutAfter, FloodLimits, RateLimited, Refused
from slack_server.api import account

from bot.app import slack_installations
from bot.platforms.slack.api.conversations import key_of
from bot.platforms.slack.api.installation_store import SlackInstallationStore
from bot.platforms.slack.messages.metadata import EVENT_TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path
    from random import Random

    from slack_server import Channel, SlackServer, Team
    from slack_server.api.params import Params

    from bot.app import Archive

POST = "chat.postMessage"


@dataclass(eq=False, kw_only=True)
class TimedLimits(FloodLimits):
    """Slack's limits, and when it accepted what; direct messages take the bursts that answers come in.

    Attributes:
        direct: the limits of direct messages; the other attributes are those of channels.
        digests: seconds of the clock, rising.
        threads: likewise of the messages in their threads.
        others: how many other messages were accepted.
    """

    direct: FloodLimits = field(default_factory=lambda: FloodLimits(burst=3))
    digests: list[float] = field(default_factory=list)
    threads: list[float] = field(default_factory=list)
    others: int = 0

    def check_message(self, channel: Channel) -> None:
        """Let a message into a channel, or not.

        Raises:
            Refusal: 429, with the whole seconds to wait.
        """
        if channel.kind == "im":
            self.direct.check_message(channel)
        else:
            super().check_message(channel)

    def count_message(self, channel: Channel) -> None:
        """Count an accepted message, the channel's last."""
        if channel.kind == "im":
            self.direct.count_message(channel)
        else:
            super().count_message(channel)
        last = channel.last
        if is_digest(last):
            self.digests.append(self.clock())
        elif last.thread_ts is not None:
            self.threads.append(self.clock())
        else:
            self.others += 1


def _brings_digest(params: Params) -> bool:
    return EVENT_TYPE in params.text("metadata") and not params.text("thread_ts")


@dataclass(frozen=True, slots=True)
class Troubled:
    """Channels whose next digest meets a fault; no channel is in two of them.

    Attributes:
        told_to_wait: Slack answers 429 once.
        cut: Slack takes the message, and the connection is cut before it says so.
        unreadable: Slack refuses the blocks once.
        archived: the channel is archived, and the bot was not told.
    """

    told_to_wait: tuple[Channel, ...]
    cut: tuple[Channel, ...]
    unreadable: tuple[Channel, ...]
    archived: tuple[Channel, ...]

    @property
    def all(self) -> tuple[Channel, ...]:
        """Channels where anything is wrong."""
        return (*self.told_to_wait, *self.cut, *self.unreadable, *self.archived)


def plan_faults(
    server: SlackServer, channels: Sequence[Channel], each: int, chosen: Random, *, retry_after: int
) -> Troubled:
    """Let the next digest of some channels meet a fault.

    Args:
        server: which Slack it is.
        channels: of all of them, some are picked.
        each: how many for each fault.
        chosen: picks them.
        retry_after: seconds that a channel is told to wait.
    """
    picked = chosen.sample(channels, 4 * each)
    troubled = Troubled(*(tuple(picked[start : start + each]) for start in range(0, 4 * each, each)))
    for channel in troubled.told_to_wait:
        server.faults.plan(RateLimited(retry_after), POST, channel=channel, when=_brings_digest)
    for number, channel in enumerate(troubled.cut):
        # A connection may end in the orderly way, or by a reset.
        cut = CutAfter(reset=bool(number % 2))
        server.faults.plan(cut, POST, channel=channel, when=_brings_digest)
    for channel in troubled.unreadable:
        server.faults.plan(Refused("invalid_blocks"), POST, channel=channel, when=_brings_digest)
    for channel in troubled.archived:
        # Not `server.archives`, which tells the bot: it may have been down longer than Slack continues
        # telling.
        channel.archived = True
    return troubled


async def install(server: SlackServer, archive: Archive, name: str, scopes: Iterable[str]) -> Team:
    """Make a workspace that has installed the app and allowed these scopes."""
    team = server.workspace(name)
    admin = server.user(f"Admin of {name}", team=team, is_admin=True)
    made = account.install(server.world, team, admin, frozenset(scopes))
    kept = slack_installations(archive)
    assert kept is not None, "the settings let no workspace install the app"
    await SlackInstallationStore(kept.keeping).async_save_bot(
        Bot(
            app_id=server.world.app_id,
            team_id=team.id,
            team_name=team.name,
            bot_token=made.token,
            bot_id=made.bot.bot_id or "",
            bot_user_id=made.bot.id,
            bot_scopes=sorted(made.scopes),
            installed_at=time.time(),
        )
    )
    return team


def channels_of(server: SlackServer, team: Team, count: int) -> list[Channel]:
    """Return so many new channels of a workspace; who made one is in it."""
    made = []
    for number in range(1, count + 1):
        reader = server.user(f"Reader {number} of {team.name}", team=team)
        made.append(server.channel(f"{team.domain}-{number}", members=[reader], team=team))
    return made


async def subscribe(archive: Archive, channels: Iterable[Channel], query: str) -> None:
    """Store that each channel wants what matches a query, as soon as it comes."""
    await broadcasts.subscribe(archive, (key_of(one.team.id, one.id) for one in channels), query)


def settings_of(server: SlackServer, folder: Path, *, many_workspaces: bool = False) -> dict[str, str]:
    """Return the settings of a bot in Socket Mode whose archive is in a folder.

    Args:
        server: the Slack that it talks to.
        folder: where its archive is.
        many_workspaces: whether others than the server's first one may install the app.
    """
    chosen = archive_settings(folder) | {
        "slack_bot_token": server.token,
        "slack_app_token": server.app_token,
        "slack_api_url": server.url,
    }
    if many_workspaces:
        chosen |= {"slack_client_id": server.client_id, "slack_client_secret": server.client_secret}
        chosen |= {"slack_token_key": KEY, "slack_listen": f"127.0.0.1:{free_port()}"}
    return chosen


def bot_process(
    server: SlackServer, folder: Path, settings: Mapping[str, str], *, tick: float
) -> AbstractAsyncContextManager[None]:
    """Run `paperwire run` until the block ends, and let it end by SIGTERM.

    Args:
        server: the Slack that it talks to.
        folder: what it logs goes into `bot.log` there.
        settings: by their names in lower case.
        tick: seconds between two looks for what is due.
    """
    return broadcasts.bot_process(server, folder, settings, tick=tick, is_up=lambda: server.sockets)
