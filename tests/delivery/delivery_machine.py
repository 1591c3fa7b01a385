"""Readers, sources, platforms, clocks and kills in any order; after every step the promises hold."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final

from delivery_world import QUERIES_TRIED, WORDS, World
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from scripted_platform import ANSWERS
from serving import Serving
from vanishing_process import Ending

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from scripted_platform import Answer

    Script = list[tuple[int, list[Answer]]]

PROFILE: Final = "delivery"
settings.register_profile(
    PROFILE,
    deadline=None,
    stateful_step_count=30,
    # A game is a database and some hundred transactions.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

CHATS: Final = 3
ZONES: Final = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC", "Pacific/Kiritimati")
CHANGES: Final = tuple(
    datetime.fromisoformat(f"{change}+00:00")
    for change in (
        "2025-03-09 07:00",  # New York forward, 2:00 to 3:00
        "2025-03-30 01:00",  # Berlin forward
        "2025-04-05 15:00",  # Lord Howe back by half an hour, 2:00 to 1:30
        "2025-10-04 15:30",  # Lord Howe forward, 2:00 to 2:30
        "2025-10-26 01:00",  # Berlin back, 3:00 to 2:00
        "2025-11-02 06:00",  # New York back
    )
)
"""When the clocks of these zones change."""
TIMES: Final = ("00:00", "01:45", "02:00", "02:15", "02:30", "03:00", "08:30", "23:59")
RULES: Final = (*(f"daily {time}" for time in TIMES), "instant", "off")

chats = st.integers(0, CHATS - 1)
workers = st.integers(0, 1)
any_of = st.integers(0, 9)
states = st.sampled_from(("active", "paused", "removed", "undone"))
words = st.frozensets(st.sampled_from(WORDS), max_size=2)
in_tick = st.builds(Ending, st.sampled_from(("before-commit", "after-commit")), st.integers(0, 6))
in_send = st.builds(
    Ending, st.sampled_from(("before-commit", "after-commit", "called", "accepted")), st.integers(0, 3)
)
# What stands still within a transaction would only keep the others waiting in real time.
between_commits = st.builds(
    Ending, st.sampled_from(("after-commit", "called", "accepted")), st.integers(0, 3)
)
scripts = st.lists(st.tuples(chats, st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=3)), max_size=2)


class DeliveryMachine(RuleBasedStateMachine):
    """Plays, on the databases of `machine_on`."""

    fresh: ClassVar[Callable[[], str]]

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()

    def _do(self, step: Coroutine[Any, Any, None]) -> None:
        self._runner.run(step)

    @initialize(
        zones=st.lists(st.sampled_from(ZONES), min_size=CHATS, max_size=CHATS),
        change=st.sampled_from(CHANGES),
        before=st.integers(0, 48),
        hosts_know=st.booleans(),
    )
    def begin(self, zones: list[str], change: datetime, before: int, *, hosts_know: bool) -> None:
        """Some chats, some hours before the clocks change somewhere."""
        self.world = World(type(self).fresh(), change - timedelta(hours=before))
        self.serving = Serving(self.world, hosts_know=hosts_know)
        self._do(self.world.begin(self._runner.get_loop(), zones))

    # What readers do.

    @rule(chat=chats, query=st.sampled_from(QUERIES_TRIED))
    def subscribe(self, chat: int, query: str) -> None:
        """A chat subscribes."""
        self._do(self.world.subscribe(chat, query))

    @rule(chat=chats, which=any_of, state=states)
    def change_subscription(self, chat: int, which: int, state: Any) -> None:
        """A chat pauses, resumes or leaves a subscription, or wants it back."""
        self._set_state(chat, which, state)

    def _set_state(self, chat: int, which: int, state: Any) -> None:
        self._do(self.world.undo(chat) if state == "undone" else self.world.set_state(chat, which, state))

    @rule(chat=chats, which=any_of, query=st.sampled_from(QUERIES_TRIED))
    def edit(self, chat: int, which: int, query: str) -> None:
        """A chat changes a query."""
        self._do(self.world.edit(chat, which, query))

    @rule(chat=chats, schedule=st.sampled_from(RULES))
    def reschedule(self, chat: int, schedule: str) -> None:
        """A chat changes its schedule."""
        self._do(self.world.reschedule(chat, schedule))

    @rule(chat=chats, zone=st.sampled_from(ZONES))
    def move_zone(self, chat: int, zone: str) -> None:
        """A chat moves."""
        self._do(self.world.move_zone(chat, zone))

    @rule(
        chat=chats,
        quiet=st.sampled_from((None, None, "22:00-07:00", "01:30-02:30", "off")),
        most=st.integers(1, 3),
        versions=st.sampled_from(("off", "line", "card")),
    )
    def prefer(self, chat: int, quiet: str | None, most: int, versions: str) -> None:
        """A chat wants quiet, fewer papers at a time, or to hear of new versions otherwise."""
        if quiet:
            self._do(self.world.set_quiet(chat, quiet))
        self._do(self.world.set_most(chat, most))
        self._do(self.world.set_versions(chat, versions))

    @rule(chat=chats, missed=st.booleans())
    def ask(self, chat: int, *, missed: bool) -> None:
        """A chat asks for a digest now, or for what it missed."""
        self._do(self.world.show_missed(chat) if missed else self.world.ask_digest(chat))

    # What comes in, and what platforms do.

    @rule(papers=st.lists(words, min_size=1, max_size=3))
    def publish(self, papers: list[frozenset[str]]) -> None:
        """New papers come."""
        self._do(self.world.publish(*papers))

    @rule(which=any_of, version=st.integers(2, 4))
    def revise(self, which: int, version: int) -> None:
        """A new version comes."""
        self._do(self.world.revise(which, version))

    @rule(chat=chats, blocked=st.booleans())
    def block(self, chat: int, *, blocked: bool) -> None:
        """The bot is blocked, or back."""
        self._do(self.world.block(chat, blocked=blocked))

    @rule(chat=chats, known=st.booleans())
    def migrate(self, chat: int, *, known: bool) -> None:
        """A group becomes a supergroup."""
        self._do(self.world.migrate(chat, known=known))

    # What the clock does.

    @rule(span=st.one_of(st.integers(1, 300), st.integers(300, 100_000), st.integers(0, 40 * 86_400)))
    def wait(self, span: int) -> None:
        """Time passes, or the clock jumps."""
        self.world.pass_time(timedelta(seconds=span))

    @rule(minutes=st.integers(-90, 90))
    def wait_for_change(self, minutes: int) -> None:
        """It is about the time of the next change of clocks."""
        now = self.world.now
        later = [at - now for change in CHANGES if (at := change + timedelta(minutes=minutes)) > now]
        self.world.pass_time(min(later, default=timedelta(days=1)))

    # What the processes do, and what happens to them.

    @rule(worker=workers)
    def tick(self, worker: int) -> None:
        """A process serves what is due."""
        if not self.serving.stands(worker):
            self._do(self.serving.tick(worker))

    @rule(worker=workers, ending=in_tick, papers=st.lists(words, max_size=3))
    def vanish_in_tick(self, worker: int, ending: Ending, papers: list[frozenset[str]]) -> None:
        """A process vanishes while it serves."""
        if not self.serving.stands(worker):
            self._bring(worker, papers)
            self._do(self.serving.tick(worker, Ending(ending.place, ending.after)))

    @rule(worker=workers, script=scripts)
    def send(self, worker: int, script: Script) -> None:
        """A process delivers, and the platform answers as it likes."""
        if not self.serving.stands(worker):
            self._answer(script)
            self._do(self.serving.send(worker))

    @rule(
        worker=workers,
        papers=st.lists(words, min_size=1, max_size=4),
        script=scripts,
        meanwhile=st.none() | st.tuples(chats, any_of, states),
    )
    def serve(
        self,
        worker: int,
        papers: list[frozenset[str]],
        script: Script,
        meanwhile: tuple[int, int, Any] | None,
    ) -> None:
        """A usual day: papers come, somebody may think better of it, their time comes, and they go out."""
        if not self.serving.stands(worker):
            self._do(self.world.publish(*papers))
            self._do(self.serving.tick(worker))
            if meanwhile:
                self._set_state(*meanwhile)
            self.world.pass_time(timedelta(days=1))
            self._do(self.serving.tick(worker))
            self._answer(script)
            self._do(self.serving.send(worker))

    @rule(worker=workers, ending=in_send, script=scripts, papers=st.lists(words, max_size=3))
    def vanish_in_send(
        self,
        worker: int,
        ending: Ending,
        script: Script,
        papers: list[frozenset[str]],
    ) -> None:
        """A process vanishes while it delivers."""
        if not self.serving.stands(worker):
            self._queue(worker, papers, script)
            self._do(self.serving.send(worker, Ending(ending.place, ending.after)))

    @rule(worker=workers, ending=between_commits, script=scripts, papers=st.lists(words, max_size=3))
    def stand_still_in_send(
        self,
        worker: int,
        ending: Ending,
        script: Script,
        papers: list[frozenset[str]],
    ) -> None:
        """A process is stopped while it delivers."""
        if not self.serving.stands(worker):
            self._queue(worker, papers, script)
            self._do(self.serving.send(worker, Ending(ending.place, ending.after), stands=True))

    @precondition(lambda self: self.serving.stands(0) or self.serving.stands(1))
    @rule(hours=st.integers(0, 30))
    def go_on(self, hours: int) -> None:
        """A process that was stopped continues, perhaps long after."""
        self.world.pass_time(timedelta(hours=hours))
        for worker in (0, 1):
            if self.serving.stands(worker):
                self._do(self.serving.go_on(worker))

    @precondition(lambda self: not (self.serving.stands(0) or self.serving.stands(1)))
    @rule(script=scripts)
    def both(self, script: Script) -> None:
        """Two processes do the same at the same time."""
        self._answer(script)
        self._do(self.serving.both())

    @rule(worker=workers)
    def kill(self, worker: int) -> None:
        """A process is killed, and starts again."""
        self._do(self.serving.kill(worker))

    @precondition(lambda self: self.serving.untold)
    @rule()
    def settle(self) -> None:
        """Some days pass without trouble."""
        self._do(self.serving.settle())

    @invariant()
    def promises_hold(self) -> None:
        """P1, P2, P3, and no match is lost."""
        if hasattr(self, "world"):
            self._do(self._check())

    async def _check(self) -> None:
        self.world.promises.check(await self.world.stored(), self.world.wire)

    def _bring(self, worker: int, papers: list[frozenset[str]]) -> None:
        """Let papers wait for digests that are due now."""
        if papers:
            self._do(self.world.publish(*papers))
            self._do(self.serving.tick(worker))
            self.world.pass_time(timedelta(days=1))

    def _queue(self, worker: int, papers: list[frozenset[str]], script: Script) -> None:
        """Let messages be in the outbox."""
        self._answer(script)
        if papers:
            self._bring(worker, papers)
            self._do(self.serving.tick(worker))

    def _answer(self, script: Script) -> None:
        for chat, answers in script:
            self.world.wire.script[self.world.members[chat].chat.id].extend(answers)

    def teardown(self) -> None:
        """Close everything."""
        if hasattr(self, "world"):
            self._do(self.serving.close())
            self._do(self.world.close())
        self._runner.close()


def machine_on(fresh_database: Callable[[], str]) -> type[DeliveryMachine]:
    """Return the machine that plays each game on a database of its own.

    Args:
        fresh_database: makes a migrated, empty database and returns its URL.
    """

    class Machine(DeliveryMachine):
        fresh = staticmethod(fresh_database)

    return Machine
