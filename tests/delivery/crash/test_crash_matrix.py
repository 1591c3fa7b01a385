"""A process is killed at each point of a delivery; the platform's own log says what its readers got."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import TYPE_CHECKING

import crash_worker
import forked_process
import pytest

from bot.domain.chat.command import ChatKey
from bot.storage.chats import chats
from bot.storage.delivery import digests, outbox

if TYPE_CHECKING:
    from pathlib import Path

    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

MESSAGES = 5
# Where the process is killed, and how many messages may then be uncertain. With the first acknowledgement the
# next message may have been begun, in the same commit.
POINTS = {
    "before-claimed": 0,
    "after-claimed": 0,
    "before-begun": 0,
    "after-begun": 1,
    "accepted": 1,
    "before-acknowledged": 1,
    "after-acknowledged": 1,
}


async def fill(database: Database) -> None:
    """Put a message for each of some chats into the outbox."""
    now = int(time.time())
    async with database.write() as connection:
        for number in range(MESSAGES):
            key = ChatKey("telegram", str(number))
            chat = await chats.add(connection, key, language="en", zone="UTC", now=now)
            digest = await digests.add(connection, chat.id, now=now)
            await outbox.enqueue(connection, [(f"digest:{digest}", chat.id, digest)], due_at=now, now=now)


async def work(url: str, log: Path, point: str) -> int | None:
    """Run a process; return its exit status, negative where a signal ended it."""
    process = forked_process.start(crash_worker.work, url, str(log), point)
    await asyncio.to_thread(process.join)
    return process.exitcode


# Several workers only where a message may be uncertain; `make soak` kills at random, with one and three.
@pytest.mark.parametrize(
    ("point", "workers"), [*((point, 1) for point in POINTS), ("after-begun", 3), ("accepted", 3)]
)
async def test_killed_at(
    database: Database, database_url: str, tmp_path: Path, point: str, workers: int
) -> None:
    """Nothing is lost and nothing comes twice; at most the one message that was on its way is uncertain."""
    await fill(database)
    log = tmp_path / "platform.log"
    assert await work(database_url, log, point) == -9
    assert await asyncio.gather(*(work(database_url, log, "never") for _ in range(workers))) == [0] * workers
    accepted = Counter(log.read_text().split())
    async with database.read() as connection:
        states = await outbox.count_by_state(connection)
    uncertain = states.get("uncertain", 0)
    assert max(accepted.values()) == 1, "a message came twice"
    assert states.get("sent", 0) + uncertain == MESSAGES, "a message is neither sent nor uncertain"
    assert uncertain <= POINTS[point]
    assert states.get("sent", 0) <= len(accepted) <= MESSAGES, "what counts as sent has arrived"
