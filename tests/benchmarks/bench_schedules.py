"""How fast digests are made for 100,000 chats that are due at once, matching included, ten papers each.

Beside it the baseline: the same chats one by one, each by a search of its own (`/digest`), from a sample.
Then somebody asks in the same process while the digests are made and sent. With `--postgres` four
processes share the work and five of them are killed: each chat gets its digest once.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.extend(
    str(Path(__file__).resolve().parents[2] / folder) for folder in ("tests/benchmarks/workloads",)
)

from postgres_database import postgres_url
from schedules_data import PAPERS_EACH, Chats100k

from bot.app import chat_services
from bot.data import bundled_categories, bundled_glossary
from bot.domain.chat.command import Chat, ChatKey, Reply
from bot.domain.delivery.send_rates import TELEGRAM, Lane
from bot.platforms.traffic.limiter import Limiter
from bot.services.delivery.deliver_outbox import DeliverOutbox, Pace
from bot.services.subscriptions.queries import Queries
from bot.storage.engine.database import Database
from handlers import COMMANDS
from handlers.digests.digest_message import message_of
from handlers.dispatch import Dispatcher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.domain.delivery.delivery import Delivery
    from bot.services.chat_services import ChatServices

WORKERS, KILLS, SAMPLE = 4, 5, 100
COMPILE_BAR, REPLY_BAR = 60.0, 0.3
ASKED = ("/subscriptions", "/status", "/search t007", "/schedule", "/help")


async def on_sqlite(count: int) -> bool:
    """Make the digests in this process, then again while somebody asks; return whether the bars were met."""
    with tempfile.TemporaryDirectory(prefix="bench-schedules-") as folder:
        data = Chats100k(Database(f"sqlite:///{folder}/bench.sqlite3"), count)
        await data.fill()
        begun = time.perf_counter()
        await data.load()
        print(f"{count:,} subscriptions are compiled in {time.perf_counter() - begun:.1f} s, once a process")
        await data.publish(0)
        begun, worked = time.perf_counter(), time.process_time()
        queued = await data.serving.queueing.run()
        matched = time.perf_counter()
        made = await data.serving.compiling.run()
        whole, worked = time.perf_counter() - begun, time.process_time() - worked
        assert (queued, made) == (count * PAPERS_EACH, count), (queued, made)
        scaled = whole * 100_000 / count
        verdict = "ok" if scaled < COMPILE_BAR else "MISSED"
        print(f"{made:,} digests of {PAPERS_EACH} papers on SQLite: {whole:.1f} s (bar {COMPILE_BAR:.0f} for")
        print(f"100,000: {scaled:.1f}): {verdict}; of it matching and queueing {matched - begun:.1f} s,")
        print(f"compiling {whole - matched + begun:.1f} s; {worked:.1f} s of processor time in all")
        await _baseline(data)
        met = await _asked_meanwhile(data)
        await data.database.close()
        return met and verdict == "ok"


async def _baseline(data: Chats100k) -> None:
    services = _services(data.database)
    begun = time.perf_counter()
    for number in range(1, SAMPLE + 1):
        await services.digests.compile_now(number, now=datetime.now(UTC))
    each = (time.perf_counter() - begun) / SAMPLE
    print(f"baseline, a search for each chat: {each * 100_000:,.0f} s for 100,000 (from {SAMPLE})")


async def _asked_meanwhile(data: Chats100k) -> bool:
    """Make and send the next digests at 25 a second, and ask through the same limiter."""
    services, limiter = _services(data.database), Limiter(TELEGRAM)
    dispatch = Dispatcher(COMMANDS, services, lambda: datetime.now(UTC))

    class Platform:
        @asynccontextmanager
        async def turn(self, chat: Chat) -> AsyncIterator[None]:
            async with limiter.slot(chat=chat.key.external_id, is_group=False, lane=Lane.BULK):
                yield

        async def send(self, chat: Chat, message: Reply, *, delivery_id: int, plain: bool) -> str:
            del chat, message, plain
            await asyncio.sleep(0.04)
            return f"m{delivery_id}"

    async def render(delivery: Delivery) -> tuple[Chat, Reply]:
        chat, content = await services.reading.of_delivery(delivery.chat_id, delivery.digest_id)
        return chat, message_of(content, chat.language)

    deliver = DeliverOutbox(
        data.database, {"bench": Platform()}, render, lambda: datetime.now(UTC), owner="bench", pace=Pace()
    )
    await data.publish(1)
    delivering = asyncio.create_task(deliver.run())
    serving = asyncio.create_task(data.serving.tick())
    took: list[float] = []
    lag = 0.0
    asker = await services.chats.open(ChatKey("bench", "asker"))
    while not serving.done() or len(took) < SAMPLE:
        before = time.perf_counter()
        await asyncio.sleep(0.1)
        lag = max(lag, time.perf_counter() - before - 0.1)
        before = time.perf_counter()
        await dispatch(ASKED[len(took) % len(ASKED)], asker)
        async with limiter.slot(chat=f"asker{len(took)}", is_group=False, lane=Lane.REPLY):
            took.append(time.perf_counter() - before)
    deliver.stop()
    await delivering
    await serving
    took.sort()
    p95 = took[int(0.95 * len(took))]
    verdict = "ok" if p95 <= REPLY_BAR else "MISSED"
    print(f"{len(took)} replies while these are made and sent at 25/s: p50 {_ms(took[len(took) // 2])}, p95")
    print(f"{_ms(p95)} (bar {_ms(REPLY_BAR)}): {verdict}; worst {_ms(took[-1])}; the loop waited {_ms(lag)}")
    return verdict == "ok"


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.0f} ms"


def _services(database: Database) -> ChatServices:
    queries = Queries(bundled_glossary(), bundled_categories())
    return chat_services(database, queries, lambda: datetime.now(UTC), language="en", zone="UTC", quota=30)


async def on_postgres(count: int) -> bool:
    """Let four processes make the digests, and kill five of them; return whether each was made once."""
    with postgres_url() as url:
        data = Chats100k(Database(url), count)
        await data.fill()
        await data.publish(0)
        choose = random.Random(7)  # noqa: S311 (which process dies when)
        begun = time.perf_counter()
        workers = [await _worker(url) for _ in range(WORKERS)]
        killed = 0
        while any(worker.returncode is None for worker in workers):
            await asyncio.wait(
                [asyncio.create_task(worker.wait()) for worker in workers], timeout=choose.uniform(2.0, 6.0)
            )
            running = [worker for worker in workers if worker.returncode is None]
            if running and killed < KILLS:
                victim = choose.choice(running)
                with suppress(ProcessLookupError):
                    victim.send_signal(signal.SIGKILL)
                await victim.wait()
                workers[workers.index(victim)] = await _worker(url)
                killed += 1
        whole = time.perf_counter() - begun
        digests, twice, deliveries = await data.counts()
        await data.database.close()
        ok = (digests, twice, deliveries) == (count, 0, count)
        print(
            f"{digests:,} digests of {count:,} chats on PostgreSQL by {WORKERS} processes, {killed} killed,"
            f" in {whole:.0f} s: {twice} slots twice, {deliveries:,} deliveries: {'ok' if ok else 'MISSED'}"
        )
        return ok


async def _worker(url: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(sys.executable, __file__, "--worker", url)


async def work(url: str) -> None:
    """Serve until nothing is due; what another process is at is waited for."""
    data = Chats100k(Database(url), 0)
    while not await data.is_served():
        await data.serving.tick()
        await asyncio.sleep(0.2)
    await data.database.close()


async def main(arguments: argparse.Namespace) -> int:
    """Print the figures; return the exit status."""
    loop = time.process_time()
    sum(number * number for number in range(1_000_000))
    print(f"{os.cpu_count()} cores; 1,000,000 squares take {(time.process_time() - loop) * 1e3:.0f} ms")
    count = 2_000 if arguments.quick else 100_000
    return int(not await (on_postgres(count) if arguments.postgres else on_sqlite(count)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="2,000 chats")
    parser.add_argument("--postgres", action="store_true", help="four processes on TEST_POSTGRES_URL")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parsed = parser.parse_args()
    sys.exit(asyncio.run(work(parsed.worker) if parsed.worker else main(parsed)))
