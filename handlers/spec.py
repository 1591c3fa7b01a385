"""The specification of a command: its name, its help, and the function that answers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.domain.chat.command import CommandRequest, Reply
    from bot.services.chat_services import ChatServices

    Handle = Callable[[CommandRequest, ChatServices], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """The specification of a command.

    Attributes:
        name: what is typed, without slash, lower case.
        usage: its arguments, as a msgid; empty where it takes none.
        summary: what it does in one line, as a msgid.
        handle: answers it.
        aliases: other names, such as those of other bots.
        changes: whether it changes what a chat gets: in a group that is for its admins.
        keeps: whether it changes what a chat keeps for itself, which is for everybody in it.
        posts: whether its answer is meant for all readers of the chat it is about, as a digest is: asked for
            from elsewhere, it goes there.
        only_on: the platform whose chats alone have a use for it; empty for all.
    """

    name: str
    usage: str
    summary: str
    handle: Handle
    aliases: tuple[str, ...] = ()
    changes: bool = False
    keeps: bool = False
    posts: bool = False
    only_on: str = ""
