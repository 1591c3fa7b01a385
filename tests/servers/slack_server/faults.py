"""Faults that a test plans: which request meets which, by method, channel, turn or rate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from server_parts.faults import Broken, Chosen, CutAfter, CutAmid, CutBefore, Held, Plans, seeded

from slack_server.api.refusal import Refusal, rate_limited

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from slack_server.api.params import Params
    from slack_server.records.model import Channel


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


Fault = Refused | RateLimited | Broken | CutBefore | CutAfter | CutAmid | Held


@dataclass(eq=False, slots=True, kw_only=True)
class Plan(Chosen):
    """When a fault happens.

    Attributes:
        fault: what happens.
        method: to which method, such as `chat.postMessage`, or `response_url`; None means to any.
        channel: in which channel; None means anywhere.
        when: looks at the request, too.
    """

    fault: Fault
    method: str | None = None
    channel: Channel | None = None
    when: Callable[[Params], bool] | None = None

    def strikes(self, method: str, params: Params) -> bool:
        """Count a request; return whether the fault happens to it."""
        if method != (self.method or method):
            return False
        named = {params.text("channel"), params.text("channel_id")}
        if self.channel is not None and not named & _names(self.channel):
            return False
        if self.when is not None and not self.when(params):
            return False
        return self.counts()


class Faults(Plans[Plan]):
    """The faults of one server."""

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
        return self.add(Plan(fault=fault, method=method, channel=channel, when=when, nth=nth, times=times))

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
        return self.add(
            Plan(fault=fault, method=method, channel=channel, times=None, rate=rate, random=seeded(seed))
        )

    def for_request(self, method: str, params: Params) -> Fault | None:
        """Return the fault of a request."""
        return next((plan.fault for plan in self.plans if plan.strikes(method, params)), None)


def _names(channel: Channel) -> set[str]:
    """Return how requests may name a channel: direct messages by the person, too."""
    names = {channel.id, channel.name, f"#{channel.name}"}
    return names - {"", "#"}
