"""Runs the `paperwire` command in a process that is forked from one which has imported it already.

All else is as in a process that was started: its environment, its working folder, its standard streams (files
instead of pipes), its exit status. `CommandLine.start` starts real ones.
"""

from __future__ import annotations

import gc
import os
import sys
import warnings
from typing import TYPE_CHECKING

import forked_process

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from multiprocessing.process import BaseProcess
    from pathlib import Path


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
    streams_of = [str(path) for path in streams]
    return forked_process.start(_run, list(arguments), dict(environment), str(work), streams_of)


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
