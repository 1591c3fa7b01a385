"""Reads commands from a terminal or pipe, and answers each before it reads the next."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Final, Literal

from bot.domain.chat.command import ChatKey, Reply, Text
from bot.i18n import LANGUAGES, translator
from bot.platforms.console.lines import PipedLines
from bot.platforms.console.sender import OutputClosedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Protocol

    from bot.platforms.console.sender import ConsoleSender
    from bot.ports import Dispatch, OpenChat

    class Lines(Protocol):
        """Gives the lines that a person or a script typed."""

        async def next(self) -> str | None:
            """Return the next line without its end, or None at the end of input."""
            ...


_log = logging.getLogger(__name__)

LOCAL_CHAT: Final = ChatKey("console", "local")
"""The one chat of the console: whoever runs the process."""

_END = frozenset({"/quit", "/exit"})
_PATIENCE = 0.3  # seconds until an answer that takes its time is announced


class ConsoleListener:
    """The chat of one terminal or pipe.

    Args:
        dispatch: answers a line.
        open_chat: finds the local chat; asked before each line, since a command may change the language.
        sender: prints the answers; its `terminal` decides how lines are read.
        history: the file that keeps what was typed on a terminal, or None.
        commands: names without slash and their one-line help, for completion on a terminal.
    """

    def __init__(
        self,
        dispatch: Dispatch,
        open_chat: OpenChat,
        sender: ConsoleSender,
        *,
        history: Path | None = None,
        commands: Sequence[tuple[str, str]] = (),
    ) -> None:
        self._dispatch = dispatch
        self._open_chat = open_chat
        self._sender = sender
        self._history = history
        self._commands = commands
        self._language = LANGUAGES[0]

    async def run(self) -> int:
        """Answer until the input ends or somebody types /quit; return the exit status.

        The status is 1 where a piped command failed for a reason of our own, else 0: what was asked wrongly
        is answered, not failed.
        """
        failed = False
        try:
            lines = await self._start()
            while (line := await lines.next()) is not None and line.strip().casefold() not in _END:
                if line.strip():
                    failed |= not await self._answer(line)
        except OutputClosedError:
            pass  # `| head` has read enough
        return int(failed and not self._sender.terminal)

    async def _start(self) -> Lines:
        if not self._sender.terminal:
            return PipedLines()
        from bot.platforms.console.prompt import PromptedLines

        with suppress(Exception):  # the first command will tell; a greeting in English does no harm
            self._language = (await self._open_chat(LOCAL_CHAT)).language
        self._say("hint", translator(self._language).gettext("Type /help for the commands; Ctrl-D ends."))
        return PromptedLines(self._history, self._commands)

    async def _answer(self, line: str) -> bool:
        """Print the answer to a line; return False where it failed."""
        try:
            reply = await (self._ask_patiently(line) if self._sender.terminal else self._ask(line))
            self._sender.send(reply, self._language)
        except OutputClosedError:
            raise
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            self._say("warning", translator(self._language).gettext("Stopped."))
        except Exception:  # noqa: BLE001 (the chat outlives whatever a command does)
            _log.exception("command failed: %s", line.split(maxsplit=1)[0])
            sorry = translator(self._language).gettext(
                "That failed, and not because of what you typed. The log says why; try it once more."
            )
            self._say("error", sorry)
            return False
        return True

    async def _ask(self, line: str) -> Reply:
        chat = await self._open_chat(LOCAL_CHAT)
        self._language = chat.language
        return await self._dispatch(line, chat)

    async def _ask_patiently(self, line: str) -> Reply:
        """Ask with a spinner where it takes its time; Ctrl-C cancels the command, not the chat."""
        answer = asyncio.create_task(self._ask(line))
        try:
            with _cancelled_by_interrupt(answer):
                done, _ = await asyncio.wait({answer}, timeout=_PATIENCE)
                with nullcontext() if done else self._sender.waiting():
                    return await answer
        finally:
            # Whoever ends the chat closes the database next: the command's transaction goes first.
            answer.cancel()
            await asyncio.wait({answer})

    def _say(self, tone: Literal["hint", "warning", "error"], text: str) -> None:
        self._sender.send(Reply((Text(text, tone),)), self._language)


@contextmanager
def _cancelled_by_interrupt(task: asyncio.Task[Reply]) -> Iterator[None]:
    """Let Ctrl-C cancel the task while the context is open.

    Set by `signal` and not by the loop, which could not put back the handler of `asyncio.run`.
    """
    loop = asyncio.get_running_loop()
    before = signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(task.cancel))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
