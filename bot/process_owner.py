"""Names of processes on one database: who holds a lease, and whether it still runs."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_HOST = socket.gethostname()[:40]


def owner_name() -> str:
    """Return what names this process among those on the same database, in at most 64 characters."""
    return f"{_HOST}:{os.getpid()}"


def dead_owners(owners: Collection[str]) -> set[str]:
    """Return which of these surely don't run any more: processes of this host whose number is free.

    A number that was given to another process since counts as running; then the lease's end decides.
    """
    return {owner for owner in owners if _is_dead(owner)}


def _is_dead(owner: str) -> bool:
    host, _, number = owner.rpartition(":")
    if host != _HOST or not number.isdecimal():
        return False
    with suppress(PermissionError, OverflowError):
        try:
            os.kill(int(number), 0)
        except ProcessLookupError:
            return True
    return False
