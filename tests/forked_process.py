"""Starts functions in processes that are forked from one which has imported paperwire already.

Importing takes half a second of processor time, most of what a short process takes, and the tests start two
hundred. A forked process is a process of its own: it can be killed, and shares no memory with the tests.
"""

from __future__ import annotations

import multiprocessing
from functools import lru_cache
from multiprocessing import forkserver
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.context import ForkServerContext
    from multiprocessing.process import BaseProcess

_IMPORTED = [
    "bot.__main__",
    "bot.app",
    "bot.cli.chatting",
    "bot.cli.doctor",
    "bot.cli.outbox",
    "bot.cli.reading",
    "bot.runtime.run",
    "bot.cli.searching",
    "bot.sources.web.fetcher",
    "bot.sources.git.git_source",
    "bot.storage.operations.migrate",
]


def start(target: Callable[..., object], *arguments: object) -> BaseProcess:
    """Call a function of a module in a process of its own; its exit code is that of the process.

    Args:
        target: the function; the process imports its module.
        arguments: its arguments, which can be pickled.
    """
    process = _server().Process(target=target, args=arguments)
    process.start()
    return process


def stop() -> None:
    """End the process that the others are forked from, so that its processor time is counted as ours."""
    forkserver._forkserver._stop()  # type: ignore[attr-defined]


@lru_cache
def _server() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_IMPORTED)
    return context
