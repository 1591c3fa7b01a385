"""How long serving many chats takes, one message each: `python tests/benchmarks/bench_broadcast.py`.

Queue and rates are those of the limiter; only the clock is simulated. Each token serves its share of the
chats while their readers ask for replies at random moments; where one had to wait long, its chat had just got
its message, and a chat gets one a second. Not in it: the network, and pauses that the platform asks for.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import time
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from bot.domain.delivery.send_rates import TELEGRAM, TELEGRAM_PAID, Allowances, Lane, Rates
from bot.platforms.traffic.limiter import Call, SendQueue

if TYPE_CHECKING:
    from collections.abc import Iterator

WAITING = 100  # bulk calls that wait at a time: an outbox is claimed in batches


@dataclass(eq=False, slots=True, kw_only=True)
class _Asked(Call):
    """A reply, and when it was asked for."""

    at: float = 0.0


def serve(chats: int, rates: Rates, replies: float, rng: random.Random) -> tuple[float, list[float]]:
    """Serve the chats of one token.

    Args:
        chats: how many; each gets one message.
        rates: of the token.
        replies: that are asked for a second, by chats at random.
        rng: says when and where.

    Returns:
        The seconds until the last chat is served, and those that each reply waited.
    """
    allowances = Allowances(rates)
    queue: SendQueue[_Asked] = SendQueue(allowances)
    bulk: Iterator[int] = iter(range(chats))
    asks = (rng.expovariate(replies) for _ in count()) if replies else iter([math.inf])
    now, served, asked_at, waits = 0.0, 0, next(asks), []
    for chat in (next(bulk, None) for _ in range(WAITING)):
        if chat is not None:
            queue.add(_Asked(chat=str(chat), is_group=False, lane=Lane.BULK), now)
    while served < chats:
        if (call := queue.pick(now)) is not None:
            allowances.take(call.chat, is_group=call.is_group, now=now)
            if call.lane is Lane.REPLY:
                waits.append(now - call.at)
                continue
            served += 1
            if (chat := next(bulk, None)) is not None:
                queue.add(_Asked(chat=str(chat), is_group=False, lane=Lane.BULK), now)
            continue
        free_at = queue.next_at()
        if free_at is None or asked_at <= free_at:
            now = asked_at
            chat = rng.randrange(chats)
            queue.add(_Asked(chat=str(chat), is_group=False, lane=Lane.REPLY, at=now), now)
            asked_at += next(asks)
        else:
            now = free_at
    return now, waits


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chats", type=int, nargs="+", default=[10_000, 100_000, 1_000_000], help="how many")
    parser.add_argument(
        "--token-rate", type=float, default=TELEGRAM.token, help="calls a second (default: 25)"
    )
    parser.add_argument("--replies", type=float, default=1.0, help="a second and token (default: 1)")
    parser.add_argument("--seed", type=int, default=1, help="of the replies (default: 1)")
    return parser.parse_args()


def main() -> int:
    """Print the table; return 0."""
    arguments = _arguments()
    free = replace(TELEGRAM, token=arguments.token_rate)
    ways = (("one token", 1, free), ("five tokens", 5, free), ("paid broadcast", 1, TELEGRAM_PAID))
    print(f"one message a chat, {arguments.replies:g} replies a second and token meanwhile")
    print(f"{'chats':>10}  {'':14} {'per s':>6} {'seconds':>8} {'h:mm:ss':>8}  reply waits p95, worst")
    rng = random.Random(arguments.seed)  # noqa: S311 (no secret)
    for chats in arguments.chats:
        for name, tokens, rates in ways:
            ends, waits = [], []
            for token in range(tokens):
                end, waited = serve((chats + token) // tokens, rates, arguments.replies, rng)
                ends.append(end)
                waits += waited
            seconds = round(max(ends))
            clock = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
            waits.sort()
            reply = (
                f"{waits[len(waits) * 95 // 100] * 1000:.0f} ms, {waits[-1] * 1000:.0f} ms" if waits else "-"
            )
            rate = chats / max(ends)
            print(f"{chats:>10,}  {name:14} {rate:>6.1f} {max(ends):>8,.0f} {clock:>8}  {reply}", flush=True)
    print(f"computed in {time.process_time():.1f} s of CPU")
    return 0


if __name__ == "__main__":
    sys.exit(main())
