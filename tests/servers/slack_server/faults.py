"""Faults that a test plans: which request meets which, by method, channel, turn or rate."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from slack_server.refusal import Refusal, rate_limited

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Mapping

    from slack_server.model import Channel
    from slack_server.params import Params


@dataclass(frozen=True, slots=True)
class Refused:
    """The request is not carried out; the answer is `ok: false` with an error.

    Attributes:
        error: Slack's name, such as `is_archived`.
        fields: what else the answer says.
    """

    error: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def refusal(self) -> Refusal:
        """The answer."""
        return Refusal(self.error, **self.fields)


@dataclass(frozen=True, slots=True)
class RateLimited:
    """The request is not carried out; the answer is 429.

    Attributes:
        retry_after: seconds of the header, or None to leave it out.
    """

    retry_after: int | None = 1

    @property
    def refusal(self) -> Refusal:
        """The answer."""
        if self.retry_after is None:
            return Refusal("ratelimited", status=429)
        return rate_limited(self.retry_after)


@dataclass(frozen=True, slots=True)
class Broken:
    """The answer is a page of HTML, as what stands in front of Slack gives.

    Attributes:
        status: 500, 502, 503 or 504.
        accepted: whether the request was carried out all the same.
    """

    status: int = 503
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class CutBefore:
    """The connection is cut and the request not carried out.

    Attributes:
        reset: by a TCP reset, else in the orderly way.
    """

    reset: bool = False


@dataclass(frozen=True, slots=True)
class CutAfter:
    """The request is carried out, then the connection is cut without an answer.

    Attributes:
        reset: by a TCP reset, else in the orderly way.
    """

    reset: bool = False


@dataclass(frozen=True, slots=True)
class CutAmid:
    """The request is carried out, and the connection cut in the middle of the answer."""


@dataclass(frozen=True, slots=True)
class Held:
    """The request waits until the test opens the gate.

    Attributes:
        gate: set by the test.
        accepted: whether it is carried out before it waits, else after.
    """

    gate: asyncio.Event
    accepted: bool = True


Fault = Refused | RateLimited | Broken | CutBefore | CutAfter | CutAmid | Held


@dataclass(eq=False, slots=True, kw_only=True)
class Plan:
    """When a fault happens.

    Attributes:
        fault: what happens.
        method: to which method, such as `chat.postMessage`, or `response_url`; None means to any.
        channel: in which channel; None means anywhere.
        when: looks at the request, too.
        nth: the first of the requests it is for, counted from 1.
        times: how often at most; None means for ever.
        rate: of the requests it is for, the share that meets it, drawn from a seeded generator.
        met: how many requests it was for.
        hits: how often it happened.
    """

    fault: Fault
    method: str | None = None
    channel: Channel | None = None
    when: Callable[[Params], bool] | None = None
    nth: int = 1
    times: int | None = 1
    rate: float = 1.0
    random: Random | None = None
    met: int = 0
    hits: int = 0

    def strikes(self, method: str, params: Params) -> bool:
        """Count a request; return whether the fault happens to it."""
        if method != (self.method or method):
            return False
        named = {params.text("channel"), params.text("channel_id")}
        if self.channel is not None and not named & _names(self.channel):
            return False
        if self.when is not None and not self.when(params):
            return False
        self.met += 1
        if self.met < self.nth or (self.times is not None and self.hits >= self.times):
            return False
        if self.random is not None and self.random.random() >= self.rate:
            return False
        self.hits += 1
        return True


class Faults:
    """All plans; the first that strikes decides."""

    def __init__(self) -> None:
        self.plans: list[Plan] = []

    def plan(
        self,
        fault: Fault,
        method: str | None = None,
        *,
        channel: Channel | None = None,
        when: Callable[[Params], bool] | None = None,
        nth: int = 1,
        times: int | None = 1,
    ) -> Plan:
        """Let a fault happen to certain requests; by default to the next one (see `Plan`)."""
        made = Plan(fault=fault, method=method, channel=channel, when=when, nth=nth, times=times)
        self.plans.append(made)
        return made

    def sometimes(
        self,
        fault: Fault,
        rate: float,
        *,
        seed: int,
        method: str | None = None,
        channel: Channel | None = None,
    ) -> Plan:
        """Let a fault happen to a share of the requests, the same ones for the same seed."""
        made = Plan(
            fault=fault,
            method=method,
            channel=channel,
            times=None,
            rate=rate,
            random=Random(seed),  # noqa: S311 (repeatable on purpose)
        )
        self.plans.append(made)
        return made

    def clear(self) -> None:
        """Forget all plans."""
        self.plans.clear()

    def for_request(self, method: str, params: Params) -> Fault | None:
        """Return the fault of a request."""
        return next((plan.fault for plan in self.plans if plan.strikes(method, params)), None)


def _names(channel: Channel) -> set[str]:
    """Return how requests may name a channel: direct messages by the person, too."""
    names = {channel.id, channel.name, f"#{channel.name}"}
    return names - {"", "#"}
