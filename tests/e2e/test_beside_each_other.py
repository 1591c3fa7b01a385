"""Several paperwire processes on one file."""

from __future__ import annotations

import asyncio
import json
import signal
from typing import TYPE_CHECKING

from command_line import PATIENCE, finished
from invented_digests import feed, overview
from web_server import Asked, response, serving

if TYPE_CHECKING:
    from command_line import CommandLine

pytest_plugins = ("command_line_fixtures",)

RIVERS = ("2503.00001v1", "Rivers of Noise", "Diffusion models of water.")
LAKES = ("2503.00002v1", "Lakes of Tokens", "Language models of still water.")


class Gate:
    """A server that answers only once it is opened.

    Args:
        body: what it answers.
    """

    def __init__(self, body: bytes) -> None:
        self._body = body
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()

    async def __call__(self, _: Asked, writer: asyncio.StreamWriter) -> None:
        """Wait, then answer."""
        self.reached.set()
        await self.opened.wait()
        writer.write(response(body=self._body))
        await writer.drain()


async def line_of(process: asyncio.subprocess.Process) -> str:
    """Return the next line that a process prints."""
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        return (await process.stdout.readline()).decode()


async def test_two_polls_at_once(paperwire: CommandLine) -> None:
    """One of two polls does the work; the other says so, asks nothing and ends with 0."""
    gate = Gate(feed([RIVERS]))
    async with serving(gate) as server:
        paperwire.settings["FETCH_ALLOW_HOSTS"] = f"127.0.0.1:{server.port}"
        paperwire.settings["DIGEST_SOURCES"] = f"{server.url}/feed"
        first = await paperwire.start("poll", "--once")
        async with asyncio.timeout(PATIENCE):
            await gate.reached.wait()
        second = await paperwire("poll", "--once")
        assert (second.status, second.err) == (0, "")
        assert second.lines == ["another paperwire is polling now; nothing to do"]
        gate.opened.set()
        done = await finished(first)
        assert done.status == 0
        assert "1 new paper" in done.out
        assert len(server.asked) == 1


async def test_one_shot_commands_beside_a_running_bot(paperwire: CommandLine) -> None:
    """While `run` polls, ingest, search, chat and poll work on its file; SIGTERM ends it with 0."""
    gate = Gate(feed([RIVERS]))
    async with serving(gate) as server:
        paperwire.settings["FETCH_ALLOW_HOSTS"] = f"127.0.0.1:{server.port}"
        paperwire.settings["DIGEST_SOURCES"] = f"{server.url}/feed"
        bot = await paperwire.start("run")
        assert f"polling {server.url}/feed" in await line_of(bot)
        async with asyncio.timeout(PATIENCE):
            await gate.reached.wait()
        assert "another paperwire is polling" in (await paperwire("poll", "--once")).out
        paperwire.write("a.md", overview(LAKES))
        assert (await paperwire("ingest", "a.md")).lines == ["1 document: 1 new paper, 0 merged, 0 unchanged"]
        gate.opened.set()
        assert "1 new paper" in await line_of(bot)
        found = json.loads((await paperwire("search", "water", "--json")).out)
        assert {paper["id"] for paper in found["papers"]} == {"arxiv:2503.00001", "arxiv:2503.00002"}
        chat = await paperwire("chat", typed="/subscribe water\n/digest\n")
        assert "Your digest: 2 papers" in chat.out
        bot.send_signal(signal.SIGTERM)
        ended = await finished(bot)
    assert (ended.status, ended.err) == (0, "")
    assert paperwire.rows("SELECT count(*) FROM papers") == [(2,)]
    assert paperwire.rows("PRAGMA integrity_check") == [("ok",)]


async def test_a_stop_amid_a_poll(paperwire: CommandLine) -> None:
    """SIGTERM while a server keeps the bot waiting ends it with 0; the next poll does what was left."""
    gate = Gate(feed([RIVERS]))
    async with serving(gate) as server:
        paperwire.settings["FETCH_ALLOW_HOSTS"] = f"127.0.0.1:{server.port}"
        paperwire.settings["DIGEST_SOURCES"] = f"{server.url}/feed"
        bot = await paperwire.start("run")
        async with asyncio.timeout(PATIENCE):
            await gate.reached.wait()
        bot.send_signal(signal.SIGTERM)
        ended = await finished(bot)
        assert (ended.status, ended.err) == (0, "")
        gate.opened.set()
        later = await paperwire("poll", "--once")
    assert (later.status, later.err) == (0, "")
    assert "1 new paper" in later.out


async def test_ingests_at_once(paperwire: CommandLine) -> None:
    """Processes that store the same papers at the same time store each once, and none fails."""
    papers = [(f"2503.{number:05}v1", f"Title {number} of many", "Water.") for number in range(1, 200)]
    paperwire.write("a.md", overview(*papers))
    done = await asyncio.gather(*(paperwire("ingest", "a.md") for _ in range(3)))
    assert [one.err for one in done] == ["", "", ""]
    assert [one.status for one in done] == [0, 0, 0]
    assert paperwire.rows("SELECT count(*) FROM papers") == [(199,)]


async def test_first_commands_of_a_new_machine_at_once(new_paperwire: CommandLine) -> None:
    """Two processes that both find no database make it once, and both answer."""
    done = await asyncio.gather(*(new_paperwire("sources", "list") for _ in range(2)))
    assert [one.status for one in done] == [0, 0]
    assert [one.err for one in done] == ["", ""]
