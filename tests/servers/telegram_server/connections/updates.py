"""The queue of updates: offsets, long polling, and which kinds the bot asked for.

Source: core.telegram.org/bots/api#getupdates
"""

from __future__ import annotations

from collections import deque
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "my_chat_member",
    "chat_member",
    "message_reaction",
)
ONLY_WHEN_NAMED = frozenset({"chat_member", "message_reaction"})
MOST_AT_ONCE = 100


class UpdateQueue:
    """Updates that the bot has not confirmed yet.

    Attributes:
        allowed: the kinds that the bot gets from now on.
        asked: how often the bot asked.
    """

    def __init__(self) -> None:
        self.allowed: frozenset[str] = frozenset(KINDS) - ONLY_WHEN_NAMED
        self.waiting: deque[dict[str, Any]] = deque()
        self.asked = 0
        # Telegram's own begin anywhere.
        self._ids = count(871_000_001)

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Choose the kinds for updates to come; None leaves it as it is, nothing named means the default."""
        if kinds is not None:
            named = frozenset(kinds) & frozenset(KINDS)
            self.allowed = named or frozenset(KINDS) - ONLY_WHEN_NAMED

    def add(self, kind: str, content: dict[str, Any]) -> int | None:
        """Queue an update; return its id, or None where the bot did not ask for its kind."""
        if kind not in self.allowed:
            return None
        update_id = next(self._ids)
        self.waiting.append({"update_id": update_id, kind: content})
        return update_id

    def confirm(self, offset: int) -> None:
        """Forget all updates below an offset; a negative one keeps so many of the last."""
        if offset < 0:
            while len(self.waiting) > -offset:
                self.waiting.popleft()
        while offset > 0 and self.waiting and self.waiting[0]["update_id"] < offset:
            self.waiting.popleft()

    def first(self, limit: int) -> list[dict[str, Any]]:
        """Return the oldest updates; they stay until they are confirmed."""
        return [self.waiting[place] for place in range(min(limit, MOST_AT_ONCE, len(self.waiting)))]

    def holds(self, update_id: int) -> bool:
        """Return whether an update is not confirmed yet."""
        return bool(self.waiting) and self.waiting[0]["update_id"] <= update_id

    def drop(self) -> None:
        """Forget all."""
        self.waiting.clear()
