"""A pytest plugin: a test over its limit says where every thread and every asyncio task of it stood.

pytest-timeout ends the test and prints the other threads, to a terminal that a worker of xdist does not have.
This prints the threads and the tasks to standard error, which pytest shows with the failure, in a worker too.
"""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import FrameType


@pytest.hookimpl(wrapper=True)
def pytest_timeout_set_timer() -> Generator[None, object, object]:
    """Print the stacks before pytest-timeout's own handler fails the test."""
    result = yield
    fail = signal.getsignal(signal.SIGALRM)
    if callable(fail):

        def handler(number: int, frame: FrameType | None) -> None:
            print("\n".join((*_threads(frame), *_tasks())), file=sys.stderr, flush=True)
            fail(number, frame)

        signal.signal(signal.SIGALRM, handler)
    return result


def _threads(interrupted: FrameType | None) -> list[str]:
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    frames = {**sys._current_frames(), threading.get_ident(): interrupted}
    return [
        f"thread {names.get(ident, ident)}:\n{''.join(traceback.format_stack(frame))}"
        for ident, frame in frames.items()
    ]


def _tasks() -> list[str]:
    # Of every event loop: asyncio knows those of one only.
    tasks = [one for one in gc.get_objects() if isinstance(one, asyncio.Task) and not one.done()]
    return [f"task {task.get_name()}:\n{''.join(_awaited(task.get_coro()))}" for task in tasks]


def _awaited(coroutine: Any) -> list[str]:
    """Return the lines at which a coroutine, and what it awaits, stands; the innermost is the last."""
    lines: list[str] = []
    while coroutine is not None:
        frame = getattr(coroutine, "cr_frame", None) or getattr(coroutine, "gi_frame", None)
        if frame:
            lines += traceback.format_list(traceback.StackSummary.extract([(frame, frame.f_lineno)]))
        coroutine = getattr(coroutine, "cr_await", None) or getattr(coroutine, "gi_yieldfrom", None)
    return lines
