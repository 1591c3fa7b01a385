"""The console as a delivery target: prints digests while the chat is open."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from bot.errors import NotSentError
from bot.platforms.console.sender import OutputClosedError

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from bot.domain.chat.command import Chat, Reply
    from bot.platforms.console.sender import ConsoleSender


class ConsolePlatform:
    """Prints digests; the `bot.ports.Platform` of the console.

    Args:
        sender: prints.
    """

    def __init__(self, sender: ConsoleSender) -> None:
        self._sender = sender

    def turn(self, chat: Chat) -> AbstractAsyncContextManager[object]:  # noqa: ARG002 (the port's)
        """Wait for nothing: a terminal takes what it gets."""
        return nullcontext()

    async def send(self, chat: Chat, message: Reply, *, delivery_id: int, plain: bool) -> str:  # noqa: ARG002
        """Print a message."""
        try:
            self._sender.send(message, chat.language)
        except OutputClosedError as error:
            raise NotSentError("the output is closed") from error
        return "printed"
