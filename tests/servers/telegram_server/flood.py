"""Telegram's own limits of sending, which answer 429 by themselves.

Source: core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this: 30 messages a second in all,
one a second in a chat ("we may allow short bursts"), 20 a minute in a group. Telegram does not say how it
counts, nor how long a burst may be; here windows slide, and a chat takes `chat_burst` messages at once.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from telegram_server.api.refusal import too_many

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram_server.model import Chat

_ALL = 0
"""No chat has this id."""


@dataclass(eq=False, slots=True, kw_only=True)
class FloodLimits:
    """How many messages are accepted.

    Attributes:
        a_second: over all chats.
        chat_a_second: in one chat, in the long run.
        chat_burst: in one chat at once.
        group_a_minute: in one group, supergroup or channel.
        slack: seconds by which a window is shorter, for what a busy machine delays.
        clock: seconds that only go forward.
        refused: how many were refused.
    """

    a_second: int = 30
    chat_a_second: int = 1
    chat_burst: int = 3
    group_a_minute: int = 20
    slack: float = 0.05
    clock: Callable[[], float] = time.monotonic
    refused: int = 0
    _accepted: dict[tuple[int, float], deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _chat_due: dict[int, float] = field(default_factory=dict)

    def check(self, chat: Chat) -> None:
        """Let a message pass, or not.

        Raises:
            Refusal: with 429 and the whole seconds until one more is accepted.
        """
        now = self.clock()
        wait = max(
            self._wait((_ALL, 1.0), self.a_second, now),
            self._chat_due.get(chat.id, 0.0) - (self.chat_burst - 1) / self.chat_a_second - self.slack - now,
            0.0 if chat.id > _ALL else self._wait((chat.id, 60.0), self.group_a_minute, now),
        )
        if wait > 0:
            self.refused += 1
            raise too_many(max(1, math.ceil(wait)))

    def count(self, chat: Chat) -> None:
        """Count an accepted message."""
        now = self.clock()
        for key in ((_ALL, 1.0), (chat.id, 60.0)):
            self._accepted[key].append(now)
        self._chat_due[chat.id] = max(self._chat_due.get(chat.id, 0.0), now) + 1 / self.chat_a_second

    def _wait(self, key: tuple[int, float], most: int, now: float) -> float:
        window = key[1] - self.slack
        accepted = self._accepted[key]
        while accepted and now - accepted[0] >= window:
            accepted.popleft()
        return accepted[-most] + window - now if len(accepted) >= most else 0.0
