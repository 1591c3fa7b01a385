"""The processes of a world: they serve, send, vanish, stand still.

Each step is matched against its promises.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from promises import at
from slot_oracle import first_minute, newest_due
from sqlalchemy import select
from vanishing_process import CATCH_UP, Process

from bot.domain.delivery.delivery import OPEN
from bot.domain.schedules.schedule import parse_schedule
from bot.storage import schema
from bot.storage.operations import leases

if TYPE_CHECKING:
    from collections.abc import Collection

    from delivery_world import Member, World
    from promises import Stored
    from vanishing_process import Ending

_TICKS, _APART, _ALL = 7, timedelta(hours=11), 100
"""Without trouble nothing is left to do after so many ticks, each in time for the slots since the last."""
_LONGEST_CHANGE: Final = timedelta(hours=30)
"""A schedule that was changed within this span may still serve a slot of the one before."""


@dataclass(slots=True)
class _Before:
    """What was so before a tick."""

    stored: Stored
    wanted: dict[int, list[tuple[int, frozenset[str]]]]
    gone: set[int]


class Serving:
    """Two processes on one world.

    Args:
        world: the world.
        hosts_know: whether a process knows at once that another is dead; else that one's leases must end.

    Attributes:
        untold: whether a tick made something since all was settled last.
    """

    def __init__(self, world: World, *, hosts_know: bool) -> None:
        self.world = world
        self.untold = False
        self._hosts_know = hosts_know
        self._processes: dict[int, Process] = {}
        self._dead: set[str] = set()
        self._started = 0

    def stands(self, number: int) -> bool:
        """Whether a process stands still."""
        return number in self._processes and self._processes[number].standing is not None

    async def tick(self, number: int, ending: Ending | None = None) -> None:
        """Let a process match and compile."""
        before = await self._before()
        whole = await self._process(number).tick(ending)
        await self._after_tick(before, whole=whole)

    async def send(self, number: int, ending: Ending | None = None, *, stands: bool = False) -> None:
        """Let a process deliver."""
        await self._process(number).send(ending, stands=stands)

    async def both(self) -> None:
        """Let both processes do all at the same time."""
        before = await self._before()
        one, two = self._process(0), self._process(1)
        await asyncio.gather(one.tick(), two.tick())
        await self._after_tick(before, whole=False)
        await asyncio.gather(one.send(), two.send())

    async def go_on(self, number: int) -> None:
        """Let a process that stands still continue."""
        await self._processes[number].go_on()

    async def kill(self, number: int) -> None:
        """End a process, wherever it is."""
        if number in self._processes:
            await self._processes[number].end()
            self._process(number)

    async def settle(self) -> None:
        """Let some days pass without trouble: then nothing is open, and what was owed has come."""
        world = self.world
        world.wire.script.clear()
        for number in (0, 1):
            if self.stands(number):
                await self.go_on(number)
        for number in range(len(world.members)):
            await world.set_most(number, _ALL)
            await world.reschedule(number, "daily 12:00")
        world.pass_time(_APART)
        await self.tick(0)
        # What each further tick does is tried often enough elsewhere: here only the end counts.
        process = self._process(0)
        for _ in range(_TICKS):
            await process.send()
            world.pass_time(_APART)
            await process.tick()
        await process.send()
        self.untold = False
        stored = await world.stored()
        left = [row for row, one in stored.deliveries.items() if one.state in OPEN]
        assert not left, f"P2: deliveries {left} are open for ever"
        assert not stored.unmatched, "what came in is never matched"
        gone, wanted = await world.gone(), await world.wanted()
        active = {chat_id: {number for number, _ in mine} for chat_id, mine in wanted.items()}
        late = [
            key
            for key, numbers in world.promises.owed.items()
            if key not in stored.seen and numbers & active[key[0]] and key[0] not in gone
        ]
        assert not late, f"matches wait for ever: {late}"

    async def close(self) -> None:
        """End all processes."""
        for process in self._processes.values():
            await process.end()

    def _process(self, number: int) -> Process:
        process = self._processes.get(number)
        if process is None or process.gone:
            if process:
                self._dead.add(process.name)
            self._started += 1
            name = f"process-{self._started}"
            process = Process(
                self.world.url, self.world.wire, self.world.clock, name=name, is_dead=self._known_dead
            )
            self._processes[number] = process
        return process

    def _known_dead(self, owners: Collection[str]) -> set[str]:
        gone = self._dead | {one.name for one in self._processes.values() if one.gone}
        return gone & set(owners) if self._hosts_know else set()

    async def _before(self) -> _Before:
        world = self.world
        return _Before(await world.stored(), await world.wanted(), await world.gone())

    async def _after_tick(self, before: _Before, *, whole: bool) -> None:
        """Note what is owed from now on, and hold what the tick did against what it had to do."""
        world = self.world
        stored = await world.stored()
        for paper_id, event_id in before.stored.unmatched - stored.unmatched:
            if event_id is None:
                self._owe(paper_id, before)
            else:
                await self._tell(paper_id, event_id, before)
        made = [one for row, one in stored.digests.items() if row not in before.stored.digests and one.slot]
        served = [one.chat_id for one in made]
        assert len(served) == len(set(served)), "P6: one tick made several digests of one chat"
        self.untold = self.untold or bool(made) or stored.unmatched != before.stored.unmatched
        self._check_offers(before.stored, stored)
        for one in made:
            member = next(member for member in world.members if member.chat.id == one.chat_id)
            mine = [(row, old) for row, old in before.stored.digests.items() if old.chat_id == one.chat_id]
            scheduled = [row for row, old in mine if old.slot]
            again = bool(scheduled) and before.stored.digests[max(scheduled)].skipped
            assert not (again and one.skipped), f"{one.slot}: two slots in a row are skipped"
            self._check_time(member, one.slot, skipped=one.skipped, again=again)
        if not whole or await self._matching_elsewhere():
            return  # a tick waits for who matches, and for a dead one's lease, though not forever
        assert not stored.unmatched, "a tick left something unmatched"
        for member in world.members:
            if member.chat.id not in before.gone:
                await self._check_served(member, stored)

    def _owe(self, paper_id: int, before: _Before) -> None:
        for chat_id, mine in before.wanted.items():
            numbers = {number for number, words in mine if words <= self.world.words[paper_id]}
            if numbers and (chat_id, paper_id) not in before.stored.seen:
                self.world.promises.owed.setdefault((chat_id, paper_id), set()).update(numbers)

    async def _tell(self, paper_id: int, event_id: int, before: _Before) -> None:
        events = schema.paper_events
        async with self.world.database.read() as connection:
            happened = await connection.execute(select(events.c.at).where(events.c.id == event_id))
        when = happened.scalar_one()
        for (chat_id, paper), digest in before.stored.seen.items():
            if paper == paper_id and before.stored.digests[digest].compiled_at <= when:
                self.world.promises.told.add((chat_id, event_id))

    def _check_offers(self, before: Stored, stored: Stored) -> None:
        """Each new message offers what may not have arrived before it."""
        for row, one in stored.deliveries.items():
            if row in before.deliveries:
                continue
            for older, delivery in before.deliveries.items():
                if delivery.chat_id == one.chat_id and delivery.state == "uncertain":
                    offered = stored.deliveries[older].offered_in
                    assert offered is not None, f"P2: uncertain delivery {older} is not offered"

    def _check_time(self, member: Member, slot: str, *, skipped: bool, again: bool) -> None:
        schedule = parse_schedule(member.rule)
        world = self.world
        if schedule.at is None or member.quiet or world.now - member.since < _LONGEST_CHANGE:
            return
        due = first_minute(date.fromisoformat(slot), schedule.at, member.zone)
        assert due is not None, f"{slot} is no day in {member.zone}"
        assert due <= world.now, f"{slot} was served before {member.rule} in {member.zone}"
        late = world.now - due
        assert not skipped or late > CATCH_UP, f"{slot} was skipped after {late}"
        assert skipped or again or late <= CATCH_UP + timedelta(hours=1), f"{slot} was served after {late}"

    async def _check_served(self, member: Member, stored: Stored) -> None:
        world = self.world
        schedule = parse_schedule(member.rule)
        async with world.database.read() as connection:
            rows = await connection.execute(
                select(schema.schedules.c.next_due_at).where(schema.schedules.c.chat_id == member.chat.id)
            )
        next_due_at = rows.scalar_one()
        assert next_due_at is None or next_due_at > world.seconds, "P6: a tick left something due"
        if schedule.at is None or member.quiet:
            return
        assert next_due_at is not None, "a daily schedule is never due again"
        assert at(next_due_at) <= world.now + timedelta(days=3), "a daily schedule skips days"
        day = newest_due(schedule.at, member.zone, since=member.since, now=world.now)
        days = stored.days(member.chat.id)
        assert day is None or (days and days[-1] >= day.isoformat()), f"P6: {day} was not served: {days}"

    async def _matching_elsewhere(self) -> bool:
        async with self.world.database.read() as connection:
            held = await leases.current(connection)
        return any(one.name == "match" and one.expires_at > self.world.seconds for one in held)
