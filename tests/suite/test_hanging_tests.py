"""A test that hangs ends at its limit and says where it stood."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

HANGING = """
import asyncio
import threading


async def wait_for_ever():
    await asyncio.Event().wait()


async def test_that_hangs():
    threading.Thread(target=threading.Event().wait, name="a thread that waits", daemon=True).start()
    task = asyncio.create_task(wait_for_ever(), name="a task that waits")
    await task


def test_that_comes_after_it():
    pass
"""


@pytest.mark.parametrize("workers", [["-n0"], ["-n1"]])
def test_the_stacks_of_all_threads_and_tasks_are_printed(tmp_path: Path, workers: Sequence[str]) -> None:
    """They are in the report of the test that hung, also where a worker ran it; the next test runs."""
    (tmp_path / "test_hanging.py").write_text(HANGING)
    apart = ("-c", "/dev/null", f"--rootdir={tmp_path}", "-o", "asyncio_mode=auto", "-p", "no:randomly")
    options = (*apart, "-p", "no:cacheprovider", "-p", "hanging_tests", "--timeout=1", *workers)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(Path(__file__).parent)},
        timeout=50,
    )
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert "Timeout" in done.stdout
    assert "thread a thread that waits:" in done.stdout
    assert "task a task that waits:" in done.stdout
    assert "in wait_for_ever" in done.stdout
