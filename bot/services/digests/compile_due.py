"""Compiles the digests of all chats whose schedule is due, and queues them in the outbox."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.domain.delivery.digest import choose
from bot.domain.schedules.next_slot import NEVER, NextDue, Postpone, serve
from bot.domain.schedules.quiet_hours import parse_quiet
from bot.domain.schedules.schedule import parse_schedule
from bot.domain.schedules.time_zone import zone_of
from bot.errors import InputError
from bot.services.chats.manage_schedules import USUAL
from bot.storage.chats import schedules, subscriptions
from bot.storage.delivery import digests, missed, outbox, waiting
from bot.storage.delivery.digests import CompiledDigest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, timedelta

    from bot.domain.delivery.digest import Choice, Match
    from bot.domain.schedules.next_slot import SlotToServe
    from bot.ports import Clock
    from bot.storage.chats.schedules import ChatSchedule
    from bot.storage.chats.subscriptions import ActiveSubscription
    from bot.storage.engine.database import Connection, Database

_log = logging.getLogger(__name__)

_BATCH: Final = 200
"""Chats in one transaction: all of a digest or nothing is stored, and others write in between."""


@dataclass(slots=True)
class _Batch:
    """The stored state of some chats."""

    moved: list[tuple[int, int | None, str | None]] = field(default_factory=list)
    compiled: list[CompiledDigest] = field(default_factory=list)
    gone: list[tuple[int, int]] = field(default_factory=list)


class CompileDue:
    """Compiles due digests.

    Args:
        database: schedules, what waits, and the outbox.
        clock: tells the time.
        catch_up: how late a slot is still served.
    """

    def __init__(self, database: Database, clock: Clock, *, catch_up: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._catch_up = catch_up

    async def run(self) -> int:
        """Compile until nothing is due; return how many digests went into the outbox.

        Raises:
            StorageError: the rest is compiled next time.
        """
        queued = 0
        async with self._database.read() as connection:
            if not await schedules.is_any_due(connection, now=int(self._clock().timestamp())):
                return 0
        while True:
            async with self._database.write() as connection:
                due = await schedules.claim_due(connection, now=int(self._clock().timestamp()), limit=_BATCH)
                queued += await self._compile(connection, due)
            if len(due) < _BATCH:
                return queued

    async def _compile(self, connection: Connection, due: list[ChatSchedule]) -> int:
        if not due:
            return 0
        now = self._clock().replace(microsecond=0)
        seconds = int(now.timestamp())
        batch = _Batch()
        served: dict[int, tuple[ChatSchedule, SlotToServe]] = {}
        for one in due:
            due_for = NextDue(one.next_due_at, one.slot)
            match self._decide(one, due_for, now):
                case Postpone(then):
                    batch.moved.append((one.chat_id, then.at, then.slot))
                case decided:
                    served[one.chat_id] = one, decided
                    batch.moved.append((one.chat_id, decided.then.at, decided.then.slot))
        skipped = [chat_id for chat_id, (_, decided) in served.items() if decided.skipped]
        for chat_id in await digests.last_was_skipped(connection, skipped):
            # Else who starts the bot late each day would never hear anything.
            one, decided = served[chat_id]
            served[chat_id] = one, replace(decided, skipped=False)
        await self._choose(connection, served, batch)
        stored = await digests.add_compiled(connection, batch.compiled, now=seconds)
        sent = [(f"digest:{row}", one.chat_id, row) for row, one in stored if one.is_sent]
        await outbox.enqueue(connection, sent, due_at=seconds, now=seconds)
        await missed.offer_uncertain(connection, {chat_id: row for _, chat_id, row in sent})
        taken = [(one.chat_id, paper_id) for _, one in stored for paper_id, _ in one.papers]
        await waiting.remove(connection, [*taken, *batch.gone])
        await schedules.set_next(connection, batch.moved)
        return len(sent)

    def _decide(self, one: ChatSchedule, due: NextDue, now: datetime) -> SlotToServe | Postpone:
        try:
            return _decide((one.rule, one.quiet, one.zone), due, now, self._catch_up)
        except InputError as error:
            # A zone that the time zone database has dropped, say: one chat must not stop the others.
            _log.warning("chat %d is served as %s UTC: %s", one.chat_id, USUAL, error)
            return _decide((USUAL, None, "UTC"), due, now, self._catch_up)

    async def _choose(
        self, connection: Connection, served: Mapping[int, tuple[ChatSchedule, SlotToServe]], batch: _Batch
    ) -> None:
        """Decide what each chat gets."""
        open_chats = [chat_id for chat_id, (_, decided) in served.items() if not decided.skipped]
        rows: dict[int, list[Match]] = {}
        for match in await waiting.of_chats(connection, open_chats):
            rows.setdefault(match.chat_id, []).append((match.score, match.paper_id, match.numbers))
        wanted = await subscriptions.wanted_by(connection, rows)
        events = await waiting.updates_of_chats(connection, open_chats)
        for chat_id, (one, decided) in served.items():
            mine = wanted.get(chat_id, {})
            states = {number: subscription.state for number, subscription in mine.items()}
            chosen = choose(rows.get(chat_id, ()), states, most=one.most)
            batch.gone += [(chat_id, paper_id) for paper_id in chosen.dropped]
            batch.compiled.append(_compiled(one, decided, chosen, mine, events.get(chat_id, ())))


@lru_cache(maxsize=4_096)  # chats share a rule, a zone and so a time; each decision costs 0.1 ms
def _decide(
    served: tuple[str, str | None, str], due: NextDue, now: datetime, catch_up: timedelta
) -> SlotToServe | Postpone:
    rule, quiet, zone = served
    schedule = parse_schedule(rule)
    if schedule.kind == "off":
        return Postpone(NEVER)
    quiet_hours = parse_quiet(quiet) if quiet else None
    return serve(schedule, quiet_hours, zone_of(zone), due=due, now=now, catch_up=catch_up)


def _compiled(
    one: ChatSchedule,
    decided: SlotToServe,
    chosen: Choice,
    mine: Mapping[int, ActiveSubscription],
    events: Iterable[tuple[int, int]],
) -> CompiledDigest:
    told = tuple(event_id for event_id, _ in events) if one.versions != "off" else ()
    if not chosen.papers and one.versions != "card":
        told = ()  # a line comes with the next digest, not alone
    reasons = tuple(
        (paper_id, tuple((number, mine[number].canonical) for number in numbers))
        for paper_id, numbers in chosen.papers
    )
    return CompiledDigest(one.chat_id, decided.slot, decided.skipped, reasons, chosen.left, told)
