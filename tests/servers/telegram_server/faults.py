"""Faults that a test plans: which request meets which, by method, chat, turn or rate."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from telegram_server.model import Chat
    from telegram_server.params import Params
    from telegram_server.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Refused:
    """The request is not carried out; the answer is a refusal, such as `too_many(7)`."""

    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Broken:
    """The answer is a page of HTML, as the proxy in front of Telegram gives.

    Attributes:
        status: 500, 502, 503 or 504.
        accepted: whether the request was carried out all the same.
    """

    status: int = 502
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class CutBefore:
    """The connection is cut and the request not carried out; where no chat is named, before its body is read.

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


Fault = Refused | Broken | CutBefore | CutAfter | CutAmid | Held


@dataclass(eq=False, slots=True, kw_only=True)
class Plan:
    """When a fault happens.

    Attributes:
        fault: what happens.
        method: to which method, in small letters; None means to any but getUpdates.
        chat: in which chat; None means anywhere.
        when: looks at the request, too.
        nth: the first of the requests it is for, counted from 1.
        times: how often at most; None means for ever.
        rate: of the requests it is for, the share that meets it, drawn from a seeded generator.
        met: how many requests it was for.
        hits: how often it happened.
    """

    fault: Fault
    method: str | None = None
    chat: Chat | None = None
    when: Callable[[Params], bool] | None = None
    nth: int = 1
    times: int | None = 1
    rate: float = 1.0
    random: Random | None = None
    met: int = 0
    hits: int = 0

    @property
    def needs_body(self) -> bool:
        """Whether it takes more than the first line to know if a request meets it."""
        return self.chat is not None or self.when is not None or not isinstance(self.fault, CutBefore)

    def strikes(self, method: str, params: Params | None) -> bool:
        """Count a request; return whether the fault happens to it."""
        if method != (self.method or method) or (self.method is None and method == "getupdates"):
            return False
        if self.chat is not None and (params is None or params.text("chat_id") != str(self.chat.id)):
            return False
        if self.when is not None and (params is None or not self.when(params)):
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
        chat: Chat | None = None,
        when: Callable[[Params], bool] | None = None,
        nth: int = 1,
        times: int | None = 1,
    ) -> Plan:
        """Let a fault happen to certain requests; by default to the next one (see `Plan`)."""
        made = Plan(fault=fault, method=method and method.lower(), chat=chat, when=when, nth=nth, times=times)
        self.plans.append(made)
        return made

    def sometimes(
        self, fault: Fault, rate: float, *, seed: int, method: str | None = None, chat: Chat | None = None
    ) -> Plan:
        """Let a fault happen to a share of the requests, the same ones for the same seed."""
        made = Plan(
            fault=fault,
            method=method and method.lower(),
            chat=chat,
            times=None,
            rate=rate,
            random=Random(seed),  # noqa: S311 (repeatable on purpose)
        )
        self.plans.append(made)
        return made

    def clear(self) -> None:
        """Forget all plans."""
        self.plans.clear()

    def before_body(self, method: str) -> Fault | None:
        """Return the fault of a request of which only the first line was read."""
        return self._first([plan for plan in self.plans if not plan.needs_body], method, None)

    def for_request(self, method: str, params: Params) -> Fault | None:
        """Return the fault of a request that was read."""
        return self._first([plan for plan in self.plans if plan.needs_body], method, params)

    @staticmethod
    def _first(plans: list[Plan], method: str, params: Params | None) -> Fault | None:
        for plan in plans:
            if plan.strikes(method, params):
                return plan.fault
        return None
