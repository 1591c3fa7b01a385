"""What happened to one digest for many channels: in Slack, and in the bot's archive."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from broadcasts import OFFERED, Outbox

from bot.platforms.slack.messages.metadata import EVENT_TYPE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from slack_server import Channel, Message, SlackServer


def is_digest(message: Message) -> bool:
    """Return whether a message is a digest, not what is in its thread or answers somebody."""
    told = message.metadata or {}
    return told.get("event_type") == EVENT_TYPE and message.thread_ts is None


@dataclass(frozen=True, slots=True)
class Delivered:
    """What happened to one round of digests.

    Attributes:
        channels: how many were to get one.
        states: how many deliveries are in each state.
        again: how many were sent more than once before they arrived.
        arrived: how many digests Slack has accepted.
        plain: the channels that got it without blocks.
        threads: how many digests have all papers in the thread below.
        lost: channels that got nothing and whose delivery does not say so.
        twice: channels that got it more than once.
        failing: the channels of the deliveries that are not `sent`, by state.
    """

    channels: int
    states: Counter[str]
    again: int
    arrived: int
    plain: set[str]
    threads: int
    lost: tuple[Channel, ...]
    twice: tuple[Channel, ...]
    failing: dict[str, set[str]]


class Round:
    """One round of digests; made before its papers are published.

    Args:
        server: where they arrive.
        folder: of the archive.
        channels: those that are to get one.
        titles: of its papers, which no other paper has.
    """

    def __init__(
        self, server: SlackServer, folder: Path, channels: Iterable[Channel], titles: Sequence[str]
    ) -> None:
        self._server = server
        self._outbox = Outbox(folder)
        self._channels = tuple(channels)
        self._titles = titles

    async def ended(self, *, patience: float) -> None:
        """Wait, so many seconds at most, until nothing of it is to be sent any more."""
        await self._outbox.ended(self._server, len(self._channels), patience=patience)

    async def threads_filled(self, *, patience: float) -> None:
        """Wait, likewise, until each digest that Slack answered for has its thread."""
        waiting = [one for channel in self._channels for one in self.of_channel(channel)]
        # Whose answer was cut off can't know below what to post.
        waiting = [one for one in waiting if self._server.log[one.number - 1].answered]

        def are_filled() -> bool:
            waiting[:] = [one for one in waiting if not self.is_filled(one)]
            return not waiting

        await self._server.until(are_filled, awaited="threads", patience=patience)

    def delivered(self) -> Delivered:
        """Return what happened to it so far."""
        rows = self._outbox.deliveries()
        failing: dict[str, set[str]] = {}
        for channel, state, _ in rows:
            if state != "sent":
                failing.setdefault(state, set()).add(channel)
        told = set().union(*(failing.get(state, ()) for state in ("uncertain", "failed", "cancelled")))
        got = {channel: self.of_channel(channel) for channel in self._channels}
        return Delivered(
            channels=len(self._channels),
            states=Counter(state for _, state, _ in rows),
            again=sum(state == "sent" and attempts > 1 for _, state, attempts in rows),
            arrived=sum(map(len, got.values())),
            plain={channel.id for channel, found in got.items() if found and not found[0].blocks},
            threads=sum(self.is_filled(one) for found in got.values() for one in found),
            lost=tuple(channel for channel in self._channels if not got[channel] and channel.id not in told),
            twice=tuple(channel for channel in self._channels if len(got[channel]) > 1),
            failing=failing,
        )

    def tried(self, channels: AbstractSet[str]) -> bool:
        """Return whether the digest of each of these channels was tried, and the result of that is known."""
        return channels <= {
            one.chat for one in self._outbox.deliveries() if one.attempts and one.state != "sending"
        }

    def of_channel(self, channel: Channel) -> list[Message]:
        """Return the digests of this round that a channel got."""
        return [one for one in channel.messages if is_digest(one) and self._tells(one.shown)]

    def is_filled(self, digest: Message) -> bool:
        """Return whether all papers are in the thread below a digest."""
        return self._tells("\n".join(one.shown for one in digest.channel.replies_to(digest)))

    async def offered(self, channel: Channel) -> bool:
        """Return whether the channel's last digest offers this one, and brings it to who wants it."""
        offers = [one for one in channel.messages if OFFERED in one.shown]
        if not offers or channel.creator is None:
            return False
        before = len(channel.messages)
        await self._server.presses(
            channel.creator,
            offers[-1],
            "Show it",
            until=lambda: any(self._tells(one.shown) for one in channel.messages[before:]),
        )
        return True

    def _tells(self, shown: str) -> bool:
        return all(title in shown for title in self._titles)


def gone(folder: Path) -> set[str]:
    """Return the channels that the bot knows it can't reach."""
    return Outbox(folder).gone()
