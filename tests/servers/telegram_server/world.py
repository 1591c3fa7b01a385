"""Everything the server knows, and what changes it."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from server_parts.changes import Changes

from telegram_server.connections.updates import UpdateQueue
from telegram_server.model import Chat, Message, User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from telegram_server.api.params import Params, Upload
    from telegram_server.texts.entities import Formatted

TOKEN = "871000:AAF-invented-token-of-the-test-bot0"
"""Of the form that Telegram's have; it opens nothing."""

_TOKEN = re.compile(r"[0-9]{3,12}:[A-Za-z0-9_-]{30,50}")


def is_token(text: str) -> bool:
    """Return whether a text could be a token; of others Telegram says 404."""
    return _TOKEN.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Call:
    """One request that was read.

    Attributes:
        number: rises with each request, from 1.
        method: in small letters.
        params: what it says.
    """

    number: int
    method: str
    params: Params


@dataclass(eq=False, slots=True)
class Logged:
    """What happened to a request.

    Attributes:
        call: the request.
        accepted: whether it was carried out.
        refusal: what Telegram answered instead, or None.
        fault: the class of the planned fault it met, or None.
        answered: whether an answer was written to the connection.
    """

    call: Call
    accepted: bool = False
    refusal: str | None = None
    fault: str | None = None
    answered: bool = False

    def __str__(self) -> str:
        """One line for a failure report."""
        became = "accepted" if self.accepted else self.refusal or self.fault or "under way"
        said = self.call.params.text("text")[:60]
        return f"{self.call.number} {self.call.method} {self.call.params.text('chat_id')} {said!r}: {became}"


@dataclass(eq=False, slots=True)
class Query:
    """A pressed button or an inline query that waits for its answer.

    Attributes:
        answer: the parameters of the answer, or None.
    """

    id: str
    user: User
    answer: Params | None = None


@dataclass(eq=False, slots=True)
class Webhook:
    """Where updates are posted to."""

    url: str
    secret: str = ""
    most_connections: int = 40
    error: str | None = None


@dataclass(eq=False, slots=True, kw_only=True)
class World:
    """The state of Telegram as this bot sees it.

    Attributes:
        bot: the bot's own user.
        token: the only one that is known.
        reads_all: False in privacy mode, where groups show the bot only what is for it.
        commands: by scope (its JSON) and language; the texts likewise.
        files: what can be downloaded, by file id.
        revisions: by chat id, how often the bot sent, edited or deleted something there.
    """

    bot: User
    token: str = TOKEN
    reads_all: bool = False
    clock: Callable[[], float] = time.time
    changes: Changes = field(default_factory=Changes)
    updates: UpdateQueue = field(default_factory=UpdateQueue)
    users: dict[int, User] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    log: list[Logged] = field(default_factory=list)
    presses: dict[str, Query] = field(default_factory=dict)
    inline_queries: dict[str, Query] = field(default_factory=dict)
    webhook: Webhook | None = None
    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    actions: list[tuple[Chat, str]] = field(default_factory=list)
    files: dict[str, Upload] = field(default_factory=dict)
    revisions: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    logged_out: bool = False
    # One count for private chats and groups together, as in Telegram's own accounts.
    account_ids: Iterator[int] = field(default_factory=lambda: count(101))
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def now(self) -> int:
        """Seconds since 1970, UTC."""
        return int(self.clock())

    def tell(self, kind: str, content: dict[str, Any]) -> int | None:
        """Queue an update for the bot; return its id, or None where it did not ask for the kind."""
        update_id = self.updates.add(kind, content)
        self.changes.tell()
        return update_id

    def post(
        self, chat: Chat, author: User, content: Formatted, *, number: int = 0, **fields: Any
    ) -> Message:
        """Put a message into a chat."""
        ids = chat.ids if chat.kind in {"supergroup", "channel"} else self.account_ids
        message = Message(
            id=next(ids),
            chat=chat,
            date=self.now,
            author=author,
            content=content,
            number=number,
            **fields,
        )
        chat.history[message.id] = message
        if author is self.bot and not message.service:
            chat.messages.append(message)
            self.revised(chat)
        return message

    def revised(self, chat: Chat) -> None:
        """Count a change that the bot made in a chat."""
        self.revisions[chat.id] += 1
        self.changes.tell()

    def keep_file(self, upload: Upload) -> str:
        """Store a file; return its id."""
        file_id = f"BQACAgIAAx{len(self.files) + 1:06d}"
        self.files[file_id] = upload
        return file_id
