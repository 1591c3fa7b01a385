"""A delivery is one message of one digest for one chat; decides its next state when sending fails.

No platform gives a bot a key that makes sending twice harmless, and of the sends whose outcome was unknown 94
to 98 % had arrived. So a send is tried again by itself only where it surely did not arrive; else it is
`uncertain`, and offered to its readers.

    pending -> leased -> sending -> sent
       ^         |          |-----> retry (due again later) -> leased ...
       +---------+          |-----> uncertain -> sent | retry | cancelled
     (lease over)           +-----> failed
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

from bot.errors import (
    ChatGoneError,
    ChatMovedError,
    ContentRefusedError,
    DeliveryError,
    NotSentError,
    RefusedError,
)

State = Literal["pending", "leased", "sending", "sent", "retry", "uncertain", "failed", "cancelled"]
OPEN: Final[tuple[State, ...]] = ("pending", "leased", "sending", "retry")
"""States of deliveries that will still be tried."""

OnUncertain = Literal["offer", "resend", "drop"]
"""What the operator wants done with a message that may have arrived: say so, risk it twice, or forget it."""

FIRST_WAIT, LONGEST_WAIT = 5, 900
"""Seconds before the second attempt, doubled each time, and the most of it."""
GIVE_UP_AFTER = 24 * 3600
"""Seconds after which a message that never reached the platform has failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to send.

    Attributes:
        id: its row.
        chat_id: the chat it goes to.
        digest_id: the digest that it shows.
        attempts: how often sending was begun, this time included.
        plain: whether it goes without markup, since the platform refused it with.
        epoch: rises with each claim; who holds an older one may not write any more.
        created_at: UTC epoch seconds.
    """

    id: int
    chat_id: int
    digest_id: int
    attempts: int
    plain: bool
    epoch: int
    created_at: int


@dataclass(frozen=True, slots=True)
class Retry:
    """Send again later.

    Attributes:
        at: not before this time, UTC epoch seconds.
        plain: whether to leave the markup out.
    """

    at: int
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Uncertain:
    """It may have arrived: it is not sent again unless a user asks for it."""


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not arrive and is not sent again."""


def after_failure(
    delivery: Delivery, error: DeliveryError, now: int, *, on_uncertain: OnUncertain = "offer"
) -> Retry | Uncertain | Failed:
    """Return what happens to a delivery whose sending failed.

    Args:
        delivery: the delivery.
        error: what its platform said, or did not say.
        now: UTC epoch seconds.
        on_uncertain: the operator's setting.
    """
    match error:
        case NotSentError():
            if now - delivery.created_at >= GIVE_UP_AFTER:
                return Failed()
            return Retry(now + _wait(delivery.attempts, error.retry_after), delivery.plain)
        case ContentRefusedError() if not delivery.plain:
            return Retry(now, plain=True)
        case ChatMovedError():
            return Retry(now, delivery.plain)
        case ChatGoneError() | RefusedError():
            return Failed()
        case _:
            return _unknown(delivery, now, on_uncertain)


def _unknown(delivery: Delivery, now: int, on_uncertain: OnUncertain) -> Retry | Uncertain | Failed:
    if on_uncertain == "drop" or (on_uncertain == "resend" and now - delivery.created_at >= GIVE_UP_AFTER):
        return Failed()
    if on_uncertain == "resend":
        return Retry(now + _wait(delivery.attempts, None), delivery.plain)
    return Uncertain()


def _wait(attempts: int, retry_after: float | None) -> int:
    """Return the seconds to wait; never less than the platform asked for, rounded up."""
    doubled = min(FIRST_WAIT << min(max(attempts - 1, 0), 10), LONGEST_WAIT)
    return max(doubled, math.ceil(retry_after)) if retry_after is not None else doubled
