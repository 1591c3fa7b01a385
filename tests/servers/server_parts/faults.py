"""Faults that a test plans: what happens to a request, and how it is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    import asyncio


@dataclass(frozen=True, slots=True)
class Broken:
    """The answer is a page of HTML, as the proxy in front of a platform gives.

    Attributes:
        status: 500, 502, 503 or 504.
        accepted: whether the request was carried out all the same.
    """

    status: int = 502
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


@dataclass(eq=False, slots=True, kw_only=True)
class Chosen:
    """Which of the requests that a plan is for meet its fault.

    Attributes:
        nth: the first of them, counted from 1.
        times: how often at most; None means forever.
        random: draws a share of them, or None for all.
        rate: that share.
        met: how many requests the plan was for.
        hits: how often the fault happened.
    """

    nth: int = 1
    times: int | None = 1
    random: Random | None = None
    rate: float = 1.0
    met: int = 0
    hits: int = 0

    def counts(self) -> bool:
        """Count a request that the plan is for; return whether the fault happens to it."""
        self.met += 1
        if self.met < self.nth or (self.times is not None and self.hits >= self.times):
            return False
        if self.random is not None and self.random.random() >= self.rate:
            return False
        self.hits += 1
        return True


PlanT = TypeVar("PlanT", bound=Chosen)


class Plans(Generic[PlanT]):
    """All plans; the first that strikes decides."""

    def __init__(self) -> None:
        self.plans: list[PlanT] = []

    def add(self, plan: PlanT) -> PlanT:
        """Keep a plan, and return it: it counts what it meets."""
        self.plans.append(plan)
        return plan

    def clear(self) -> None:
        """Forget all plans."""
        self.plans.clear()


def seeded(seed: int) -> Random:
    """Return a generator that draws the same requests for the same seed."""
    return Random(seed)  # noqa: S311 (repeatable on purpose)
