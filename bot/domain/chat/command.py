"""Platform-neutral commands and replies."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.domain.cards.card import Card


SLIP: Final = 0.8
"""How alike a word and a name are (`difflib`), where the word is the name but for a slip of the fingers."""


def command_meant(word: str, names: Collection[str], *, likeness: float = SLIP) -> str | None:
    """Return the name of a command that a word is, or comes nearest to; None where it is like none of them.

    Args:
        word: without slash, in whatever case.
        names: of commands, in lower case.
        likeness: from 0 to 1; how alike they are at least.
    """
    near = get_close_matches(word.casefold(), names, n=1, cutoff=likeness)
    return near[0] if near else None


@dataclass(frozen=True, slots=True)
class ChatKey:
    """A chat as its platform identifies it.

    Attributes:
        platform: `console`, `telegram` or `slack`.
        tenant: the workspace on platforms that have several, else empty.
        external_id: the platform's id of the chat.
        thread: the topic or thread within the chat, else empty.
    """

    platform: str
    external_id: str
    tenant: str = ""
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat that is stored.

    Attributes:
        id: its row.
        key: its name on its platform.
        language: `en` or `zh_Hans`.
        zone: an IANA time zone name.
    """

    id: int
    key: ChatKey
    language: str
    zone: str


@dataclass(frozen=True, slots=True)
class CommandRequest:
    """A command that a user typed or pressed.

    Attributes:
        command: its name, lower case, without slash.
        args: the rest, as typed; may hold several lines.
        chat: where it was asked and where the answer goes.
        now: the time of asking, timezone-aware UTC.
    """

    command: str
    args: str
    chat: Chat
    now: datetime


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph of a reply, translated; may have several lines.

    Attributes:
        text: plain text; renderers escape it.
        tone: what it is, for colours and signs; `code` is to be copied as it stands, `quote` is somebody
            else's text, such as an abstract: nothing in it is a command.
    """

    text: str
    tone: Literal["plain", "heading", "ok", "warning", "error", "hint", "code", "quote"] = "plain"


@dataclass(frozen=True, slots=True)
class Button:
    """A next step: a button where the platform has buttons, otherwise the command to type.

    Attributes:
        label: its text, already translated.
        command: the command it stands for, with its slash.
    """

    label: str
    command: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The reply to a command.

    Attributes:
        parts: paragraphs and cards, in order.
        buttons: what to do next.
    """

    parts: tuple[Text | Card, ...]
    buttons: tuple[Button, ...] = ()
