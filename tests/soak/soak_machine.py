"""Plays the delivery machine of the tests many times: readers, platforms, clocks and kills in any order.

python tests/soak/soak_machine.py [--games 200] [--steps 50] [--postgres]

A game that fails is printed as the shortest sequence of steps that does.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "delivery"))

from delivery_machine import PROFILE, machine_on
from fresh_databases import fresh_databases
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from new_database import new_database

from bot.storage.database import Database
from bot.storage.migrate import migrate


def main() -> None:
    """Play and print how long it took; fails where a promise does not hold."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--games", type=int, default=200)
    arguments.add_argument("--steps", type=int, default=50, help="of a game, at most")
    arguments.add_argument("--postgres", action="store_true", help="on TEST_POSTGRES_URL or 127.0.0.1:5432")
    options = arguments.parse_args()
    logging.disable()  # what goes wrong on purpose is logged
    begun = time.perf_counter()
    with new_database(postgres=options.postgres) as url, tempfile.TemporaryDirectory() as folder:
        asyncio.run(_migrate(url))
        run_state_machine_as_test(
            machine_on(fresh_databases(url, Path(folder))),
            settings=settings(
                settings.get_profile(PROFILE),
                max_examples=options.games,
                stateful_step_count=options.steps,
                database=None,
            ),
        )
    seconds = time.perf_counter() - begun
    print(f"{options.games} games of up to {options.steps} steps, no broken promise, {seconds:.0f} s")


async def _migrate(url: str) -> None:
    database = Database(url)
    await migrate(database)
    await database.close()


if __name__ == "__main__":
    main()
