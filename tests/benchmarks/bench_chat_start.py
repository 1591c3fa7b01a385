"""How soon `paperwire chat` answers its first command on an archive of 10,000 papers, beside bare Python."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.extend(
    str(Path(__file__).resolve().parents[2] / folder) for folder in ("tests/benchmarks/workloads",)
)

from documents import overview

RUNS, BAR = 7, 1.5


def seconds_to_first_line(command: list[str], typed: str, environment: dict[str, str]) -> float:
    """Start a process, type a line and wait for the first line of its answer."""
    begun = time.perf_counter()
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(typed)
        process.stdin.flush()
        line = process.stdout.readline()
        seconds = time.perf_counter() - begun
        process.stdin.close()
        process.stdout.read()
    assert line.strip(), "no answer"
    return seconds


def main(papers: int) -> None:
    """Print the median and the worst of several starts."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
        } | {"DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3", "XDG_STATE_HOME": folder}
        digests = Path(folder) / "digests"
        digests.mkdir()
        for start in range(0, papers, 1_000):
            text = overview(min(1_000, papers - start), start=start)
            (digests / f"{start}.md").write_text(text, encoding="utf-8")
        paperwire = [sys.executable, "-m", "bot"]
        ingest = [*paperwire, "ingest", str(digests)]
        subprocess.run(ingest, check=True, env=environment, stdout=subprocess.DEVNULL)
        for typed in ("/search video editing\n", "/subscriptions\n"):
            times = [seconds_to_first_line([*paperwire, "chat"], typed, environment) for _ in range(RUNS)]
            print(
                f"{typed.strip()}: first line after {statistics.median(times):.2f} s"
                f" (worst of {RUNS}: {max(times):.2f}; bar {BAR}), archive of {papers:,} papers"
            )
        bare = [
            seconds_to_first_line([sys.executable, "-c", "print(input())"], "x\n", environment)
            for _ in range(RUNS)
        ]
        print(f"floor, Python that echoes a line: {statistics.median(bare):.2f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="an archive of 1,000 papers")
    main(1_000 if parser.parse_args().quick else 10_000)
