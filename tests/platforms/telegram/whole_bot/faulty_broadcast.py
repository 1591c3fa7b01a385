"""One digest for many chats, sent by a bot in a process of its own while Telegram has its faults."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import broadcasts
from broadcasts import Outbox, archive_settings
from telegram_server import CutAfter, FloodLimits, Refused, too_many

from bot.domain.chat.command import ChatKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path
    from random import Random

    from telegram_server import BotApiServer, Chat, Message
    from telegram_server.api.params import Params

    from bot.app import Archive

DIGEST = "Your digest:"
A_SECOND = 25
"""Messages a second that the server takes; Telegram's own figure is about 30."""


@dataclass(eq=False, kw_only=True)
class TimedLimits(FloodLimits):
    """Telegram's limits, and when it accepted the digests.

    Attributes:
        digests: seconds of the clock, rising.
        others: how many other messages were accepted.
    """

    a_second: int = A_SECOND
    digests: list[float] = field(default_factory=list)
    others: int = 0

    def count(self, chat: Chat) -> None:
        """Count an accepted message, the chat's last."""
        super().count(chat)
        if chat.last.text.startswith(DIGEST):
            self.digests.append(self.clock())
        else:
            self.others += 1


@dataclass(frozen=True, slots=True)
class Troubled:
    """Chats whose next digest meets a fault; no chat is in two of them.

    Attributes:
        told_to_wait: Telegram answers 429 once.
        cut: Telegram takes the message, and the connection is cut before it says so.
        blocked: the person has blocked the bot, which was never told.
    """

    told_to_wait: tuple[Chat, ...]
    cut: tuple[Chat, ...]
    blocked: tuple[Chat, ...]

    def __contains__(self, chat: object) -> bool:
        """Whether anything is wrong with a chat."""
        return chat in {*self.told_to_wait, *self.cut, *self.blocked}


def plan_faults(
    server: BotApiServer, chats: Sequence[Chat], each: int, chosen: Random, *, retry_after: int
) -> Troubled:
    """Let the next digest of some chats meet a fault.

    Args:
        server: which Telegram it is.
        chats: of all of them, some are picked.
        each: how many for each fault.
        chosen: picks them.
        retry_after: seconds that a chat is told to wait.
    """
    picked = chosen.sample(chats, 3 * each)
    troubled = Troubled(tuple(picked[:each]), tuple(picked[each : 2 * each]), tuple(picked[2 * each :]))
    for chat in troubled.told_to_wait:
        server.faults.plan(Refused(too_many(retry_after)), "sendMessage", chat=chat, when=_is_digest)
    for chat in troubled.cut:
        server.faults.plan(CutAfter(), "sendMessage", chat=chat, when=_is_digest)
    for chat in troubled.blocked:
        assert chat.person is not None
        server.blocks(chat.person)
    # Telegram keeps updates for a day only: who was down longer hears of it when it sends.
    server.world.updates.drop()
    return troubled


def _is_digest(params: Params) -> bool:
    return DIGEST in params.text("text")


def readers(server: BotApiServer, count: int) -> list[Chat]:
    """Return the private chats of so many people."""
    return [server.private(server.user(f"Reader {number}")) for number in range(1, count + 1)]


async def subscribe(archive: Archive, chats: Iterable[Chat], query: str) -> None:
    """Store that each chat wants what matches a query, as soon as it comes."""
    await broadcasts.subscribe(archive, (ChatKey("telegram", str(chat.id)) for chat in chats), query)


def bot_process(server: BotApiServer, folder: Path, *, tick: float) -> AbstractAsyncContextManager[None]:
    """Run `paperwire run` on a folder's archive until the block ends, and let it end by SIGTERM.

    Args:
        server: the Telegram that it talks to.
        folder: where its archive is; what it logs goes into `bot.log` there.
        tick: seconds between two looks for what is due.
    """
    settings = archive_settings(folder)
    settings |= {"telegram_bot_token": server.token, "telegram_api_url": server.url}
    return broadcasts.bot_process(
        server, folder, settings, tick=tick, is_up=lambda: server.world.updates.asked
    )


@dataclass(frozen=True, slots=True)
class Delivered:
    """What happened to one round of digests.

    Attributes:
        chats: how many were to get one.
        states: how many deliveries are in each state.
        again: how many were sent more than once before they arrived.
        arrived: how many digests Telegram has accepted.
        lost: chats that got nothing and whose delivery does not say so.
        twice: chats that got it more than once.
        failing: the chats of the deliveries that are not `sent`, by state.
    """

    chats: int
    states: Counter[str]
    again: int
    arrived: int
    lost: tuple[Chat, ...]
    twice: tuple[Chat, ...]
    failing: dict[str, set[int]]


class Round:
    """One round of digests; made before its papers are published.

    Args:
        server: where they arrive.
        folder: of the archive.
        chats: those that are to get one.
        title: words that the titles of its papers, and of no others, have.
    """

    def __init__(self, server: BotApiServer, folder: Path, chats: Sequence[Chat], title: str) -> None:
        self._server = server
        self._outbox = Outbox(folder)
        self._chats = chats
        self._title = title

    async def ended(self, *, patience: float) -> None:
        """Wait, so many seconds at most, until nothing of it is to be sent any more."""
        await self._outbox.ended(self._server, len(self._chats), patience=patience)

    def delivered(self) -> Delivered:
        """Return what happened to it so far."""
        rows = self._outbox.deliveries()
        failing: dict[str, set[int]] = {}
        for chat, state, _ in rows:
            if state != "sent":
                failing.setdefault(state, set()).add(int(chat))
        told = set().union(*(failing.get(state, ()) for state in ("uncertain", "failed", "cancelled")))
        got = {chat.id: len(self.of_chat(chat)) for chat in self._chats}
        return Delivered(
            chats=len(self._chats),
            states=Counter(state for _, state, _ in rows),
            again=sum(state == "sent" and attempts > 1 for _, state, attempts in rows),
            arrived=sum(got.values()),
            lost=tuple(chat for chat in self._chats if not got[chat.id] and chat.id not in told),
            twice=tuple(chat for chat in self._chats if got[chat.id] > 1),
            failing=failing,
        )

    def of_chat(self, chat: Chat) -> list[Message]:
        """Return the digests of this round that a chat got."""
        return [
            message
            for message in chat.messages
            if message.text.startswith(DIGEST) and self._title in message.text
        ]


def gone(folder: Path) -> set[int]:
    """Return the chats that the bot knows it can't reach."""
    return {int(chat) for chat in Outbox(folder).gone()}
