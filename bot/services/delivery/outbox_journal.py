"""Records the outcomes of deliveries; all that wait are written in one transaction.

A commit on SQLite waits for the disk, so one for each message would bound sending to some hundred a second.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.errors import StorageError
from bot.storage.delivery import outbox

if TYPE_CHECKING:
    from bot.domain.delivery.delivery import Delivery, State
    from bot.ports import Clock
    from bot.storage.engine.database import Database

_AGAIN_AFTER = 0.5
"""Seconds before what could not be written is tried again."""


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """The outcome of a send that did not certainly arrive; as in `outbox.conclude`."""

    state: State
    error: str
    due_at: int | None = None
    plain: bool = False


@dataclass(slots=True)
class _Note:
    delivery: Delivery
    written: asyncio.Future[bool]
    reference: str | None = None
    ending: SendOutcome | None = None


@dataclass(slots=True)
class OutboxJournal:
    """Records outcomes for one process while it runs.

    Args:
        database: where the outbox is.
        owner: names the process, as in its claims.
        clock: tells the time.
    """

    database: Database
    owner: str
    clock: Clock
    _notes: list[_Note] = field(default_factory=list)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def begin(self, delivery: Delivery) -> bool:
        """Store that a delivery is about to be sent; False where this process may not send it.

        Raises:
            StorageError: it is not stored, so it may not be sent.
        """
        return await self._write(_Note(delivery, _future()))

    async def sent(self, delivery: Delivery, reference: str) -> None:
        """Store that a message arrived; tries until it is stored, or until cancelled."""
        await self._insist(delivery, reference=reference)

    async def ended(self, delivery: Delivery, ending: SendOutcome) -> None:
        """Store how a send ended; tries until it is stored, or until cancelled."""
        await self._insist(delivery, ending=ending)

    async def _insist(
        self, delivery: Delivery, *, reference: str | None = None, ending: SendOutcome | None = None
    ) -> None:
        while True:
            try:
                await self._write(_Note(delivery, _future(), reference, ending))
            except StorageError:
                await asyncio.sleep(_AGAIN_AFTER)
            else:
                return

    async def _write(self, note: _Note) -> bool:
        self._notes.append(note)
        self._wake.set()
        return await note.written

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            notes, self._notes = self._notes, []
            try:
                held = await self._commit(notes)
            except StorageError as error:
                for note in notes:
                    if not note.written.done():
                        note.written.set_exception(error)
                continue
            for note in notes:
                if not note.written.done():
                    note.written.set_result(note.delivery.id in held)

    async def _commit(self, notes: list[_Note]) -> set[int]:
        now = int(self.clock().timestamp())
        begun = [note.delivery for note in notes if note.reference is None and note.ending is None]
        sent = [(note.delivery, note.reference) for note in notes if note.reference is not None]
        async with self.database.write() as connection:
            held = await outbox.begin(connection, self.owner, begun, now=now)
            held |= await outbox.acknowledge(connection, self.owner, sent, now=now)
            for note in notes:
                if note.ending and await outbox.conclude(
                    connection,
                    self.owner,
                    note.delivery,
                    state=note.ending.state,
                    error=note.ending.error,
                    now=now,
                    due_at=note.ending.due_at,
                    plain=note.ending.plain,
                ):
                    held.add(note.delivery.id)
        return held


def _future() -> asyncio.Future[bool]:
    return asyncio.get_running_loop().create_future()
