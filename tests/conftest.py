"""Fixtures that all tests share."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

# A shared machine stalls for longer than hypothesis' deadline of 200 ms; what hangs is found by other means.
settings.register_profile("paperwire", deadline=None)
settings.load_profile("paperwire")

ROOT = Path(__file__).resolve().parent.parent


def digests_folder() -> Path | None:
    """Return the folder of real digests beside the checkout (or `PAPERWIRE_DIGESTS`), if it is there."""
    folder = Path(os.environ.get("PAPERWIRE_DIGESTS", ROOT.parent / "shared" / "digests"))
    return folder if (folder / "expected.json").is_file() else None


def pytest_xdist_auto_num_workers() -> int:
    """Return how many tests run at once: two a core, since half of the time they wait for servers."""
    return 2 * (os.cpu_count() or 1)


@pytest.fixture(scope="session")
def shared_digests() -> Path:
    """The folder of real digests; tests that ask for it are skipped where it is not there."""
    folder = digests_folder()
    if folder is None:
        pytest.skip("the shared digests are not beside this checkout")
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line a reason what was not tested here."""
    reasons = Counter(
        str(report.longrepr[2]).removeprefix("Skipped: ")
        for report in terminalreporter.getreports("skipped")
        if isinstance(report.longrepr, tuple)
    )
    for reason, tests in reasons.items():
        terminalreporter.write_line(f"not tested here ({tests} tests): {reason}")
