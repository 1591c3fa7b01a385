"""Plays the delivery machine of the tests many times: readers, platforms, clocks and kills in any order.

python tests/soak/soak_machine.py [--games 200] [--steps 50] [--seed 1] [--postgres]

Each game has its own seed. One that fails is printed as the shortest sequence of steps that does.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from pathlib import Path

sys.path.extend(
    str(Path(__file__).resolve().parents[2] / folder)
    for folder in (".", "tests", "tests/delivery", "tests/suite")
)


from delivery_machine import PROFILE, machine_on
from fresh_databases import fresh_databases
from hypothesis import seed, settings
from hypothesis.stateful import get_state_machine_test
from machine_speed import squares
from new_database import new_database

from bot.storage.engine.database import Database
from bot.storage.operations.migrate import migrate

SLOWEST = 20.0
"""Seconds that a game may take (issue 12)."""


def main() -> int:
    """Play and print how long it took; fails where a promise is broken, returns 1 where a game is slow."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--games", type=int, default=200)
    arguments.add_argument("--steps", type=int, default=50, help="of a game, at most")
    arguments.add_argument("--seed", type=int, default=1, help="of the first game; the others count on")
    arguments.add_argument("--postgres", action="store_true", help="on TEST_POSTGRES_URL or 127.0.0.1:5432")
    options = arguments.parse_args()
    logging.disable()  # what goes wrong on purpose is logged
    took: dict[int, float] = {}
    with new_database(postgres=options.postgres) as url, tempfile.TemporaryDirectory() as folder:
        asyncio.run(_migrate(url))
        machine = machine_on(fresh_databases(url, Path(folder)))
        one_game = settings(
            settings.get_profile(PROFILE),
            max_examples=1,
            stateful_step_count=options.steps,
            database=None,
        )
        for number in range(options.seed, options.seed + options.games):
            begun = time.perf_counter()
            seed(number)(get_state_machine_test(machine, settings=one_game))()
            took[number] = time.perf_counter() - begun
    slowest = max(took, key=took.__getitem__)
    print(
        f"{options.games} games of up to {options.steps} steps with seeds {options.seed} to "
        f"{options.seed + options.games - 1}, no broken promise, {sum(took.values()):.0f} s; "
        f"the slowest, {slowest}, took {took[slowest]:.1f} s; {squares()}"
    )
    return int(took[slowest] > SLOWEST)


async def _migrate(url: str) -> None:
    database = Database(url)
    await migrate(database)
    await database.close()


if __name__ == "__main__":
    sys.exit(main())
