"""The send rates of each platform, and which request may be sent when.

The generic cell rate algorithm (GCRA, ITU-T I.371): each limit remembers one time, when its next call is due
if calls come evenly. A call is allowed from that time less a tolerance on, and moves it one interval ahead.
So a limit costs one number, whatever its window.

Nothing here waits or reads a clock: callers pass `now`, seconds of a clock that only goes forward.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

TOKEN: Final = "token"  # noqa: S105 (a scope, no secret)
"""The scope of all that a token sends; every other scope is a chat id, and no platform has this one."""

_NEVER: Final = -math.inf
_GROUP_WINDOW: Final = 60.0


class Lane(IntEnum):
    """The priority of a call: the lower value goes first."""

    REPLY = 0  # somebody waits in front of the screen
    PUSH = 1  # one message that something caused just now
    BULK = 2  # many chats are served
    DETAIL = 3  # what hangs below a message that is there already


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The send rates of one token.

    No window of a second (a minute for groups) ever holds more calls than its rate, but for replies to one
    chat where `chat_burst` is above 1. A burst of the token or of groups is bought with steady speed: of 20 a
    minute with bursts of 5, 16 a minute remain for an endless stream.

    Raises:
        ValueError: a rate is not above 0, or its burst is larger than it.

    Attributes:
        token: calls a second over all chats.
        chat: calls a second to one chat.
        chat_burst: replies to one chat that may come at once; then each waits for its second. Platforms let
            short bursts pass, and who presses twice wants no pause between.
        group_per_minute: calls a minute to one group, besides `chat`.
        token_burst: calls of the token that may come at once; makes up for waking late at high rates.
        group_burst: calls to one group that may come as fast as `chat` allows, where they are replies; the
            other lanes keep to even distances, so that a reply finds room.
    """

    token: float
    chat: float
    group_per_minute: int
    token_burst: int = 1
    chat_burst: int = 1
    group_burst: int = 1

    def __post_init__(self) -> None:
        for name, calls, burst in (
            ("token", self.token, self.token_burst),
            ("chat", self.chat, 1),
            ("group_per_minute", self.group_per_minute, self.group_burst),
        ):
            if not (0 < calls < math.inf and 1 <= burst <= max(calls, 1)):
                raise ValueError(f"{name}: {calls:g} calls in bursts of {burst} can't be kept")
        if self.chat_burst < 1:
            raise ValueError(f"chat_burst: {self.chat_burst} is not above 0")


TELEGRAM: Final = Rates(token=25.0, chat=1.0, chat_burst=3, group_per_minute=20, group_burst=5)
"""Telegram's FAQ: about 30 a second in all (5 are left as margin), 1 a chat with short bursts, 20 a minute a
group."""

TELEGRAM_PAID: Final = Rates(
    token=1000.0, chat=1.0, group_per_minute=20, token_burst=20, chat_burst=3, group_burst=5
)
"""With `allow_paid_broadcast`, which costs Stars."""

SLACK: Final = Rates(token=4.0, chat=1.0, chat_burst=3, group_per_minute=60)
"""Slack's chat.postMessage: 1 a second a channel, "several hundred" a minute a workspace."""


@dataclass(frozen=True, slots=True)
class Pace:
    """One rate limit of the algorithm; both values are seconds."""

    interval: float
    tolerance: float

    @classmethod
    def of(cls, calls: float, window: float, burst: int = 1) -> Pace:
        """Return the pace by which no window of so many seconds holds more than `calls`.

        A window holds at most (window + tolerance) / interval, rounded up: both values follow from that.
        """
        interval = window / (calls - burst + 1)
        return cls(interval, (burst - 1) * interval)

    def after(self, due: float, now: float) -> float:
        """Return when the next call is due after one that is made now."""
        return max(due, now) + self.interval


@dataclass(slots=True)
class _Chat:
    due: float = _NEVER
    group_due: float = _NEVER
    paused_until: float = _NEVER

    def idle_from(self) -> float:
        """Return from when on this record says no more than a new one."""
        return max(self.due, self.group_due, self.paused_until)


class Allowances:
    """How much of its rates a token has used, and which chats are paused; idle chats are forgotten."""

    def __init__(self, rates: Rates) -> None:
        self._token = Pace.of(rates.token, 1.0, rates.token_burst)
        self._chat = Pace(1.0 / rates.chat, (rates.chat_burst - 1) / rates.chat)
        self._group = Pace.of(rates.group_per_minute, _GROUP_WINDOW, rates.group_burst)
        self._token_due = _NEVER
        self._begun_due = _NEVER
        self._token_paused_until = _NEVER
        self._chats: OrderedDict[str, _Chat] = OrderedDict()

    def __len__(self) -> int:
        """Return how many chats are remembered."""
        return len(self._chats)

    def token_free_at(self) -> float:
        """Return from when on the token allows a call."""
        # Begun calls have one interval of tolerance more: one that was let through a moment ago may begin.
        begun = self._begun_due - self._token.tolerance - self._token.interval
        return max(self._token_due - self._token.tolerance, begun, self._token_paused_until)

    def began(self, now: float) -> None:
        """Count a call that leaves this process now, some time after it was let through.

        Between the two a message is made and a commit waits for the disk; a stall there bunches calls that
        were let through evenly, and the platform counts what it sees. Who leaves this out loses nothing else.
        """
        self._begun_due = self._token.after(self._begun_due, now)

    def chat_free_at(self, chat: str, *, is_group: bool, lane: Lane) -> float:
        """Return from when on a chat allows a call of a lane, whatever the token says."""
        known = self._chats.get(chat)
        if known is None:
            return _NEVER
        reply = lane is Lane.REPLY
        free_at = max(known.due - (self._chat.tolerance if reply else 0.0), known.paused_until)
        if is_group:
            free_at = max(free_at, known.group_due - (self._group.tolerance if reply else 0.0))
        return free_at

    def take(self, chat: str, *, is_group: bool, now: float) -> None:
        """Count a call that is made now."""
        self._token_due = self._token.after(self._token_due, now)
        known = self._remember(chat, now)
        known.due = self._chat.after(known.due, now)
        if is_group:
            known.group_due = self._group.after(known.group_due, now)

    def pause(self, scope: str, *, seconds: float, now: float) -> None:
        """Allow no call in a scope (`TOKEN` or a chat id) for so many seconds; a longer pause stays."""
        until = now + seconds
        if scope == TOKEN:
            self._token_paused_until = max(self._token_paused_until, until)
        else:
            known = self._remember(scope, now)
            known.paused_until = max(known.paused_until, until)

    def _remember(self, chat: str, now: float) -> _Chat:
        # Two old records are looked at whenever one may be added, so idle ones go faster than new ones come,
        # and no call pays for a sweep.
        for _ in range(min(2, len(self._chats))):
            oldest, record = self._chats.popitem(last=False)
            if record.idle_from() > now:
                self._chats[oldest] = record
        return self._chats.setdefault(chat, _Chat())
