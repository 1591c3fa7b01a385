"""The platform's side of the wire: what it answers is scripted, what it accepted is its own log."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from bot.errors import (
    ChatGoneError,
    ChatMovedError,
    ContentRefusedError,
    NotSentError,
    RefusedError,
    UnknownOutcomeError,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from bot.domain.chat.command import Chat, Reply
    from bot.errors import DeliveryError

Answer = Literal[
    "taken", "429", "no-connection", "5xx-lost", "5xx-taken", "timeout-lost", "timeout-taken",
    "fault-taken", "refused", "gone", "bad-markup",
]  # fmt: skip
ANSWERS: Final[tuple[Answer, ...]] = Answer.__args__  # type: ignore[attr-defined] # a Literal has them

_REFUSALS: Final[Mapping[Answer, Callable[[], DeliveryError]]] = {
    "429": lambda: NotSentError("too many requests", retry_after=37),
    "no-connection": lambda: NotSentError("no connection"),
    "5xx-lost": lambda: UnknownOutcomeError("bad gateway"),
    "timeout-lost": lambda: UnknownOutcomeError("no answer"),
    "refused": lambda: RefusedError("no rights"),
    "gone": lambda: ChatGoneError("bot was kicked"),
    "bad-markup": lambda: ContentRefusedError("can't parse entities"),
}
"""What is raised where the message does not arrive."""

_MANY: Final = 30
"""Sends of one delivery without time passing; who needs more sends forever."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a message shows.

    Attributes:
        chat_id: the chat's row.
        papers: rows of the papers in it.
        events: of the papers that it tells something new about: row, what happened, and the version.
    """

    chat_id: int
    papers: tuple[int, ...]
    events: tuple[tuple[int, str, int | None], ...]


@dataclass(slots=True)
class Wire:
    """One platform, whatever processes send to it.

    Attributes:
        contents: by delivery, what its message shows.
        accepted: the deliveries that it took, in order, and under which id of the chat.
        script: by the chat's row, what it answers to the next messages; then it takes them.
        moved: chats that have another id now.
        blocked: chats that can't be reached.
        tried: how often each delivery was sent since time passed last.
    """

    contents: dict[int, Content] = field(default_factory=dict)
    accepted: list[tuple[int, str]] = field(default_factory=list)
    script: dict[int, deque[Answer]] = field(default_factory=lambda: defaultdict(deque))
    moved: dict[str, str] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    tried: Counter[int] = field(default_factory=Counter)

    @property
    def sends_for_ever(self) -> list[int]:
        """Deliveries that were sent again and again at once."""
        return [row for row, times in self.tried.items() if times > _MANY]


class ScriptedPlatform:
    """One process' connection to the platform.

    Args:
        wire: the platform.
        reach: is told when the platform was called, and when it has the message.
    """

    def __init__(self, wire: Wire, reach: Callable[[Literal["called", "accepted"]], Awaitable[None]]) -> None:
        self._wire = wire
        self._reach = reach
        self._turns: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    @asynccontextmanager
    async def turn(self, chat: Chat) -> AsyncIterator[None]:
        """Let one message a chat go at a time."""
        async with self._turns[chat.id]:
            yield

    async def send(self, chat: Chat, message: Reply, *, delivery_id: int, plain: bool) -> str:
        """Take a message or not, as scripted."""
        del message
        await self._reach("called")
        wire, there = self._wire, chat.key.external_id
        wire.tried[delivery_id] += 1
        if there in wire.blocked or wire.tried[delivery_id] > _MANY:
            raise ChatGoneError("bot was blocked by the user")
        if there in wire.moved:
            raise ChatMovedError("group migrated", external_id=wire.moved[there])
        script = wire.script[chat.id]
        answer: Answer = script.popleft() if script else "taken"
        if answer == "bad-markup" and plain:
            answer = "taken"
        refusal = _REFUSALS.get(answer)
        if refusal:
            raise refusal()
        wire.accepted.append((delivery_id, there))
        await self._reach("accepted")
        if answer == "fault-taken":
            raise ZeroDivisionError
        if answer != "taken":
            raise UnknownOutcomeError(answer)
        return f"m{delivery_id}"
