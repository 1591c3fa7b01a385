"""Slack's own limits, which answer 429 with `Retry-After` by themselves.

Source: docs.slack.dev/apis/web-api/rate-limits: one message a second in a channel, with short bursts; other
methods so often a minute and workspace, by their tier. Slack does not say how it counts; here a channel has a
bucket that fills at one a second, and the minutes of the tiers slide.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from slack_server.api.methods import METHODS
from slack_server.api.refusal import rate_limited

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_server.records.model import Channel
    from slack_server.records.workspace import Team

_MINUTE = 60.0


@dataclass(eq=False, slots=True, kw_only=True)
class FloodLimits:
    """How many requests are accepted.

    Attributes:
        channel_a_second: messages in one channel.
        burst: messages that a quiet channel takes at once.
        tiers: whether methods are counted a minute and workspace.
        a_minute: other numbers than those of `METHODS`, by method.
        slack: of a message that a busy machine may be early.
        clock: seconds that only go forward.
        refused: how many were refused.
    """

    channel_a_second: float = 1.0
    burst: int = 1
    tiers: bool = False
    a_minute: Mapping[str, int] = field(default_factory=dict)
    slack: float = 0.05
    clock: Callable[[], float] = time.monotonic
    refused: int = 0
    _levels: dict[str, tuple[float, float]] = field(default_factory=dict)
    _accepted: dict[tuple[str, str], deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def check(self, method: str, team: Team) -> None:
        """Count a request by its tier.

        Raises:
            Refusal: 429, with the whole seconds until one more is accepted.
        """
        if not self.tiers:
            return
        now, accepted = self.clock(), self._accepted[method, team.id]
        most = self.a_minute.get(method, METHODS[method].a_minute)
        while accepted and now - accepted[0] >= _MINUTE:
            accepted.popleft()
        if len(accepted) >= most:
            self._refuse(accepted[-most] + _MINUTE - now)
        accepted.append(now)

    def check_message(self, channel: Channel) -> None:
        """Let a message into a channel, or not.

        Raises:
            Refusal: 429, likewise.
        """
        level = self._level(channel)
        if level < 1 - self.slack:
            self._refuse((1 - level) / self.channel_a_second)

    def count_message(self, channel: Channel) -> None:
        """Count an accepted message."""
        self._levels[channel.id] = (max(0.0, self._level(channel) - 1), self.clock())

    def _level(self, channel: Channel) -> float:
        level, at = self._levels.get(channel.id, (float(self.burst), self.clock()))
        return min(float(self.burst), level + (self.clock() - at) * self.channel_a_second)

    def _refuse(self, wait: float) -> None:
        self.refused += 1
        raise rate_limited(max(1, math.ceil(wait)))
