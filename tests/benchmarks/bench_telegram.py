"""A digest for 1,000 chats through a Telegram with faults, while people ask: what arrives, and how soon.

The bot is a process of its own on a local Bot API server that takes 25 messages a second. Of the chats
1 % are told to wait (429), 1 % get their message though the connection is cut, 1 % have blocked the bot.
Twenty people ask at random moments, a quarter of them recipients whose digest meets no fault. Beside it the
floors: as many messages at 25 a second, and the same answers without a broadcast. Then the next digest comes.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

sys.path.extend(
    str(Path(__file__).resolve().parents[2] / folder)
    for folder in (
        ".",
        "tests",
        "tests/servers",
        "tests/platforms/telegram/whole_bot",
        "tests/benchmarks/workloads",
    )
)


from asking_people import asking
from broadcasts import OFFERED, archive_settings, publish
from faulty_broadcast import (
    A_SECOND,
    Round,
    TimedLimits,
    bot_process,
    gone,
    plan_faults,
    readers,
    subscribe,
)
from figures import ms, print_last_words, print_used, promise, watching_loop, within
from telegram_server import BotApiServer

from bot.app import open_archive
from bot.cli.samples import read_samples
from bot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asking_people import Answer
    from faulty_broadcast import Delivered, Troubled
    from telegram_server import Chat

    from bot.app import Archive

OTHERS, RECIPIENTS, PAUSE = 15, 5, 4.0
BASELINE, TICK = 20.0, 1.0
RETRY_AFTER, SHARE = 3, 0.01
REPLY_BAR = 0.3
FIRST = ("Of upper rivers", "Fish in upper rivers", "Sand in upper rivers")
SECOND = ("Of lower rivers", "Fish in lower rivers", "Sand in lower rivers")


@dataclass(frozen=True, slots=True)
class Timed:
    """One round of digests: what happened to it, and how long it took.

    Attributes:
        became: of its deliveries.
        until_first: seconds from the papers' arrival to the first digest.
        took: seconds from the first digest to the last.
        others: other messages that Telegram accepted in that time.
    """

    became: Delivered
    until_first: float
    took: float
    others: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run showed.

    Attributes:
        chats: that were to get the first round.
        troubled: those that met a fault.
        first: the round with faults, while people asked.
        second: the round after it, without either.
        quiet: answers before any broadcast.
        meanwhile: answers during the first round.
        recipients: who asked and got digests, too.
        gone: chats that the bot knows it can't reach.
        mended: of the chats in doubt, those whose next digest offered the first one and brought it.
        wasted: requests for blocked chats in the second round.
        flooded: requests that came faster than the server's limits.
        lag: seconds that this process kept a message of the bot, or of a person, waiting at most.
    """

    chats: Sequence[Chat]
    troubled: Troubled
    first: Timed
    second: Timed
    quiet: Sequence[Answer]
    meanwhile: Sequence[Answer]
    recipients: Sequence[Chat]
    gone: set[int]
    mended: int
    wasted: int
    flooded: int
    lag: float


async def measure(
    server: BotApiServer, archive: Archive, folder: Path, chats: Sequence[Chat], seed: int
) -> Measured:
    """Let the bot run through two rounds of digests.

    Args:
        server: Telegram.
        archive: of the bot.
        folder: where it is.
        chats: that want digests.
        seed: of all that is random.
    """
    await read_samples(archive)
    await subscribe(archive, chats, "rivers")
    chosen = Random(seed)  # noqa: S311 (repeatable on purpose)
    each = max(1, round(SHARE * len(chats)))
    troubled = plan_faults(server, chats, each, chosen, retry_after=RETRY_AFTER)
    recipients = chosen.sample([chat for chat in chats if chat not in troubled], RECIPIENTS)
    people = [*(server.private(server.user(f"Asker {number}")) for number in range(OTHERS)), *recipients]
    limits = server.flood = TimedLimits()

    async def broadcast(to: Sequence[Chat], titles: Sequence[str], number: int) -> Timed:
        limits.digests.clear()
        others = limits.others
        sent = Round(server, folder, to, titles[0].removeprefix("Of "))
        begun = limits.clock()
        await publish(archive, *titles, first=number)
        await sent.ended(patience=120 + 5 * len(to) / A_SECOND)
        times = limits.digests
        return Timed(sent.delivered(), times[0] - begun, times[-1] - times[0], limits.others - others)

    async with bot_process(server, folder, tick=TICK), watching_loop() as lags:
        async with asking(server, people, seed=seed, pause=PAUSE) as quiet:
            await asyncio.sleep(BASELINE)
        async with asking(server, people, seed=seed, pause=PAUSE) as meanwhile:
            first = await broadcast(chats, FIRST, 1)
            ended = time.perf_counter()
        tried = len(server.log)
        reachable = [chat for chat in chats if chat not in troubled.blocked]
        second = await broadcast(reachable, SECOND, 1 + len(FIRST))
        blocked = {str(chat.id) for chat in troubled.blocked}
        return Measured(
            chats=chats,
            troubled=troubled,
            first=first,
            second=second,
            quiet=quiet,
            meanwhile=[answer for answer in meanwhile if answer.asked_at < ended],
            recipients=recipients,
            gone=gone(folder),
            mended=sum([await _is_mended(server, chat) for chat in troubled.cut]),
            wasted=sum(one.call.params.text("chat_id") in blocked for one in server.log[tried:]),
            flooded=limits.refused,
            lag=max(lags),
        )


