"""Fixtures that all tests share."""

from __future__ import annotations

import gc
import os
import time
from collections import Counter
from pathlib import Path

import examples
import forked_process
import pytest
from suite_figures import SuiteFigures, processor_seconds

pytest_plugins = ("hanging_tests",)
# Collecting makes a million objects that stay to the end. Looking through them again and again took 3 of the
# 8 seconds that each of four processes needs for it.
gc.disable()
examples.register_profiles()
_BEGUN = time.monotonic()

ROOT = Path(__file__).resolve().parent.parent


def digests_folder() -> Path | None:
    """Return the folder of real digests beside the checkout (or `PAPERWIRE_DIGESTS`), if it is there."""
    folder = Path(os.environ.get("PAPERWIRE_DIGESTS", ROOT.parent / "shared" / "digests"))
    return folder if (folder / "expected.json").is_file() else None


def pytest_xdist_auto_num_workers() -> int:
    """Return how many tests run at once: two a core, since half of the time they wait for servers."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection_finish() -> None:
    """Look for garbage again, but not among what collecting made."""
    gc.freeze()
    gc.enable()


def pytest_sessionfinish() -> None:
    """End the process that others were forked from."""
    forked_process.stop()


@pytest.fixture(scope="session")
def shared_digests() -> Path:
    """The folder of real digests; tests that ask for it are skipped where it is not there."""
    folder = digests_folder()
    if folder is None:
        pytest.skip("the shared digests are not beside this checkout")
    return folder


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say in one line a reason what was not tested here, and in one line what the run took."""
    reasons = Counter(
        str(report.longrepr[2]).removeprefix("Skipped: ")
        for report in terminalreporter.getreports("skipped")
        if isinstance(report.longrepr, tuple)
    )
    for reason, tests in reasons.items():
        terminalreporter.write_line(f"not tested here ({tests} tests): {reason}")
    seed = config.getoption("randomly_seed", None)
    if isinstance(seed, int):
        took = SuiteFigures(time.monotonic() - _BEGUN, processor_seconds(), seed)
        terminalreporter.write_line(str(took))
