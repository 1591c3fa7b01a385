"""A 429 of Telegram pauses what it was for, as far as can be known."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from telegram.error import RetryAfter

from bot.domain.delivery.send_rates import TELEGRAM, TOKEN
from bot.platforms.telegram.api.rate_limiter import TAKEN, LaneRateLimiter
from bot.platforms.traffic.limiter import Limiter


class Noting(Limiter):
    """Notes what is paused."""

    def __init__(self) -> None:
        super().__init__(TELEGRAM)
        self.paused: list[tuple[str, float]] = []

    def pause(self, scope: str, seconds: float) -> None:
        """Note it."""
        self.paused.append((scope, seconds))


@pytest.mark.parametrize("passes", [True, False])
async def test_three_chats_told_to_wait_mean_the_token_unless_others_pass(
    monkeypatch: pytest.MonkeyPatch, *, passes: bool
) -> None:
    """Telegram does not say whom a 429 is for: what passes after it shows that only those were meant."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    noting, now = Noting(), 100.0

    def clock() -> float:
        nonlocal now
        now += 0.01
        return now

    limiter = LaneRateLimiter(noting, clock)

    async def request(*, refused: bool) -> str:
        if refused:
            raise RetryAfter(timedelta(seconds=7))
        return "sent"

    async def ask(chat: str, *, refused: bool) -> None:
        with suppress(RetryAfter):
            call = partial(request, refused=refused)
            await limiter.process_request(call, (), {}, "sendMessage", {"chat_id": chat}, TAKEN)

    for chat in ("a", "b"):
        await ask(chat, refused=True)
    if passes:
        await ask("d", refused=False)
    await ask("c", refused=True)
    assert noting.paused == [("a", 7.0), ("b", 7.0), ("c" if passes else TOKEN, 7.0)]
