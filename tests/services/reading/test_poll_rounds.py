"""Rounds of polling: what is due is read before digests are made, and a source that hangs delays no other."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from invented_digests import entry
from programmable_reader import PollingBench, poller

from bot.domain.sources.source import Reading
from bot.errors import UnreachableError
from bot.process_owner import owner_name
from bot.services.installation.hold_lease import hold_lease, is_held
from bot.services.reading.poll_rounds import PollRounds, late_sources

if TYPE_CHECKING:
    from bot.services.reading.poll_sources import SourceReport
    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

A, B, C = (f"https://{name}.example.org/feed" for name in "abc")
RIVERS = entry("2503.00001v1", "Rivers of Noise", "Diffusion models of water.")
LAKES = entry("2503.00002v1", "Lakes of Tokens", "Language models of still water.")
AT_ONCE, LONG = 0.05, 30.0
"""Seconds; no test waits for the long ones."""


class Bench(PollingBench):
    """Rounds with everything around them."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.told: list[str] = []
        self.rounds = PollRounds(
            poller(database, self.reader, self.library, self.clock, owner=owner_name()),
            database,
            self.clock,
            self.tell,
        )

    def tell(self, source: SourceReport) -> None:
        """Note what was read."""
        self.told.append(source.label)

    async def late(self) -> int:
        """Return how many sources are noted as late."""
        async with self.database.read() as connection:
            return len(await late_sources(connection))


@pytest.fixture
def bench(database: Database) -> Bench:
    """Rounds on an empty archive."""
    return Bench(database)


async def waited_for(bench: Bench, label: str) -> None:
    """Wait for due sources until one alone is late: a busy machine may begin none in so short a time."""
    while await bench.rounds.catch_up(AT_ONCE) != (label,):
        pass


async def test_what_is_due_is_read_before_the_wait_ends(bench: Bench) -> None:
    """After the wait the papers of all sources are there, and none is late."""
    await bench.watch(A, B)
    bench.reader.steps = {
        A: [Reading((bench.library.holds("a", RIVERS),))],
        B: [Reading((bench.library.holds("b", LAKES),))],
    }
    assert await bench.rounds.catch_up(LONG) == ()
    assert await bench.papers() == 2
    assert await bench.late() == 0


@pytest.mark.parametrize("hangs", [A, B, C])
async def test_a_source_that_hangs_is_late_and_the_others_go_on(bench: Bench, hangs: str) -> None:
    """The wait is bounded, names the late source, has the papers of the others; it is read later, once."""
    await bench.watch(A, B, C)
    bench.reader.hanging[hangs] = asyncio.Event()
    bench.reader.steps = {
        uri: [
            Reading((bench.library.holds(uri, entry(f"2503.0000{number}v1", f"Title {number}", "Water.")),))
        ]
        for number, uri in enumerate((A, B, C), start=1)
    }
    while await bench.papers() < 2:
        await waited_for(bench, hangs)
    assert await bench.late() == 1
    bench.reader.hanging[hangs].set()
    await bench.rounds.poll()  # comes after the round that still runs
    assert await bench.papers() == 3
    assert [label for label, _ in bench.reader.asked].count(hangs) == 1


async def test_what_falls_due_while_another_hangs_is_polled(bench: Bench) -> None:
    """A source that hangs since before a suspend does not delay those that are due after it."""
    await bench.watch(A)
    bench.reader.hanging[A] = asyncio.Event()
    bench.reader.steps = {A: [Reading()], B: [Reading((bench.library.holds("b", LAKES),))]}
    await waited_for(bench, A)
    bench.now += timedelta(hours=9)
    await bench.watch(B)
    while bench.told != [B]:
        await waited_for(bench, A)
    bench.reader.hanging[A].set()
    await bench.rounds.poll()
    assert bench.told == [B, A]


async def test_a_source_that_fails_ends_the_wait(bench: Bench) -> None:
    """A source that can't be reached is not waited for."""
    await bench.watch(A, B)
    bench.reader.steps = {A: [UnreachableError(A, "no such host")], B: [Reading()]}
    assert await bench.rounds.catch_up(LONG) == ()
    assert bench.told == [A, B]


async def test_another_process_is_waited_for(bench: Bench) -> None:
    """Where another process polls, nothing is polled here, and the wait is bounded."""
    await bench.watch(A)
    owner = "elsewhere:1"
    async with hold_lease(bench.database, "poll", owner=owner, clock=lambda: bench.now) as held:
        assert held
        assert await bench.rounds.catch_up(AT_ONCE) == ()
        assert await bench.rounds.poll() is None
        assert await is_held(bench.database, "poll", clock=lambda: bench.now)
    assert not await is_held(bench.database, "poll", clock=lambda: bench.now)
    assert bench.reader.asked == []
    await bench.rounds.close()


async def test_what_is_cut_short_is_due_again(bench: Bench) -> None:
    """A process that ends while a source hangs gives its lease back and leaves the source due."""
    await bench.watch(A)
    bench.reader.hanging[A] = asyncio.Event()
    bench.reader.steps = {A: [Reading(), Reading()]}
    await waited_for(bench, A)
    await bench.rounds.close()
    assert not await is_held(bench.database, "poll", clock=lambda: bench.now)
    bench.reader.hanging.clear()
    await bench.rounds.poll()
    assert bench.told == [A]
