"""Reads lines of a pipe or file without blocking the event loop."""

from __future__ import annotations

import asyncio
import sys
import threading
from contextlib import suppress
from typing import BinaryIO


class PipedLines:
    """The lines of standard input, in UTF-8; bytes that are none become U+FFFD."""

    def __init__(self) -> None:
        self._input: BinaryIO | None = None
        if sys.stdin is not None:  # None: the process was started with standard input closed
            # A file of our own: were a thread still reading `sys.stdin` at exit, the interpreter would abort.
            self._input = open(sys.stdin.fileno(), "rb", closefd=False)  # noqa: SIM115 (lives with the process)

    async def next(self) -> str | None:
        """Return the next line without its end, or None at the end of input.

        Raises:
            OSError: the input can't be read.
        """
        line = await _in_daemon(self._input) if self._input else b""
        return line.decode("utf-8", "replace").rstrip("\r\n") if line else None


async def _in_daemon(stream: BinaryIO) -> bytes:
    """Read a line in a thread that does not outlive the process.

    Not `asyncio.to_thread`: its executor is joined at exit, and a read from a silent pipe never ends, so
    SIGTERM would wait for it. Not an event loop's reader: epoll knows no files.
    """
    loop = asyncio.get_running_loop()
    line: asyncio.Future[bytes] = loop.create_future()

    def settle(read: bytes | OSError) -> None:
        if line.done():
            return
        if isinstance(read, bytes):
            line.set_result(read)
        else:
            line.set_exception(read)

    def work() -> None:
        read: bytes | OSError
        try:
            read = stream.readline()
        except OSError as error:
            read = error
        with suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(settle, read)

    threading.Thread(target=work, name="console input", daemon=True).start()
    return await line
