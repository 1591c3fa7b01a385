"""People who ask at random moments."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from contextlib import asynccontextmanager
from random import Random
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

AnswerT = TypeVar("AnswerT")


class Asker(ABC, Generic[AnswerT]):
    """A user who asks, and after a while asks again.

    Args:
        seed: of what is asked, and when.
        pause: seconds between an answer and the next question, on average.
    """

    def __init__(self, seed: int, pause: float) -> None:
        self._random = Random(seed)  # noqa: S311 (repeatable on purpose)
        self._pause = pause

    async def ask_on(self, answers: list[AnswerT], ended: asyncio.Event) -> None:
        """Ask until the event is set; the last answer is waited for."""
        while True:
            try:
                async with asyncio.timeout(self._random.expovariate(1 / self._pause)):
                    await ended.wait()
            except TimeoutError:
                await self._ask(answers)
            else:
                return

    @abstractmethod
    async def _ask(self, answers: list[AnswerT]) -> None:
        """Ask something, wait for the answer, and add it."""


@asynccontextmanager
async def answers_to(people: Sequence[Asker[AnswerT]]) -> AsyncIterator[list[AnswerT]]:
    """Let people ask until the block ends; gives their answers as they come."""
    answers: list[AnswerT] = []
    ended = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for person in people:
            group.create_task(person.ask_on(answers, ended))
        try:
            yield answers
        finally:
            ended.set()
