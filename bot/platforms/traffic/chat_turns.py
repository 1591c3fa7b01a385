"""Handles the requests of each chat one at a time, in the order in which they came."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Hashable

KeyT = TypeVar("KeyT", bound="Hashable")


class ChatTurns(Generic[KeyT]):
    """Runs requests of one key in order, and those of different keys concurrently.

    A key that nobody waits for takes no room.
    """

    def __init__(self) -> None:
        self._locks: dict[KeyT, asyncio.Lock] = {}
        self._count: dict[KeyT, int] = {}

    def count(self, key: KeyT) -> int:
        """Return how many requests of a key have begun or wait."""
        return self._count.get(key, 0)

    @asynccontextmanager
    async def of(self, key: KeyT) -> AsyncIterator[None]:
        """Wait for the turn of a request, which the `async with` block then is."""
        lock = self._locks.setdefault(key, asyncio.Lock())
        self._count[key] = self.count(key) + 1
        try:
            async with lock:
                yield
        finally:
            self._count[key] -= 1
            if not self._count[key]:
                del self._count[key], self._locks[key]
