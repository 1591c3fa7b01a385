"""Kills processes while they deliver, and counts what their readers got: P1 to P4.

python tests/soak/soak_delivery.py [--kills 12] [--workers 1,3] [--pace 25] [--postgres] [--seed 1]

Real processes serve schedules and deliver to a platform in this one, which keeps its own log and answers
after 40 ms. They get kill -9 at random moments of delivery and are started again; now and then SIGTERM, after
which nothing may be uncertain, and SIGSTOP for longer than their lease while another works, then SIGCONT.
1,000 kills (`--kills 1000`) take 20 to 35 minutes for each number of workers.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.extend(str(Path(__file__).resolve().parents[2] / folder) for folder in (".", "tests"))


from delivery_battle import Battle
from new_database import new_database

if TYPE_CHECKING:
    from delivery_figures import Figures


def main() -> int:
    """Run the soak and print its figures; return 1 where a promise does not hold."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--kills", type=int, default=10, help="for each number of workers")
    arguments.add_argument("--workers", default="1,3", help="how many deliver at the same time")
    arguments.add_argument("--pace", type=float, default=25.0, help="messages a second of each worker")
    arguments.add_argument("--postgres", action="store_true", help="on TEST_POSTGRES_URL or 127.0.0.1:5432")
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    broken = False
    for number, workers in enumerate(int(count) for count in options.workers.split(",")):
        with new_database(postgres=options.postgres) as url:
            battle = Battle(url, workers=workers, pace=options.pace, seed=options.seed)
            found = asyncio.run(battle.fight(options.kills))
        database = "postgresql" if options.postgres else "sqlite"
        broken |= _print(found, {"database": database, "workers": str(workers)}, heading=number == 0)
    return int(broken)


def _print(found: Figures, where: dict[str, str], *, heading: bool) -> bool:
    """Print a row of the table; return whether a promise is broken."""
    row = where | found.row
    if heading:
        print("| " + " | ".join(row) + " |\n|" + "---|" * len(row))
    print("| " + " | ".join(row.values()) + " |", flush=True)
    for what in found.broken:
        print(f"BROKEN: {what}", flush=True)
    return bool(found.broken)


if __name__ == "__main__":
    sys.exit(main())
