"""A console chat over a fake dispatch, started by the tests as a process of its own.

Arguments: the history file, or nothing.
"""

from __future__ import annotations

import asyncio
import fcntl
import signal
import sys
import termios
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.cards.card import Card
from bot.domain.chat.command import Chat, Reply, Text
from bot.platforms.console.listener import ConsoleListener
from bot.platforms.console.sender import ConsoleSender, on_terminal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.domain.chat.command import ChatKey

TERMINATED = 143
FAILURES = {"/break": ValueError("on purpose"), "/pipe": BrokenPipeError("on purpose, a pipe of the command")}
languages = ["en"]


async def open_chat(key: ChatKey) -> Chat:
    """Return a chat, English until somebody typed `/language zh`."""
    return Chat(1, key, languages[-1], "UTC")


async def dispatch(
    text: str, chat: Chat, *, may_change: Callable[[], Awaitable[bool]] | None = None
) -> Reply:
    """Answer a few commands of our own; show anything else as it came."""
    assert may_change is None, "on the console everybody may"
    if text in FAILURES:
        raise FAILURES[text]
    if text == "/wait":
        await asyncio.Event().wait()
    if text == "/modules":
        loaded = {"rich", "prompt_toolkit", "structlog"} & set(sys.modules)
        return Reply((Text(f"loaded: {sorted(loaded)}"),))
    if text == "/language zh":
        languages.append("zh_Hans")
    if text == "/paper":
        return Reply((Card(paper_id="arxiv:2401.00001", title="Walking Backwards", authors=("Ada First",)),))
    return Reply((Text(f"{chat.key.platform} {chat.key.external_id} heard {text!r}", "ok"),))


async def main() -> int:
    """Run the chat until its input ends or SIGTERM comes."""
    history = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    commands = (("search", "find papers"), ("subscribe", "get new papers"))
    sender = ConsoleSender(terminal=on_terminal())
    chat = asyncio.create_task(
        ConsoleListener(dispatch, open_chat, sender, history=history, commands=commands).run()
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, chat.cancel)
    try:
        return await chat
    except asyncio.CancelledError:
        return TERMINATED


if __name__ == "__main__":
    if on_terminal():
        # Ctrl-C of a pseudo-terminal reaches only the session whose own terminal it is.
        with suppress(OSError):
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    sys.exit(asyncio.run(main()))
