"""Faults that a test plans: which request meets which, by method, chat, turn or rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from server_parts.faults import Broken, Chosen, CutAfter, CutAmid, CutBefore, Held, Plans, seeded

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram_server.api.params import Params
    from telegram_server.api.refusal import Refusal
    from telegram_server.model import Chat


@dataclass(frozen=True, slots=True)
class Refused:
    """The request is not carried out; the answer is a refusal, such as `too_many(7)`."""

    refusal: Refusal


Fault = Refused | Broken | CutBefore | CutAfter | CutAmid | Held


@dataclass(eq=False, slots=True, kw_only=True)
class Plan(Chosen):
    """When a fault happens.

    Attributes:
        fault: what happens.
        method: to which method, in small letters; None means to any but getUpdates.
        chat: in which chat; None means anywhere.
        when: looks at the request, too.
    """

    fault: Fault
    method: str | None = None
    chat: Chat | None = None
    when: Callable[[Params], bool] | None = None

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
        return self.counts()


class Faults(Plans[Plan]):
    """The faults of one server."""

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
        method = method and method.lower()
        return self.add(Plan(fault=fault, method=method, chat=chat, when=when, nth=nth, times=times))

    def sometimes(
        self, fault: Fault, rate: float, *, seed: int, method: str | None = None, chat: Chat | None = None
    ) -> Plan:
        """Let a fault happen to a share of the requests, the same ones for the same seed."""
        method = method and method.lower()
        return self.add(
            Plan(fault=fault, method=method, chat=chat, times=None, rate=rate, random=seeded(seed))
        )

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
