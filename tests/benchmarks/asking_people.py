"""People who type and press at random moments, and how long their answers took."""

from __future__ import annotations

import asyncio
import math
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from faulty_broadcast import DIGEST
from server.changes import HangingError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from server import BotApiServer, Chat, Message

TYPED = ("/search diffusion", "video editing", "/subscriptions", "/help")
OPENS = "1"
"""The button that opens the first paper of a list."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.

    Attributes:
        asked_at: seconds of `time.perf_counter`, when Telegram had the update.
        took: seconds until Telegram accepted the answer; infinite where there was none.
        chat: who asked.
    """

    asked_at: float
    took: float
    chat: Chat


class Person:
    """Somebody who types commands and words, and opens papers from what was found.

    Args:
        server: where.
        chat: the person's own.
        chosen: says what, and after how many seconds.
        pause: seconds between an answer and the next question, on average.
    """

    def __init__(self, server: BotApiServer, chat: Chat, chosen: Random, pause: float) -> None:
        assert chat.person is not None
        self._server = server
        self._chat = chat
        self._user = chat.person
        self._random = chosen
        self._pause = pause
        self._found: Message | None = None

    async def ask_on(self, answers: list[Answer], ended: asyncio.Event) -> None:
        """Ask until the event is set; the last answer is waited for."""
        while True:
            try:
                async with asyncio.timeout(self._random.expovariate(1 / self._pause)):
                    await ended.wait()
            except TimeoutError:
                begun = time.perf_counter()
                try:
                    await self._ask()
                    took = time.perf_counter() - begun
                except HangingError:
                    took = math.inf
                answers.append(Answer(begun, took, self._chat))
            else:
                return

    async def _ask(self) -> None:
        before = self._said()
        typed = self._random.choice((*TYPED, OPENS))
        if typed == OPENS and self._found is not None:
            await self._server.presses(self._user, self._found, OPENS, until=lambda: self._said() > before)
            return
        typed = TYPED[0] if typed == OPENS else typed
        await self._server.types(self._user, self._chat, typed, until=lambda: self._said() > before)
        self._found = next((one for one in reversed(self._chat.messages) if _is_list(one)), None)

    def _said(self) -> int:
        """Return how many answers there are; a digest that comes meanwhile is none."""
        return sum(not message.text.startswith(DIGEST) for message in self._chat.messages)


def _is_list(message: Message) -> bool:
    return OPENS in message.labels and not message.text.startswith(DIGEST)


@asynccontextmanager
async def asking(
    server: BotApiServer, chats: Sequence[Chat], *, seed: int, pause: float
) -> AsyncIterator[list[Answer]]:
    """Let the people of these chats ask until the block ends; gives their answers as they come."""
    answers: list[Answer] = []
    ended = asyncio.Event()
    people = [
        Person(server, chat, Random(seed * 1_000 + number), pause)  # noqa: S311 (repeatable on purpose)
        for number, chat in enumerate(chats)
    ]
    async with asyncio.TaskGroup() as group:
        for person in people:
            group.create_task(person.ask_on(answers, ended))
        try:
            yield answers
        finally:
            ended.set()
