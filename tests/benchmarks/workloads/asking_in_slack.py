"""People in Slack who type, press and look at random moments, and how long they waited."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal

from asking import Asker, answers_to
from slack_digest_rounds import is_digest
from slack_server import HangingError, Message

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence
    from contextlib import AbstractAsyncContextManager

    from slack_server import Channel, Said, SlackServer, User
    from slack_server.records.world import Deed

Surface = Literal["channels", "direct messages", "Home, modals"]
SURFACES: tuple[Surface, ...] = ("channels", "direct messages", "Home, modals")
COMMAND = "/papers"
TYPED = ("search diffusion", "video editing", "subscriptions", "help")
OPENS = "More"
"""The button that shows the whole card of a paper that was found."""
FINDS = "Find papers…"
"""The button of the Home tab that opens a modal with the newest papers."""
_PRESS, _HOME = "press", "home"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.

    Attributes:
        asked_at: seconds of `time.perf_counter`, when Slack had what the person did.
        took: seconds until Slack accepted the answer; infinite where there was none.
        acked_after: seconds until the bot acknowledged what was done; infinite where it did not.
        surface: where it was asked.
    """

    asked_at: float
    took: float
    acked_after: float
    surface: Surface


class Person(Asker[Answer]):
    """Somebody who types commands, opens papers from what was found, and has a look at the Home tab.

    Args:
        server: where.
        user: who.
        channel: where commands are typed: a channel of the person, or the direct messages with the bot.
        seed: of what is asked, and when.
        pause: seconds between an answer and the next question, on average.
    """

    def __init__(self, server: SlackServer, user: User, channel: Channel, seed: int, pause: float) -> None:
        super().__init__(seed, pause)
        self._server = server
        self._user = user
        self._channel = channel
        self._found: Message | None = None

    async def _ask(self, answers: list[Answer]) -> None:
        typed = self._random.choice((*TYPED, _PRESS, _HOME))
        if typed == _HOME:
            await self._look(answers)
            return
        surface: Surface = "channels" if self._channel.person is None else "direct messages"
        if typed == _PRESS and self._found is not None:
            found, awaited = self._found, self._is_answered()
            await _timed(
                answers, surface, lambda: self._server.presses(self._user, found, OPENS, until=awaited)
            )
            return
        typed = TYPED[0] if typed == _PRESS else typed
        before, awaited = len(self._server.world.deeds), self._is_answered()
        await _timed(
            answers,
            surface,
            lambda: self._server.command(self._user, self._channel, COMMAND, typed, until=awaited),
        )
        said = [deed.thing for deed in self._deeds(before) if isinstance(deed.thing, Message)]
        self._found = next((one for one in reversed(said) if OPENS in one.labels), None)

    async def _look(self, answers: list[Answer]) -> None:
        """Let somebody open the Home tab for the first time: one that is unchanged is not published again."""
        newcomer = self._server.user(f"{self._user.real_name}'s colleague")
        said = await _timed(answers, "Home, modals", lambda: self._server.opens_home(newcomer))
        home = said.home if said else None
        if home is not None:
            await _timed(answers, "Home, modals", lambda: self._server.presses(newcomer, home, FINDS))

    def _is_answered(self) -> Callable[[], bool]:
        """Return what says whether there is an answer from now on; a digest that comes meanwhile is none."""
        before = len(self._server.world.deeds)
        return lambda: any(True for _ in self._deeds(before))

    def _deeds(self, before: int) -> Iterator[Deed]:
        for deed in islice(self._server.world.deeds, before, None):
            is_here = deed.channel is self._channel and self._channel.person is self._user
            digest = isinstance(deed.thing, Message) and is_digest(deed.thing)
            if (deed.user is self._user or is_here) and not digest:
                yield deed


async def _timed(answers: list[Answer], surface: Surface, act: Callable[[], Awaitable[Said]]) -> Said | None:
    """Let somebody do something; note how long the answer took, and return it."""
    begun = time.perf_counter()
    try:
        said = await act()
    except HangingError:
        answers.append(Answer(begun, math.inf, math.nan, surface))
        return None
    took = time.perf_counter() - begun
    try:
        acked_after = said.acked_after
    except LookupError:
        acked_after = math.inf
    answers.append(Answer(begun, math.inf if said.error else took, acked_after, surface))
    return said


def asking(
    server: SlackServer, people: Sequence[tuple[User, Channel]], *, seed: int, pause: float
) -> AbstractAsyncContextManager[list[Answer]]:
    """Let these people ask until the block ends; gives their answers as they come."""
    return answers_to(
        [
            Person(server, user, channel, seed * 1_000 + number, pause)
            for number, (user, channel) in enumerate(people)
        ]
    )
