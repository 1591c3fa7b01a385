"""An event loop whose time jumps instead of passing."""

from __future__ import annotations

import asyncio
import selectors


class _Jump(selectors.SelectSelector):
    """Where the loop would wait for the next timer, it is that time at once."""

    now = 1_000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everything waits and nothing will wake it"
        self.now += max(timeout, 0.0)
        return super().select(0)


class SimulatedLoop(asyncio.SelectorEventLoop):
    """An event loop whose time moves only when nothing is left to do."""

    def __init__(self) -> None:
        self._jump = _Jump()
        super().__init__(self._jump)

    def time(self) -> float:
        """Return the simulated time in seconds."""
        return self._jump.now
