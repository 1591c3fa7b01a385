"""What must hold after every step: the platform's own log against the database."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bot.storage import schema

if TYPE_CHECKING:
    from scripted_platform import Wire
    from sqlalchemy import Row

    from bot.storage.engine.database import Database

FINAL = frozenset({"sent", "failed", "cancelled"})
ARRIVED = frozenset({"sent", "sending", "uncertain"})
"""States that a delivery may have once the platform took it: nobody may believe that it did not arrive."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database holds now.

    Attributes:
        digests: by row.
        deliveries: by row.
        seen: digest by chat and paper.
        waiting: chat and paper.
        updates: digest, or None while it waits, by chat and event.
        unmatched: paper and event of what was not matched yet.
    """

    digests: dict[int, Row[Any]]
    deliveries: dict[int, Row[Any]]
    seen: dict[tuple[int, int], int]
    waiting: set[tuple[int, int]]
    updates: dict[tuple[int, int], int | None]
    unmatched: set[tuple[int, int | None]]

    def days(self, chat_id: int) -> list[str]:
        """Return the local days for which a chat has a digest, in the order of their rows."""
        mine = (one.slot for _, one in sorted(self.digests.items()) if one.chat_id == chat_id)
        return [slot for slot in mine if slot and slot[0].isdigit()]


async def read(database: Database) -> Stored:
    """Read it all."""
    tables = schema.digests, schema.deliveries, schema.seen, schema.waiting, schema.updates, schema.unmatched
    async with database.read() as connection:
        digests, deliveries, seen, waiting, updates, unmatched = [
            (await connection.execute(select(table))).all() for table in tables
        ]
    return Stored(
        {one.id: one for one in digests},
        {one.id: one for one in deliveries},
        {(one.chat_id, one.paper_id): one.digest_id for one in seen},
        {(one.chat_id, one.paper_id) for one in waiting},
        {(one.chat_id, one.event_id): one.digest_id for one in updates},
        {(one.paper_id, one.event_id) for one in unmatched},
    )


@dataclass(slots=True)
class Promises:
    """What was promised so far.

    Attributes:
        owed: by chat and paper, the subscriptions for which it must come.
        told: chats and events that they must hear of.
        shown: deliveries that a reader asked for after they had not arrived.
    """

    owed: dict[tuple[int, int], set[int]] = field(default_factory=dict)
    told: set[tuple[int, int]] = field(default_factory=set)
    shown: set[int] = field(default_factory=set)
    _before: dict[int, str] = field(default_factory=dict)

    def drop(self, chat_id: int, number: int) -> None:
        """Owe nothing for a subscription that is gone or another one now."""
        for key, numbers in list(self.owed.items()):
            if key[0] == chat_id and number in numbers:
                numbers.discard(number)
                if not numbers:
                    del self.owed[key]

    def check(self, stored: Stored, wire: Wire) -> None:
        """Hold the promises against what is stored and what the platform took."""
        assert not wire.sends_for_ever, "a delivery is sent for ever"
        self._one_digest_a_slot(stored, wire)
        self._every_digest_is_accounted_for(stored, wire)
        self._nothing_comes_twice(wire, stored)
        self._nothing_is_lost(stored)

    def _one_digest_a_slot(self, stored: Stored, wire: Wire) -> None:
        slots = Counter((one.chat_id, one.slot) for one in stored.digests.values() if one.slot)
        assert not [slot for slot, times in slots.items() if times > 1], "P1: two digests for a slot"
        came = defaultdict(set)
        for delivery_id, _ in wire.accepted:
            digest = stored.digests[stored.deliveries[delivery_id].digest_id]
            came[digest.chat_id, digest.slot].add(delivery_id)
        assert all(len(ids) == 1 for ids in came.values()), "P1: two messages for a slot"
        for chat_id in {one.chat_id for one in stored.digests.values()}:
            days = stored.days(chat_id)
            assert days == sorted(days), "P1: a day was served after a later one"

    def _every_digest_is_accounted_for(self, stored: Stored, wire: Wire) -> None:
        content = {*stored.seen.values(), *(row for row in stored.updates.values() if row)}
        scheduled = {row for row, one in stored.digests.items() if one.slot and row in content}
        assert not [row for row in scheduled if stored.digests[row].skipped], "a skipped slot took papers"
        messages = Counter(one.digest_id for one in stored.deliveries.values())
        assert messages.keys() == scheduled, "P2: digests without a delivery, or the other way round"
        assert set(messages.values()) <= {1}, "P1: two deliveries of a digest"
        accepted = {delivery_id for delivery_id, _ in wire.accepted}
        for row, one in stored.deliveries.items():
            if row in accepted:
                assert one.state in ARRIVED, f"P2: delivery {row} arrived and is {one.state}"
            elif one.state == "sent":
                assert row in self.shown, f"P2: delivery {row} never arrived and is sent"
            if one.state in {"uncertain", "sending"}:
                assert one.attempts, f"P2: delivery {row} was never begun and is {one.state}"
            before = self._before.get(row)
            if before in FINAL and before != one.state:
                assert before == "failed", f"P2: delivery {row} was {before} and is {one.state}"
                assert row in self.shown, f"P2: delivery {row} was {before} and is {one.state}"
            self._before[row] = one.state

    def _nothing_comes_twice(self, wire: Wire, stored: Stored) -> None:
        times = Counter(delivery_id for delivery_id, _ in wire.accepted)
        assert not [row for row, count in times.items() if count > 1], "P3: a message came twice"
        papers: Counter[tuple[int, int]] = Counter()
        events: Counter[tuple[int, int, str, int | None]] = Counter()
        for delivery_id in times:
            content = wire.contents[delivery_id]
            assert content.chat_id == stored.deliveries[delivery_id].chat_id, "a message went astray"
            papers.update((content.chat_id, paper_id) for paper_id in content.papers)
            events.update((content.chat_id, *event) for event in content.events)
        assert not [one for one, count in papers.items() if count > 1], "P3: a paper came twice"
        assert not [one for one, count in events.items() if count > 1], "P3: a new version came twice"

    def _nothing_is_lost(self, stored: Stored) -> None:
        lost = [key for key in self.owed if key not in stored.seen and key not in stored.waiting]
        assert not lost, f"matches are lost: {lost}"
        unheard = [key for key in self.told if key not in stored.updates]
        assert not unheard, f"new versions are lost: {unheard}"


def at(seconds: int) -> datetime:
    """Return a stored time."""
    return datetime.fromtimestamp(seconds, UTC)
