"""A digest for 200 channels through a Slack with faults, while people ask: what arrives, and how soon.

The bot is a process of its own, in Socket Mode, on a local Slack that takes one message a second in a channel
and 300 a minute in all, and has the tiers of the other methods. Of the channels 1 % (at least 2) are told to
wait (429), 1 % get their digest though the connection is cut, of 1 % the blocks are refused, 1 % are archived
and the bot was not told. Ten people ask at random moments, half of them in channels that get digests. Beside
it the floors: as many messages at the bot's own pace, and the same answers without a broadcast. Then those
that met a fault, and some others, get another digest.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from contextlib import suppress
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
        "tests/platforms/slack/whole_bot",
        "tests/benchmarks/workloads",
    )
)


from asking_in_slack import SURFACES, asking
from broadcasts import publish
from faulty_slack_broadcast import (
    POST,
    TimedLimits,
    bot_process,
    channels_of,
    plan_faults,
    settings_of,
    subscribe,
)
from figures import ms, print_last_words, print_used, promise, watching_loop, within
from slack_digest_rounds import Round, gone
from slack_server import HangingError, SlackServer
from slack_server.records.world import DEFAULT_SCOPES

from bot.app import open_archive
from bot.cli.samples import read_samples
from bot.domain.delivery.send_rates import SLACK, Pace
from bot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asking_in_slack import Answer
    from faulty_slack_broadcast import Troubled
    from slack_digest_rounds import Delivered
    from slack_server import Channel

    from bot.app import Archive

OTHERS, RECIPIENTS, PAUSE = 5, 5, 4.0
BASELINE, TICK = 20.0, 1.0
RETRY_AFTER, SHARE, LEAST = 3, 0.01, 2
A_MINUTE = 300
"""Messages of a workspace; Slack says "several hundred"."""
INTERVAL = Pace.of(SLACK.token, 1.0, SLACK.token_burst).interval
"""Seconds between two messages of the bot in one workspace, when many wait."""
REPLY_BAR, ACK_BAR = 1.0, 3.0
FIRST = ("Of upper rivers", "Fish in upper rivers", "Sand in upper rivers")
SECOND = ("Of lakes", "Fish in lakes", "Sand in lakes")
IN_SECOND = 10
"""Channels without a fault that get the second digest, too."""


@dataclass(frozen=True, slots=True)
class Timed:
    """One round of digests: what happened to it, and how long it took.

    Attributes:
        became: of its deliveries.
        until_first: seconds from the papers' arrival to the first digest.
        took: seconds from the first digest to the last.
        took_threads: seconds from the first digest to the last message in a thread.
        threads: messages in threads that Slack accepted.
        others: other messages that Slack accepted in that time.
        refused: messages that Slack did not accept in that time.
    """

    became: Delivered
    until_first: float
    took: float
    took_threads: float
    threads: int
    others: int
    refused: int


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run showed.

    Attributes:
        channels: that were to get the first round.
        troubled: those that met a fault.
        first: the round with faults, while people asked.
        second: the round after it, without either.
        quiet: answers before any broadcast.
        meanwhile: answers during the first round.
        gone: channels that the bot knows it can't reach.
        mended: of the channels in doubt, those whose next digest offered the first one and brought it.
        wasted: requests for archived channels in the second round.
        flooded: requests that came faster than the server's limits.
        lag: seconds that this process kept a message of the bot, or of a person, waiting at most.
    """

    channels: Sequence[Channel]
    troubled: Troubled
    first: Timed
    second: Timed
    quiet: Sequence[Answer]
    meanwhile: Sequence[Answer]
    gone: set[str]
    mended: int
    wasted: int
    flooded: int
    lag: float


