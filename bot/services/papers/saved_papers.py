"""Saves papers for a chat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.storage.archive import papers
from bot.storage.chats import saved

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.papers.paper import Paper
    from bot.storage.engine.database import Database


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page of a chat's saved papers.

    Attributes:
        papers: those saved last first.
        total: how many there are in all.
        start: how many are before this piece.
    """

    papers: tuple[Paper, ...]
    total: int
    start: int = 0

    @property
    def more(self) -> bool:
        """Whether something comes after this piece."""
        return self.start + len(self.papers) < self.total


class SavedPapers:
    """The saved papers of chats.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, chat_id: int, papers: Sequence[Paper], *, now: datetime) -> list[Paper]:
        """Save papers, all or none; return those that the chat had not saved already."""
        async with self._database.write() as connection:
            at = int(now.timestamp())
            return [one for one in papers if await saved.add(connection, chat_id, one.id, now=at)]

    async def unsave(self, chat_id: int, papers: Sequence[Paper]) -> list[Paper]:
        """Remove papers from what a chat saved, all or none; return those that it had saved."""
        async with self._database.write() as connection:
            return [one for one in papers if await saved.remove(connection, chat_id, one.id)]

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
