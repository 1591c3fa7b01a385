"""How fast the machine is just now: figures of two machines, or of two hours, compare by this."""

from __future__ import annotations

import time

_SQUARES = 1_000_000


def squares() -> str:
    """Return the processor time that this machine takes for a loop of pure Python, in words."""
    begun = time.process_time()
    sum(number * number for number in range(_SQUARES))
    return f"{_SQUARES:,} squares: {(time.process_time() - begun) * 1e3:.0f} ms"
