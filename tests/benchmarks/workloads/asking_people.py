"""People who type and press at random moments, and how long their answers took."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asking import Asker, answers_to
from faulty_broadcast import DIGEST
from server_parts.changes import HangingError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager

    from telegram_server import BotApiServer, Chat, Message

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


class Person(Asker[Answer]):
    """Somebody who types commands and words, and opens papers from what was found.

    Args:
        server: where.
        chat: the person's own.
        seed: of what is asked, and when.
        pause: seconds between an answer and the next question, on average.
    """

    def __init__(self, server: BotApiServer, chat: Chat, seed: int, pause: float) -> None:
        assert chat.person is not None
        super().__init__(seed, pause)
        self._server = server
        self._chat = chat
        self._user = chat.person
        self._found: Message | None = None

    async def _ask(self, answers: list[Answer]) -> None:
        begun = time.perf_counter()
        try:
            await self._type_or_press()
            took = time.perf_counter() - begun
        except HangingError:
            took = math.inf
        answers.append(Answer(begun, took, self._chat))

    async def _type_or_press(self) -> None:
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


def asking(
    server: BotApiServer, chats: Sequence[Chat], *, seed: int, pause: float
) -> AbstractAsyncContextManager[list[Answer]]:
    """Let the people of these chats ask until the block ends; gives their answers as they come."""
    return answers_to(
        [Person(server, chat, seed * 1_000 + number, pause) for number, chat in enumerate(chats)]
    )
