"""The local cache of one repository: a bare clone, locked while in use, repaired after a crash."""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import re
import shutil
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.domain.text.redaction import without_secrets
from bot.errors import UnreachableError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


def store_name(url: str) -> str:
    """Return the name of a repository's folder in the cache; it shows no credentials."""
    readable = re.sub(r"[^A-Za-z0-9]+", "-", without_secrets(url)).strip("-")[-40:]
    return f"{readable}-{hashlib.sha256(url.encode()).hexdigest()[:16]}"


@asynccontextmanager
async def locked(name: str, store: Path) -> AsyncIterator[None]:
    """Keep other processes from a store, and clear what a killed git left in it.

    Raises:
        UnreachableError: another process is reading the repository, or the cache can't be written.
    """
    try:
        lock = await asyncio.to_thread(_lock, store)
    except BlockingIOError:
        raise UnreachableError(name, "another paperwire reads this repository now; try again") from None
    except OSError as error:
        raise UnreachableError(name, f"the cache folder {store.parent}: {error.strerror}") from None
    try:
        await asyncio.to_thread(_clear, store)
        yield
    finally:
        os.close(lock)


def remove(store: Path) -> None:
    """Remove a store whole; the next reading fetches it again."""
    shutil.rmtree(store, ignore_errors=True)


def _lock(store: Path) -> int:
    store.mkdir(parents=True, exist_ok=True)
    lock = os.open(store.with_name(f"{store.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise
    return lock


def _clear(store: Path) -> None:
    """Remove git's own lock files and half packs: nobody else works here, so their owner is dead."""
    for left in (*store.rglob("*.lock"), *store.glob("objects/pack/tmp_*")):
        left.unlink(missing_ok=True)
