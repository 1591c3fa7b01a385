"""Whatever happens in whatever order, digests come once, in time, and are accounted for."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from delivery_machine import PROFILE, machine_on
from fresh_databases import fresh_databases
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

pytest_plugins = ("database_fixtures",)

# As many as a test may take; `make soak` plays many more.
GAMES = {"sqlite": 10, "postgresql": 5}


def test_the_promises_hold(database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """No slot has two digests, every digest is accounted for, nothing comes twice, no match is lost."""
    caplog.set_level(logging.CRITICAL)  # what goes wrong on purpose is logged, thousands of times
    games = GAMES[database_url.partition(":")[0]]
    run_state_machine_as_test(
        machine_on(fresh_databases(database_url, tmp_path)),
        settings=settings(settings.get_profile(PROFILE), max_examples=games),
    )
