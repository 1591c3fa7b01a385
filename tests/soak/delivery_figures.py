"""What happened to a delivery soak: the database against the platform's own log."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from bot.domain.delivery.delivery import OPEN
from bot.storage.schema import deliveries, digests, seen, unmatched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Row

    from bot.domain.delivery.delivery import State
    from bot.storage.engine.database import Database

MOST_UNCERTAIN = 3
"""P4: deliveries that one kill -9 may leave uncertain, at 25 messages a second."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that the platform took."""

    delivery: int
    chat: int
    papers: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """What was done to the processes, and what the platform got.

    Attributes:
        uncertain: of each kill, how many deliveries the process was sending.
        left: of each SIGTERM, likewise.
        stops: how often a process stood still for longer than its lease.
        papers: how many came in.
        log: what the platform took.
    """

    uncertain: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    stops: int = 0
    papers: int = 0
    log: list[Taken] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Figures:
    """The table's row, and which promises do not hold."""

    row: dict[str, str]
    broken: list[str]


async def sent_by(database: Database, owner: str, *states: State) -> int:
    """Return how many deliveries that a process claimed last are in these states."""
    mine = deliveries.c.state.in_(states) & (deliveries.c.owner == owner)
    async with database.read() as connection:
        count: int = (await connection.execute(select(func.count()).where(mine))).scalar_one()
    return count


async def still_open(database: Database) -> int:
    """Return how much is still to be matched or delivered."""
    async with database.read() as connection:
        unsent = await connection.execute(select(func.count()).where(deliveries.c.state.in_(OPEN)))
        unread = await connection.execute(select(func.count()).select_from(unmatched))
        return int(unsent.scalar_one()) + int(unread.scalar_one())


async def figures(database: Database, tally: Tally, *, chats: int, seconds: float) -> Figures:
    """Return what happened to it all, once nothing is open."""
    async with database.read() as connection:
        rows = (await connection.execute(select(deliveries))).all()
        shown = (await connection.execute(select(seen.c.digest_id))).scalars().all()
        slots = (await connection.execute(select(digests.c.chat_id, digests.c.slot))).all()
    states = Counter(row.state for row in rows)
    scheduled = len(set(shown))
    lost = chats * tally.papers - len(shown) + scheduled - len({row.digest_id for row in rows} & set(shown))
    times = Counter(one.delivery for one in tally.log)
    papers = Counter((one.chat, paper) for one in tally.log for paper in one.papers)
    twice = sum(times.values()) - len(times)
    repeated = sum(papers.values()) - len(papers)
    by_slot = Counter((row.chat_id, row.slot) for row in slots if row.slot)
    offered = sum(row.state == "uncertain" and row.offered_in is not None for row in rows)
    ended = sum(states[state] for state in ("sent", "failed", "uncertain", "cancelled"))
    checks = {
        "P1: two digests for a slot": len(by_slot) < sum(by_slot.values()) or repeated > 0,
        "P2: scheduled is not what was sent, failed, uncertain and cancelled": scheduled != ended,
        "P2: the platform's log says otherwise": _contradicts(rows, times),
        "P3: a message came twice": twice > 0,
        "P4: more uncertain after a kill": max(tally.uncertain, default=0) > MOST_UNCERTAIN,
        "P4: uncertain after SIGTERM": sum(tally.left) > 0,
        "matches are lost": lost != 0,
    }
    kills = len(tally.uncertain)
    row = {
        "kills": str(kills),
        "SIGTERM": str(len(tally.left)),
        "SIGSTOP": str(tally.stops),
        "scheduled": f"{scheduled:,}",
        "sent": f"{states['sent']:,}",
        "uncertain": f"{states['uncertain']:,} ({offered:,} offered)",
        "a kill": f"{sum(tally.uncertain) / max(kills, 1):.2f}, most {max(tally.uncertain, default=0)}",
        "a SIGTERM": str(sum(tally.left)),
        "failed": str(states["failed"]),
        "cancelled": str(states["cancelled"]),
        "duplicates": str(twice + repeated),
        "lost": str(lost),
        "seconds": f"{seconds:.0f}",
    }
    return Figures(row, [what for what, broken in checks.items() if broken])


def _contradicts(rows: Sequence[Row[Any]], times: Counter[int]) -> bool:
    """Whether something counts as sent that never arrived, or arrived and counts as neither."""
    return any(
        (row.state == "sent" and row.id not in times)
        or (row.state not in {"sent", "uncertain"} and row.id in times)
        for row in rows
    )
