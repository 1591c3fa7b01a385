"""Keeps the papers that a chat saves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.storage import papers, saved

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.paper import Paper
    from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A piece of what a chat saved.

    Attributes:
        papers: those saved last first.
        total: how many there are in all.
        start: how many stand before this piece.
    """

    papers: tuple[Paper, ...]
    total: int
    start: int = 0

    @property
    def more(self) -> bool:
        """Whether something comes after this piece."""
        return self.start + len(self.papers) < self.total


class KeepSaved:
    """The saved papers of chats.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, chat_id: int, paper: Paper, *, now: datetime) -> bool:
        """Save a paper; False where the chat has it saved already."""
        async with self._database.write() as connection:
            return await saved.add(connection, chat_id, paper.id, now=int(now.timestamp()))

    async def unsave(self, chat_id: int, paper: Paper) -> bool:
        """Remove a paper from what a chat saved; False where it was not saved."""
        async with self._database.write() as connection:
            return await saved.remove(connection, chat_id, paper.id)

    async def page(self, chat_id: int, *, start: int, size: int) -> SavedPage:
        """Return a piece of what a chat saved.

        Args:
            chat_id: the chat.
            start: how many to pass over.
            size: how many to return.
        """
        async with self._database.read() as connection:
            rows = await saved.of_chat(connection, chat_id, start=start, size=size)
            stored = await papers.by_ids(connection, rows)
            total = await saved.count(connection, chat_id)
        return SavedPage(tuple(stored[row] for row in rows), total, start)

    async def count(self, chat_id: int) -> int:
        """Return how many papers a chat saved."""
        async with self._database.read() as connection:
            return await saved.count(connection, chat_id)
