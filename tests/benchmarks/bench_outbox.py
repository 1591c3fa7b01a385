"""How fast the outbox is: claims and acknowledgements in batches, and whole deliveries with slow sends.

Beside it the floor: as many rows updated by their keys in a bare SQLite table, one commit a batch.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import tempfile
import time
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.chat.command import Chat, ChatKey, Reply, Text
from bot.services.delivery.deliver_outbox import DeliverOutbox, Pace
from bot.storage.chats import chats
from bot.storage.delivery import digests, outbox
from bot.storage.delivery.outbox import Claim
from bot.storage.engine.database import Database
from bot.storage.operations.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.domain.delivery.delivery import Delivery

BATCH, SEND, LEASE = 1_000, 0.020, 3_600
RATE_BAR, DELIVERY_BAR, LAG_BAR = 20_000, 1_000, 0.050


class SlowPlatform:
    """Takes every message after 20 ms."""

    @asynccontextmanager
    async def turn(self, chat: Chat) -> AsyncIterator[None]:
        """Hold nobody up: the limiter is measured elsewhere."""
        del chat
        yield

    async def send(self, chat: Chat, message: Reply, *, delivery_id: int, plain: bool) -> str:
        """Take a message."""
        del chat, message, plain
        await asyncio.sleep(SEND)
        return f"m{delivery_id}"


async def fill(database: Database, count: int, name: str) -> Chat:
    """Put deliveries of one chat into the outbox."""
    now = int(time.time())
    async with database.write() as connection:
        chat = await chats.add(connection, ChatKey("bench", name), language="en", zone="UTC", now=now)
        digest = await digests.add(connection, chat.id, now=now)
        items = [(f"{name}:{number}", chat.id, digest) for number in range(count)]
        await outbox.enqueue(connection, items, due_at=now, now=now)
    return chat


async def batches(database: Database, count: int) -> None:
    """Claim, begin and acknowledge, one commit each, in batches."""
    await fill(database, count, "batches")
    spent = dict.fromkeys(("claim", "begin", "acknowledge"), 0.0)
    now = int(time.time())
    done = 0
    while done < count:
        at = time.perf_counter()
        async with database.write() as connection:
            claimed = await outbox.claim(connection, Claim("me", now, now + LEASE), ["bench"], limit=BATCH)
        spent["claim"] += time.perf_counter() - at
        at = time.perf_counter()
        async with database.write() as connection:
            assert len(await outbox.begin(connection, "me", claimed, now=now)) == len(claimed)
        spent["begin"] += time.perf_counter() - at
        at = time.perf_counter()
        async with database.write() as connection:
            sent = [(one, f"m{one.id}") for one in claimed]
            assert len(await outbox.acknowledge(connection, "me", sent, now=now)) == len(claimed)
        spent["acknowledge"] += time.perf_counter() - at
        done += len(claimed)
    for name, seconds in spent.items():
        verdict = "ok" if count / seconds >= RATE_BAR else "MISSED"
        print(f"{name}: {count / seconds:,.0f}/s in batches of {BATCH:,} (bar {RATE_BAR:,}): {verdict}")


async def deliveries(database: Database, count: int) -> None:
    """Deliver to a platform that takes 20 ms, and watch the event loop."""
    chat = await fill(database, count, "deliveries")

    async def render(delivery: Delivery) -> tuple[Chat, Reply]:
        return chat, Reply((Text(f"digest {delivery.digest_id}"),))

    delivering = DeliverOutbox(
        database,
        {"bench": SlowPlatform()},
        render,
        lambda: datetime.now(UTC),
        owner="me",
        pace=Pace(tick=0.05, in_flight=200),
    )
    lag = 0.0
    begun = time.perf_counter()
    running = asyncio.create_task(delivering.run())
    while True:
        before = time.perf_counter()
        await asyncio.sleep(0.005)
        lag = max(lag, time.perf_counter() - before - 0.005)
        async with database.read() as connection:
            if await outbox.next_due_at(connection) is None:
                break
    rate = count / (time.perf_counter() - begun)
    delivering.stop()
    await running
    verdict = "ok" if rate >= DELIVERY_BAR and lag <= LAG_BAR else "MISSED"
    print(
        f"deliveries with sends of 20 ms: {rate:,.0f}/s (bar {DELIVERY_BAR:,}); the loop waited at most"
        f" {lag * 1000:.0f} ms (bar {LAG_BAR * 1000:.0f}): {verdict}"
    )


def floor(folder: Path, count: int) -> None:
    """Print how fast bare rows change."""
    with closing(sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)) as bare:
        bare.execute("PRAGMA journal_mode=WAL")
        bare.execute("PRAGMA synchronous=FULL")
        bare.execute("CREATE TABLE d(id INTEGER PRIMARY KEY, state TEXT, owner TEXT, epoch INTEGER)")
        bare.executemany("INSERT INTO d VALUES (?, 'leased', 'me', 1)", [(row,) for row in range(count)])
        begun = time.perf_counter()
        for start in range(0, count, BATCH):
            bare.execute("BEGIN IMMEDIATE")
            rows = [(row,) for row in range(start, start + BATCH)]
            bare.executemany("UPDATE d SET state = 'sent' WHERE id = ? AND owner = 'me' AND epoch = 1", rows)
            bare.execute("COMMIT")
        print(f"floor, bare SQLite, one update a row: {count / (time.perf_counter() - begun):,.0f}/s")


async def main(count: int) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory(prefix="bench-outbox-") as folder:
        database = Database(f"sqlite:///{folder}/bench.sqlite3")
        await migrate(database)
        await batches(database, count)
        floor(Path(folder), count)
        await deliveries(database, count // 4)
        await database.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="4,000 deliveries")
    asyncio.run(main(4_000 if parser.parse_args().quick else 20_000))