async def measure(server: SlackServer, archive: Archive, folder: Path, count: int, seed: int) -> Measured:
    """Let the bot run through two rounds of digests.

    Args:
        server: Slack.
        archive: of the bot.
        folder: where it is.
        count: channels that want digests.
        seed: of all that is random.
    """
    await read_samples(archive)
    channels = channels_of(server, server.team, count)
    chosen = Random(seed)  # noqa: S311 (repeatable on purpose)
    each = max(LEAST, round(SHARE * count))
    troubled = plan_faults(server, channels, each, chosen, retry_after=RETRY_AFTER)
    untroubled = [channel for channel in channels if channel not in troubled.all]
    await subscribe(archive, channels, "rivers")
    again = [*troubled.all, *chosen.sample(untroubled, IN_SECOND)]
    await subscribe(archive, again, "lakes")
    people = [(user, server.direct(user)) for user in (server.user(f"Asker {n}") for n in range(OTHERS))]
    for channel in chosen.sample(untroubled, RECIPIENTS):
        assert channel.creator is not None
        people.append((channel.creator, channel))
    limits = server.flood = TimedLimits(tiers=True, a_minute={POST: A_MINUTE})

    async def broadcast(to: Sequence[Channel], titles: Sequence[str], number: int) -> Timed:
        limits.digests.clear()
        limits.threads.clear()
        others, tried = limits.others, len(server.log)
        sent = Round(server, folder, to, titles)
        begun = limits.clock()
        await publish(archive, *titles, first=number)
        patience = 60 + 4 * len(to) * INTERVAL
        await sent.ended(patience=patience)
        with suppress(HangingError):  # the table shows how many threads there are
            await sent.threads_filled(patience=patience)
        first, last = limits.digests[0], limits.digests[-1]
        return Timed(
            became=sent.delivered(),
            until_first=first - begun,
            took=last - first,
            took_threads=max(limits.threads, default=last) - first,
            threads=len(limits.threads),
            others=limits.others - others,
            refused=sum(one.call.method == POST and not one.accepted for one in server.log[tried:]),
        )

    settings = settings_of(server, folder)
    async with bot_process(server, folder, settings, tick=TICK), watching_loop() as lags:
        async with asking(server, people, seed=seed, pause=PAUSE) as quiet:
            await asyncio.sleep(BASELINE)
        async with asking(server, people, seed=seed, pause=PAUSE) as meanwhile:
            first = await broadcast(channels, FIRST, 1)
            ended = time.perf_counter()
        tried = len(server.log)
        reachable = [channel for channel in again if channel not in troubled.archived]
        second = await broadcast(reachable, SECOND, 1 + len(FIRST))
        archived = {channel.id for channel in troubled.archived}
        was_first = Round(server, folder, channels, FIRST)
        return Measured(
            channels=channels,
            troubled=troubled,
            first=first,
            second=second,
            quiet=quiet,
            meanwhile=[answer for answer in meanwhile if answer.asked_at < ended],
            gone=gone(folder),
            mended=sum([await _is_mended(was_first, channel) for channel in troubled.cut]),
            wasted=sum(one.call.params.text("channel") in archived for one in server.log[tried:]),
            flooded=limits.refused + limits.direct.refused,
            lag=max(lags),
        )


async def _is_mended(first: Round, channel: Channel) -> bool:
    try:
        return await first.offered(channel)
    except HangingError:
        return False


def report(seen: Measured, *, may_look: bool) -> bool:
    """Print the tables and what happened to each promise; return whether those of the deliveries are kept.

    Args:
        seen: what was measured.
        may_look: whether the bot may read the history of channels.
    """
    _print_rounds(seen)
    _print_answers(seen)
    first, second = seen.first.became, seen.second.became
    count, cut = len(seen.channels), {channel.id for channel in seen.troubled.cut}
    lost, twice = len(first.lost) + len(second.lost), len(first.twice) + len(second.twice)
    told = sum(first.states[state] for state in ("sent", "uncertain", "failed", "cancelled"))
    unreadable = {channel.id for channel in seen.troubled.unreadable}
    archived = {channel.id for channel in seen.troubled.archived}
    kept = [
        promise(f"{lost} lost", kept=not lost),
        promise(f"{twice} automatic duplicates", kept=not twice),
        promise(f"{told:,} of {count:,} sent, uncertain, failed or cancelled", kept=told == count),
        _promise_of_cut(first.failing.get("uncertain", set()), cut, seen.mended, may_look=may_look),
        promise(
            f"{len(first.plain & unreadable)} of {len(unreadable)} whose blocks were refused came plain,"
            f" {len(first.plain - unreadable)} others",
            kept=first.plain == unreadable,
        ),
        promise(
            f"{len(seen.gone)} of {len(archived)} archived are known, {seen.wasted} requests for them later",
            kept=seen.gone == archived and not seen.wasted,
        ),
    ]
    promise(
        f"{first.threads} of {first.arrived} digests that arrived have all papers in their thread",
        kept=first.threads == first.arrived,
    )
    flooded = (
        f"{seen.flooded} requests over the server's limits, whose own loop was {ms(seen.lag)} late at most"
    )
    promise(flooded, kept=not seen.flooded)
    p95 = within([one.took for one in seen.meanwhile], 0.95)
    promise(f"p95 of answers {ms(p95)} (bar {ms(REPLY_BAR)})", kept=p95 <= REPLY_BAR)
    worst = within([one.acked_after for one in seen.meanwhile], 1.0)
    promise(f"worst acknowledgement {ms(worst)} (bar {ms(ACK_BAR)})", kept=worst <= ACK_BAR)
    return all(kept)


