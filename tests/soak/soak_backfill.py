"""Reads a month of arXiv back, and completes papers, through faults of its API and kill -9.

python tests/soak/soak_backfill.py [--papers 20000] [--lacking 2000] [--kills 3] [--faults 0.04] [--seed 1]

A real `paperwire run` asks a local server that behaves like arXiv's query API: it refuses requests that come
within 3 s of the one before, and a share of its answers is a 503 with or without Retry-After, empty, a
repeated page, or half a page. The process gets kill -9 at random moments and is started again. At the end
every paper must be there once with its authors, nothing may wait to be sent, and no request may have been too
early. 20,000 papers take some ten minutes, most of them arXiv's 3 s.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.extend(
    str(Path(__file__).resolve().parents[2] / folder)
    for folder in (".", "tests", "tests/servers", "tests/suite")
)


from arxiv_server import Faults, InventedArxiv, Submission, arxiv_serving, submissions
from machine_speed import squares

_WORKER = Path(__file__).with_name("backfill_worker.py")
_MOST_MEMORY = 250
"""MB that the process may take (issue 12)."""


@dataclass
class Soak:
    """One run: where it is, and what was measured.

    Attributes:
        folder: holds the database and the digest.
        server: the local arXiv's address.
        peak: the most memory that a process took, in MB.
        killed: how often one was killed.
    """

    folder: Path
    server: str
    dice: random.Random
    peak: float = 0.0
    killed: int = 0

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.folder / "soak.sqlite3"

    @property
    def settings(self) -> dict[str, str]:
        """The environment of the processes."""
        return {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "PYTHONPATH": os.pathsep.join(sys.path),
            "DATABASE_URL": f"sqlite:///{self.database}", "TICK_SECONDS": "1", "BACKFILL_DAYS": "30",
            "DIGEST_SOURCES": "arxiv:cs.CV", "ARXIV_API_URL": f"{self.server}/api",
            "ARXIV_RSS_URL": f"{self.server}/rss",
            "FETCH_ALLOW_HOSTS": self.server.removeprefix("http://"),
        }  # fmt: skip

    async def command(self, *arguments: str, typed: str = "") -> None:
        """Run a command of paperwire to its end."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *arguments, env=self.settings, cwd=self.folder,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        await process.communicate(typed.encode())
        assert process.returncode == 0, arguments

    async def run(self, *, kills: int) -> None:
        """Run until all is read, killed some times on the way."""
        while True:
            process = await asyncio.create_subprocess_exec(
                sys.executable, str(_WORKER), env=self.settings, cwd=self.folder,
                stdout=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            until = time.monotonic() + self.dice.uniform(20, 60) if self.killed < kills else None
            while not (done := self.is_done()) and (until is None or time.monotonic() < until):
                await asyncio.sleep(0.5)
                self.peak = max(self.peak, _memory(process.pid))
                assert process.returncode is None, "the process ended by itself"
            if done:
                process.terminate()
                assert await process.wait() == 0
                return
            process.kill()
            await process.wait()
            self.killed += 1

    def is_done(self) -> bool:
        """Whether the past was read and no paper lacks anything."""
        if not self.database.exists():
            return False
        begun, left, lacking = self.row(
            "SELECT (SELECT count(*) FROM backfills), "
            "(SELECT count(*) FROM backfills WHERE done_at IS NULL), (SELECT count(*) FROM incomplete)"
        )
        return bool(begun) and not left and not lacking

    def row(self, statement: str) -> tuple[int, ...]:
        """Return the first row of a query."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)) as connection:
            found: tuple[int, ...] = connection.execute(statement).fetchone()
            return found


def _memory(pid: int) -> float:
    """Return the most memory that a process took so far, in MB."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(found[0]) / 1e3 if found else 0.0


def _overview(papers: list[Submission]) -> str:
    listed = [
        f"## {one.title} \n  * {one.submitted:%Y-%m-%d}  \n  * {one.abstract} \n"
        f" * link:[http://arxiv.org/abs/{one.base}v1](http://arxiv.org/abs/{one.base}v1) \n"
        for one in papers
    ]
    return "# 2026-01-01--2026-01-02 生成式论文概览\n" + "".join(listed)


async def _soak(options: argparse.Namespace) -> int:
    today = datetime.now(UTC).date()
    past = submissions(options.papers, last=today, days=31)
    older = submissions(options.lacking, last=today - timedelta(days=100), days=20)
    share = options.faults
    arxiv = InventedArxiv(
        past + older, pace=3.0, retry_after=5,
        faults=Faults(empty=share, repeated=share, short=share, busy=share, seed=options.seed),
    )  # fmt: skip
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        async with arxiv_serving(arxiv) as server:
            soak = Soak(Path(folder), server.url, dice=random.Random(options.seed))  # noqa: S311 (repeatable)
            (soak.folder / "overview.md").write_text(_overview(older), encoding="utf-8")
            await soak.command("ingest", "overview.md")
            await soak.command("chat", typed="/subscribe diffusion\n")
            await soak.run(kills=options.kills)
        there, once, lacking, waiting = soak.row(
            "SELECT (SELECT count(*) FROM papers WHERE canonical_id LIKE 'arxiv:%'), "
            "(SELECT count(DISTINCT title) FROM papers), "
            "(SELECT count(*) FROM papers WHERE authors = '[]' OR categories = '[]'), "
            "(SELECT count(*) FROM waiting) + (SELECT count(*) FROM deliveries)"
        )
        wanted = {f"arxiv:{one.base}" for one in past + older}
        with closing(sqlite3.connect(soak.database)) as connection:
            have = {name for (name,) in connection.execute("SELECT canonical_id FROM papers")}
    missing = len(wanted - have)
    rows = {
        "papers": f"{len(wanted):,}", "missing": missing, "twice": there - len(wanted & have),
        "without authors": lacking, "to be sent": waiting, "requests": len(arxiv.asked),
        "too early": arxiv.too_fast, "kills": soak.killed, "peak MB": f"{soak.peak:.0f}",
        "minutes": f"{(time.monotonic() - began) / 60:.1f}",
    }  # fmt: skip
    print("| " + " | ".join(rows) + " |\n|" + "---|" * len(rows))
    print("| " + " | ".join(str(value) for value in rows.values()) + " |")
    print(squares())
    wrong = (missing, lacking, waiting, arxiv.too_fast, soak.peak >= _MOST_MEMORY, once < len(wanted))
    return int(any(wrong))


def main() -> int:
    """Run the soak and print its figures; return 1 where one is over its bar."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--papers", type=int, default=20_000, help="of the last 31 days")
    arguments.add_argument("--lacking", type=int, default=2_000, help="older ones, without authors")
    arguments.add_argument("--kills", type=int, default=3)
    arguments.add_argument("--faults", type=float, default=0.04, help="share of answers, of each kind")
    arguments.add_argument("--seed", type=int, default=1)
    return asyncio.run(_soak(arguments.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
