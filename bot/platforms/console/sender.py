"""Prints replies: formatted on a terminal, as plain text everywhere else."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

from bot.i18n import translator
from bot.platforms.console.plain import render_plain

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from rich.console import Console

    from bot.domain.chat.command import Reply


class OutputClosedError(Exception):
    """The reader of our output is gone."""


def on_terminal() -> bool:
    """Return whether a person sits at both ends: standard input and output are a terminal."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


class ConsoleSender:
    """Prints replies to standard output.

    Args:
        terminal: True for colours, links and lines broken to the terminal's width, False for plain text.
    """

    def __init__(self, *, terminal: bool) -> None:
        self.terminal = terminal
        self._console: Console | None = None
        # A locale that can't say 扩散 must not end the chat: pipes are UTF-8, terminals show a `?`.
        if isinstance(sys.stdout, TextIOWrapper):
            encoding = sys.stdout.encoding if terminal else "utf-8"
            sys.stdout.reconfigure(encoding=encoding, errors="replace")

    def send(self, reply: Reply, language: str) -> None:
        """Print a reply to a chat of that language.

        Raises:
            OutputClosedError: nobody reads any more.
        """
        if self.terminal:
            self._send_to_terminal(reply, language)
            return
        try:
            sys.stdout.write(render_plain(reply, translator(language)))
            sys.stdout.flush()
        except BrokenPipeError as error:
            # What is left in the buffer must not fail once more when the interpreter flushes it at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise OutputClosedError from error

    def waiting(self) -> AbstractContextManager[object]:
        """Show a spinner on the terminal for as long as the context is open."""
        return self._terminal_console().status("…", spinner_style="dim")

    def _send_to_terminal(self, reply: Reply, language: str) -> None:
        from bot.platforms.console.render import render

        console = self._terminal_console()
        for line in render(reply, translator(language), console.width):
            # Lines are broken already, by rules that rich does not know.
            console.print(line, soft_wrap=True)

    def _terminal_console(self) -> Console:
        # Rich costs 0.15 s of start, and a pipe has no use for it.
        from rich.console import Console

        # Without `file` it follows sys.stdout, which prompt_toolkit replaces while it shows the prompt.
        self._console = self._console or Console(force_terminal=True, highlight=False)
        return self._console
