"""The `paperwire` command as a process of its own, in a home of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forked_command import forked

_COMMAND = (sys.executable, "-m", "bot")
PATIENCE = 120
"""Seconds after which a process counts as hanging; no test measures time."""


@dataclass(frozen=True, slots=True)
class Done:
    """A process that ended."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines of standard output."""
        return self.out.splitlines()

    @property
    def problems(self) -> list[str]:
        """The lines of standard error."""
        return self.err.splitlines()


class CommandLine:
    """Runs `paperwire` with nothing of the user's: own home, own data folder, own settings.

    Args:
        folder: where all of it is.
    """

    def __init__(self, folder: Path) -> None:
        self.work = folder / "work"
        self.work.mkdir()
        self.database = folder / "data" / "paperwire" / "paperwire.sqlite3"
        self.settings: dict[str, str] = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "XDG_STATE_HOME": str(folder / "state"),
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "PYTHONWARNINGS": "error",
            "GIT_CONFIG_GLOBAL": os.devnull,
            # arXiv itself is never asked; tests that have their own arXiv say so.
            "ARXIV_API_URL": "http://127.0.0.1:9/api",
            "BACKFILL_DAYS": "0",
            "COMPLETE_PAPERS": "off",
            "LC_ALL": "C",
        }

    async def start(
        self, *arguments: str, stdin: int = asyncio.subprocess.DEVNULL
    ) -> asyncio.subprocess.Process:
        """Start a process."""
        return await asyncio.create_subprocess_exec(
            *_COMMAND,
            *arguments,
            stdin=stdin,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=self.work,
            env=self.settings,
        )

    async def __call__(self, *arguments: str, typed: str | bytes = "") -> Done:
        """Run a command to its end."""
        with tempfile.TemporaryDirectory() as folder:
            streams = [Path(folder) / name for name in ("stdin", "stdout", "stderr")]
            streams[0].write_bytes(typed.encode() if isinstance(typed, str) else typed)
            streams[1].touch()
            streams[2].touch()
            process = forked(arguments, self.settings, work=self.work, streams=streams)
            try:
                await asyncio.to_thread(process.join, PATIENCE)
                status = process.exitcode
            finally:
                process.kill()
                process.join()
                process.close()
            assert status is not None, "it hangs"
            return Done(status, streams[1].read_text("utf-8"), streams[2].read_text("utf-8"))

    async def run_until(self, said: str) -> list[str]:
        """Run the bot until it has said something; return its lines."""
        bot = await self.start("run")
        assert bot.stdout is not None
        lines: list[str] = []
        async with asyncio.timeout(PATIENCE):
            while said not in (lines[-1] if lines else ""):
                line = await bot.stdout.readline()
                assert line, (lines, (await bot.stderr.read()).decode() if bot.stderr else "")
                lines.append(line.decode().rstrip())
        bot.send_signal(signal.SIGTERM)
        done = await finished(bot)
        assert (done.status, done.err) == (0, "")
        return [*lines, *done.lines]

    async def shell(self, script: str) -> Done:
        """Run a line of shell in which `paperwire` is the command."""
        command = " ".join(f"'{part}'" for part in _COMMAND)
        process = await asyncio.create_subprocess_exec(
            "bash", "-c", f'set -o pipefail; paperwire() {{ {command} "$@"; }}; {script}',
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            cwd=self.work, env=self.settings,
        )  # fmt: skip
        return await finished(process)

    def write(self, name: str, content: str | bytes) -> str:
        """Write a file into the working folder; return its name."""
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return name

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Return what a statement reads from the database."""
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(statement).fetchall()

    def make_due(self) -> None:
        """Make all sources due, as if their interval had gone by."""
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.execute("UPDATE sources SET next_poll_at = 0")

    def contents(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return all rows of all tables but those that hold a process's own state."""
        tables = self.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        names = [name for (name,) in tables if name not in {"leases", "sqlite_sequence"}]
        return {name: sorted(self.rows(f'SELECT * FROM "{name}"'), key=repr) for name in names}  # noqa: S608 (its own names)


async def finished(process: asyncio.subprocess.Process, typed: bytes | None = None) -> Done:
    """Wait for the end of a process; kill it where it hangs."""
    try:
        async with asyncio.timeout(PATIENCE):
            out, err = await process.communicate(typed)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return Done(process.returncode, out.decode(), err.decode())