async def _is_mended(server: BotApiServer, chat: Chat) -> bool:
    """Whether a chat's newest digest offers the one before it, and a tap brings it."""
    offers = [message for message in chat.messages if OFFERED in message.text]
    if not offers or chat.person is None:
        return False
    shown = await server.presses(chat.person, offers[-1], "Show it")
    return all(title in shown.answer.text for title in FIRST)


def report(seen: Measured) -> bool:
    """Print the tables and what happened to each promise; return whether those of the deliveries are kept."""
    _print_rounds(seen)
    _print_answers(seen)
    first, second = seen.first.became, seen.second.became
    chats, cut, blocked = len(seen.chats), len(seen.troubled.cut), len(seen.troubled.blocked)
    lost, twice = len(first.lost) + len(second.lost), len(first.twice) + len(second.twice)
    told = sum(first.states[state] for state in ("sent", "uncertain", "failed", "cancelled"))
    in_doubt = first.failing.get("uncertain", set())
    kept = [
        promise(f"{lost} lost", kept=not lost),
        promise(f"{twice} automatic duplicates", kept=not twice),
        promise(f"{told:,} of {chats:,} sent, uncertain, failed or cancelled", kept=told == chats),
        promise(
            f"{len(in_doubt)} of {cut} cut ones uncertain, {seen.mended} offered and shown with the next",
            kept=in_doubt == {chat.id for chat in seen.troubled.cut} and seen.mended == cut,
        ),
        promise(
            f"{len(seen.gone)} of {blocked} who blocked are known, {seen.wasted} requests for them later",
            kept=seen.gone == {chat.id for chat in seen.troubled.blocked} and not seen.wasted,
        ),
    ]
    flooded = (
        f"{seen.flooded} requests over the server's limits, whose own loop was {ms(seen.lag)} late at most"
    )
    promise(flooded, kept=not seen.flooded)
    p95 = within([one.took for one in seen.meanwhile], 0.95)
    promise(f"p95 of replies {ms(p95)} (bar {ms(REPLY_BAR)})", kept=p95 <= REPLY_BAR)
    return all(kept)


def _print_rounds(seen: Measured) -> None:
    names = ("sent", "again", "uncertain", "failed", "cancelled", "arrived", "lost", "twice")
    print(f"{'digests':20} {'chats':>6} " + " ".join(f"{name:>9}" for name in names))
    floors = []
    for name, one in (("first, with faults", seen.first), ("next, without", seen.second)):
        became = one.became
        states = [became.states[state] for state in ("uncertain", "failed", "cancelled")]
        cells = [became.states["sent"], became.again, *states, became.arrived, len(became.lost)]
        print(f"{name:20} {became.chats:>6,} " + " ".join(f"{n:>9,}" for n in [*cells, len(became.twice)]))
        floor, shared = became.chats / A_SECOND, (became.arrived + one.others) / A_SECOND
        floors.append(
            f"{name}: first digest {one.until_first:.1f} s after the papers, last {one.took:.1f} s later;"
            f" floor {floor:.1f} s,\n  or {shared:.1f} s with the {one.others} other messages of that time"
        )
    print("\n".join(floors))


def _print_answers(seen: Measured) -> None:
    their = set(seen.recipients)
    print(f"{'replies to':12} {'':18} {'asked':>6} {'p50':>9} {'p95':>9} {'worst':>9}")
    for who, among in (("others", False), ("recipients", True)):
        for when, answers in (("without broadcast", seen.quiet), ("meanwhile", seen.meanwhile)):
            took = [one.took for one in answers if (one.chat in their) == among]
            cells = " ".join(f"{ms(within(took, share)):>9}" for share in (0.5, 0.95, 1.0))
            print(f"{who:12} {when:18} {len(took):>6} {cells}")


async def main(count: int, seed: int) -> int:
    """Print the figures; return the exit status."""
    print(f"{os.cpu_count()} cores, {os.getloadavg()[0]:.1f} busy before; {count:,} chats, 3 papers each,")
    faults = f"{SHARE:.0%} 429 for {RETRY_AFTER} s, {SHARE:.0%} cut, {SHARE:.0%} blocked"
    print(f"{A_SECOND}/s; {faults}; seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="bench-telegram-") as name:
        folder = Path(name)
        settings = Settings.model_validate(archive_settings(folder))
        async with BotApiServer() as server, open_archive(settings) as archive:
            kept = report(await measure(server, archive, folder, readers(server, count), seed))
        if not kept:
            print_last_words(folder)
    print_used()
    return int(not kept)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chats", type=int, default=1_000, help="that get digests, at least 100 (1,000)")
    parser.add_argument("--quick", action="store_true", help="200 chats")
    parser.add_argument("--seed", type=int, default=1, help="of faults and questions (default: 1)")
    parsed = parser.parse_args()
    sys.exit(asyncio.run(main(200 if parsed.quick else parsed.chats, parsed.seed)))
