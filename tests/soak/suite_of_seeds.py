"""Runs `make test` some times, each with another seed, and prints what each run took.

python tests/soak/suite_of_seeds.py [--runs 10] [--seed 1]

No run may take over 300 s or 9 minutes of processor time, on 2 cores (issue 12); how fast the machine was
is beside each, since figures of two hours compare by it. `make soak` leaves it out: it takes an hour.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

sys.path.extend(str(Path(__file__).resolve().parents[2] / folder) for folder in ("tests/suite",))


from machine_speed import squares
from suite_figures import read_figures

_ROOT = Path(__file__).resolve().parents[2]
_SECONDS, _PROCESSOR = 300.0, 540.0


def main() -> int:
    """Run and print the table; return 1 where a run failed or took too long."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--runs", type=int, default=10)
    arguments.add_argument("--seed", type=int, default=1, help="of the first run; the others count on")
    options = arguments.parse_args()
    print("| seed | seconds | processor seconds | ended | machine |\n|---|---|---|---|---|")
    over = False
    for number in range(options.seed, options.seed + options.runs):
        speed = squares()
        run = subprocess.run(
            ["make", "test"], env=os.environ | {"PYTEST_ADDOPTS": f"--randomly-seed={number}"},
            cwd=_ROOT, check=False, capture_output=True, text=True,
        )  # fmt: skip
        took = read_figures(run.stdout)
        if took is None:
            print(f"| {number} | it did not come to its end | | {run.returncode} | {speed} |", flush=True)
            over = True
            continue
        over |= run.returncode != 0 or took.seconds > _SECONDS or took.processor > _PROCESSOR
        ended = "green" if run.returncode == 0 else f"exit {run.returncode}"
        row = f"| {number} | {took.seconds:.0f} | {took.processor:.0f} | {ended} | {speed} |"
        print(row, flush=True)
        for line in run.stdout.splitlines():
            if line.startswith(("FAILED", "ERROR")):
                print(line, flush=True)
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
