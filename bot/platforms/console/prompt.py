"""The interactive prompt, with history and completion; imported only on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import Completer, Completion
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.patch_stdout import patch_stdout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document

PROMPT = FormattedText([("bold", "paperwire"), ("", "> ")])


class PromptedLines:
    """Asks a person for lines.

    Args:
        history: the file that keeps the lines; in memory only where it is None or can't be written.
        commands: names without slash and their one-line help.
    """

    def __init__(self, history: Path | None, commands: Sequence[tuple[str, str]]) -> None:
        self._session: PromptSession[str] = PromptSession(
            PROMPT,
            history=_history(history),
            completer=CommandCompleter(commands),
            complete_while_typing=Condition(lambda: _names_command(get_app().current_buffer.text)),
            reserve_space_for_menu=6,
        )

    async def next(self) -> str | None:
        """Return what was typed; Ctrl-C empties the line, Ctrl-D on an empty line gives None."""
        while True:
            try:
                # What arrives while the prompt is shown is printed above it.
                with patch_stdout(raw=True):
                    return await self._session.prompt_async()
            except KeyboardInterrupt:
                continue
            except EOFError:
                return None


class CommandCompleter(Completer):
    """Completes the names of commands, with their help beside them."""

    def __init__(self, commands: Sequence[tuple[str, str]]) -> None:
        self._commands = commands

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:  # noqa: ARG002 (the interface's)
        """Yield the commands that begin with what is before the cursor."""
        typed = document.text_before_cursor
        if not _names_command(typed):
            return
        for name, meaning in self._commands:
            if name.startswith(typed[1:].casefold()):
                yield Completion(f"/{name}", start_position=-len(typed), display_meta=meaning)


def _names_command(text: str) -> bool:
    return text.startswith("/") and not any(map(str.isspace, text))


def _history(path: Path | None) -> History:
    if path is None:
        return InMemoryHistory()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # what somebody reads and looks for is their own business
        with path.open("a"):
            return FileHistory(path)
    except OSError:
        return InMemoryHistory()