def _promise_of_cut(in_doubt: set[str], cut: set[str], mended: int, *, may_look: bool) -> bool:
    if may_look:
        found = len(cut - in_doubt)
        return promise(
            f"{found} of {len(cut)} cut ones found in the channel's history, {mended} offered",
            kept=not in_doubt and not mended,
        )
    return promise(
        f"{len(in_doubt)} of {len(cut)} cut ones uncertain, {mended} offered and shown with the next",
        kept=in_doubt == cut and mended == len(cut),
    )


def _print_rounds(seen: Measured) -> None:
    names = (
        "sent",
        "again",
        "uncertain",
        "failed",
        "cancelled",
        "arrived",
        "plain",
        "threads",
        "lost",
        "twice",
    )
    print(f"{'digests':20} {'channels':>8} " + " ".join(f"{name:>9}" for name in names))
    for name, one in (("first, with faults", seen.first), ("next, without", seen.second)):
        became = one.became
        states = [became.states[state] for state in ("uncertain", "failed", "cancelled")]
        cells = [became.states["sent"], became.again, *states, became.arrived, len(became.plain)]
        cells += [became.threads, len(became.lost), len(became.twice)]
        print(f"{name:20} {became.channels:>8,} " + " ".join(f"{cell:>9,}" for cell in cells))
    for name, one in (("first, with faults", seen.first), ("next, without", seen.second)):
        digests = one.became.arrived
        whole = digests + one.threads
        print(
            f"{name}: first digest {one.until_first:.1f} s after the papers, last {one.took:.1f} s later,"
            f" last thread {one.took_threads:.1f} s;\n  floors at {1 / INTERVAL:.3g}/s:"
            f" {digests * INTERVAL:.1f} s, with {one.threads} messages in threads {whole * INTERVAL:.1f} s,"
            f" with {one.refused} refused and {one.others} others of that time"
            f" {(whole + one.refused + one.others) * INTERVAL:.1f} s"
        )


def _print_answers(seen: Measured) -> None:
    names = ("p50", "p95", "worst", "ack p95", "ack worst")
    print(f"{'answers in':16} {'':18} {'asked':>6} " + " ".join(f"{name:>9}" for name in names))
    for surface in SURFACES:
        for when, answers in (("without broadcast", seen.quiet), ("meanwhile", seen.meanwhile)):
            here = [one for one in answers if one.surface == surface]
            took, acked = [one.took for one in here], [one.acked_after for one in here]
            times = [
                *(within(took, share) for share in (0.5, 0.95, 1.0)),
                within(acked, 0.95),
                within(acked, 1.0),
            ]
            cells = " ".join(f"{ms(seconds):>9}" for seconds in times)
            print(f"{surface:16} {when:18} {len(here):>6} {cells}")


async def main(count: int, seed: int, *, may_look: bool) -> int:
    """Print the figures; return the exit status."""
    print(f"{os.cpu_count()} cores, {os.getloadavg()[0]:.1f} busy before; {count:,} channels, 3 papers each,")
    each = max(LEAST, round(SHARE * count))
    faults = f"{each} told to wait {RETRY_AFTER} s, {each} cut, {each} of refused blocks, {each} archived"
    history = "" if may_look else "out"
    print(f"{1 / INTERVAL:.3g}/s; {faults}; with{history} channels:history; seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="bench-slack-") as name:
        folder = Path(name)
        scopes = DEFAULT_SCOPES | ({"channels:history"} if may_look else set())
        async with SlackServer(scopes=scopes) as server:
            settings = Settings.model_validate(settings_of(server, folder))
            async with open_archive(settings) as archive:
                kept = report(await measure(server, archive, folder, count, seed), may_look=may_look)
        if not kept:
            print_last_words(folder)
    print_used()
    return int(not kept)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--channels", type=int, default=200, help="that get digests, at least 30 (200)")
    parser.add_argument("--quick", action="store_true", help="40 channels")
    parser.add_argument("--no-history", action="store_true", help="the bot may not read what channels got")
    parser.add_argument("--seed", type=int, default=1, help="of faults and questions (default: 1)")
    parsed = parser.parse_args()
    sys.exit(
        asyncio.run(
            main(40 if parsed.quick else parsed.channels, parsed.seed, may_look=not parsed.no_history)
        )
    )
