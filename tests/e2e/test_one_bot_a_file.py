"""`paperwire run` is alone on its file, and digests that are due meet whoever opens the chat."""

from __future__ import annotations

import asyncio
import signal
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from command_line import PATIENCE, finished
from invented_digests import overview

if TYPE_CHECKING:
    from command_line import CommandLine

pytest_plugins = ("command_line_fixtures",)


async def started(paperwire: CommandLine) -> asyncio.subprocess.Process:
    """Start the bot and wait until it works."""
    paperwire.write("a.md", overview(("2503.00001v1", "Rivers of Noise", "Diffusion models of water.")))
    paperwire.settings["DIGEST_SOURCES"] = "a.md"
    bot = await paperwire.start("run")
    assert bot.stdout is not None
    async with asyncio.timeout(PATIENCE):
        assert b"a.md; Ctrl-C stops" in await bot.stdout.readline()
    return bot


async def test_a_second_bot_on_the_same_file_stops_with_a_clear_message(paperwire: CommandLine) -> None:
    """It names the file and what to do, changes nothing, and ends with 1; the first continues."""
    first = await started(paperwire)
    second = await paperwire("run")
    assert (second.status, second.out) == (1, "")
    [problem] = second.problems
    assert "another `paperwire run` works on" in problem
    assert "stop it first" in problem
    first.send_signal(signal.SIGTERM)
    assert (await finished(first)).status == 0
    assert paperwire.rows("SELECT name FROM leases") == []


async def test_a_bot_that_was_killed_is_followed_at_once(paperwire: CommandLine) -> None:
    """After kill -9 the next start finds a dead process of this host and takes its place."""
    first = await started(paperwire)
    first.kill()
    await first.wait()
    assert [name for (name,) in paperwire.rows("SELECT name FROM leases")]
    second = await started(paperwire)
    second.send_signal(signal.SIGTERM)
    assert (await finished(second)).status == 0


async def test_what_is_due_comes_when_the_chat_is_opened(paperwire: CommandLine) -> None:
    """A digest for the terminal waits until somebody sits there, and comes once."""
    await paperwire("chat", typed="/subscribe rivers\n/schedule instant\n")
    today = datetime.now(UTC)
    new = overview((f"{today:%y%m}.00001v1", "Rivers", "Water.")).replace("2025-03-11", f"{today:%Y-%m-%d}")
    paperwire.write("old.md", overview(("2503.00001v1", "Old rivers", "Water.")))
    paperwire.write("new.md", new)
    assert (await paperwire("ingest", "old.md", "new.md")).status == 0
    opened = await paperwire("chat", typed="/status\n")
    assert opened.lines[0].startswith("Your digest: 1 paper")
    assert "Rivers" in opened.out
    assert "Old rivers" not in opened.out
    assert "arrived" in opened.out
    again = await paperwire("chat", typed="/missed\n")
    assert "Your digest" not in again.out
    assert "Nothing was missed." in again.out
    assert paperwire.rows("SELECT state, attempts FROM deliveries") == [("sent", 1)]
