"""Runs the `paperwire` command in a process that is forked from one which has imported it already.

Importing takes half a second of processor time, most of what a short command takes, and the tests run a
hundred of them. Everything else is as in a process that was started: its environment, its working folder, its
standard streams (files instead of pipes), its exit status. `CommandLine.start` starts real ones.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import warnings
from functools import lru_cache
from multiprocessing import forkserver
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from multiprocessing.context import ForkServerContext
    from multiprocessing.process import BaseProcess
    from pathlib import Path

_IMPORTED = [
    "bot.__main__",
    "bot.app",
    "bot.cli.chatting",
    "bot.cli.doctor",
    "bot.cli.outbox",
    "bot.cli.reading",
    "bot.cli.running",
    "bot.cli.searching",
    "bot.sources.fetcher",
    "bot.sources.git",
    "bot.storage.migrate",
]


def forked(
    arguments: Sequence[str], environment: Mapping[str, str], *, work: Path, streams: Sequence[Path]
) -> BaseProcess:
    """Start the command.

    Args:
        arguments: of the command line.
        environment: all of it.
        work: the working folder.
        streams: files for standard input, output and error.
    """
    process = _server().Process(
        target=_run, args=(list(arguments), dict(environment), str(work), [str(path) for path in streams])
    )
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


def _run(arguments: list[str], environment: dict[str, str], work: str, streams: list[str]) -> None:
    """Be the command, in the forked process."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(work)
    for number, (path, mode) in enumerate(zip(streams, (os.O_RDONLY, os.O_WRONLY, os.O_WRONLY), strict=True)):
        opened = os.open(path, mode)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115 (the process's own)
    sys.stdout = open(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.argv = ["paperwire", *arguments]
    warnings.resetwarnings()
    warnings.simplefilter("error")
    gc.disable()  # as `bot.__main__` does
    from bot.__main__ import main

    main()
