"""Waiting for something to happen, by events; patience only tells what hangs."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 20.0
"""Seconds without the awaited change after which a test counts as hanging; no test measures time."""
_LOOK = 0.02
"""Seconds after which a condition is looked at although nothing changed here: the bot may have changed."""


class HangingError(AssertionError):
    """What a test waits for did not happen."""


class Changes:
    """Wakes whoever waits whenever the server's state changed."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def tell(self) -> None:
        """Say that something changed."""
        self._next.set()
        self._next = asyncio.Event()

    async def next(self) -> None:
        """Wait for the next change."""
        await self._next.wait()

    async def until(
        self,
        condition: Callable[[], object],
        *,
        patience: float = PATIENCE,
        awaited: str | Callable[[], str] = "",
    ) -> None:
        """Wait until a condition holds.

        Args:
            condition: looked at now, after each change, and now and then for what only the bot knows.
            patience: in seconds.
            awaited: what is waited for, in words, for the failure.

        Raises:
            HangingError: it does not hold in time.
        """
        try:
            async with asyncio.timeout(patience):
                while not condition():
                    await self._next_or_look()
        except TimeoutError:
            told = awaited() if callable(awaited) else awaited
            raise HangingError(f"waited {patience:g} s for {told or 'a change'}") from None

    async def _next_or_look(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK):
                await self.next()
