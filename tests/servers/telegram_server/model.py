"""Who and what there is: users, chats, topics, messages. The server alone changes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

from telegram_server.texts.entities import cut_utf16

if TYPE_CHECKING:
    from collections.abc import Iterator

    from telegram_server.api.params import Upload
    from telegram_server.texts.entities import Formatted

ChatKind = Literal["private", "group", "supergroup", "channel"]
Status = Literal["creator", "administrator", "member", "restricted", "left", "kicked"]

PRESENT = frozenset({"creator", "administrator", "member", "restricted"})
ADMINS = frozenset({"creator", "administrator"})
GENERAL = 1
"""The thread of a forum's General topic, which can't be named in a request."""


@dataclass(eq=False, slots=True)
class User:
    """A person, or the bot.

    Attributes:
        id: over 32 bits, as Telegram's are today.
        deleted: whether the account is gone.
    """

    id: int
    first_name: str
    language: str | None = "en"
    username: str | None = None
    is_bot: bool = False
    deleted: bool = False

    @property
    def as_json(self) -> dict[str, Any]:
        """The `User` object."""
        said = {"username": self.username, "language_code": self.language}
        known = {name: value for name, value in said.items() if value is not None}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name} | known


@dataclass(frozen=True, slots=True)
class Button:
    """One button under a message; exactly one of the last three says what it does."""

    label: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """What a message said before it was edited."""

    text: str
    html: str | None
    buttons: tuple[tuple[Button, ...], ...]


@dataclass(eq=False, slots=True, kw_only=True)
class Message:
    """A message that Telegram accepted.

    Attributes:
        id: its `message_id`; private chats and groups share one count, supergroups have their own.
        number: of the request that brought it; 0 where a person wrote it.
        author: who wrote it; in channels and for anonymous admins `sender_chat` is shown instead.
        html: the text as it was sent where it was sent with parse_mode HTML.
        content: the shown text and its entities; of a document, the caption.
        preview: its `LinkPreviewOptions`, or None where Telegram chooses.
        date: seconds since 1970, UTC.
        edits: what it said before, oldest first.
    """

    id: int
    chat: Chat
    date: int
    author: User
    content: Formatted
    number: int = 0
    html: str | None = None
    buttons: tuple[tuple[Button, ...], ...] = ()
    markup: dict[str, Any] | None = None
    preview: dict[str, Any] | None = None
    thread: int | None = None
    anonymous: bool = False
    silent: bool = False
    document: Upload | None = None
    document_id: str = ""
    reply_to: Message | None = None
    deleted: bool = False
    edits: list[Version] = field(default_factory=list)
    reactions: dict[int, tuple[str, ...]] = field(default_factory=dict)
    service: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What is shown."""
        return self.content.text

    @property
    def entities(self) -> tuple[dict[str, Any], ...]:
        """Its `MessageEntity` objects, those that Telegram found by itself too."""
        return self.content.entities

    @property
    def labels(self) -> list[str]:
        """The texts of its buttons, row after row."""
        return [button.label for row in self.buttons for button in row]

    @property
    def links(self) -> list[tuple[str, str]]:
        """What can be touched to open a page: the shown text and the address."""
        return [
            (cut_utf16(self.text, entity["offset"], entity["length"]), entity["url"])
            for entity in self.entities
            if entity["type"] == "text_link"
        ]

    def button(self, label: str) -> Button:
        """Return the button of that label.

        Raises:
            LookupError: there is none; says which there are.
        """
        for row in self.buttons:
            for button in row:
                if button.label == label:
                    return button
        raise LookupError(f"no button {label!r}; there are {self.labels}")

    @property
    def as_json(self) -> dict[str, Any]:
        """The `Message` object."""
        said: dict[str, Any] = {"message_id": self.id, "date": self.date, "chat": self.chat.as_json}
        said |= self._sender
        if self.thread is not None:
            said |= {"message_thread_id": self.thread, "is_topic_message": True}
        if self.reply_to is not None:
            answered = self.reply_to.as_json
            answered.pop("reply_to_message", None)  # Telegram shows one step only
            said["reply_to_message"] = answered
        entities = [dict(entity) for entity in self.entities]
        if self.document is not None:
            said["document"] = {
                "file_id": self.document_id,
                "file_unique_id": self.document_id,
                "file_name": self.document.name,
                "mime_type": self.document.mime_type,
                "file_size": len(self.document.content),
            }
            said |= {"caption": self.text, "caption_entities": entities} if self.text else {}
        elif not self.service:
            said |= {"text": self.text} | ({"entities": entities} if entities else {})
        said |= {"reply_markup": self.markup} if self.markup else {}
        said |= {"edit_date": self.date} if self.edits else {}
        return said | self.service

    @property
    def _sender(self) -> dict[str, Any]:
        if self.chat.kind == "channel":
            return {"sender_chat": self.chat.as_json}
        if self.anonymous:
            return {"from": ANONYMOUS.as_json, "sender_chat": self.chat.as_json}
        return {"from": self.author.as_json}


ANONYMOUS = User(1087968824, "Group", language=None, username="GroupAnonymousBot", is_bot=True)
"""Who writes where an admin is anonymous (core.telegram.org/bots/api#message, `sender_chat`)."""


@dataclass(eq=False, slots=True)
class Topic:
    """A topic of a forum."""

    chat: Chat
    thread: int
    name: str
    closed: bool = False
    deleted: bool = False


@dataclass(eq=False, slots=True, kw_only=True)
class Chat:
    """A chat that the bot may know.

    Attributes:
        id: negative but for private chats.
        title: of a private chat, the person's name.
        members: what each user, the bot among them, is there; whoever is missing never was.
        muted: whether members, the bot among them, may not write.
        migrated_to: the supergroup that it became.
        history: all messages by id, those of people too.
        messages: what the bot was allowed to say, in order; deleted ones stay.
    """

    id: int
    kind: ChatKind
    title: str
    person: User | None = None
    username: str | None = None
    is_forum: bool = False
    members: dict[int, Status] = field(default_factory=dict)
    people: dict[int, User] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    muted: bool = False
    deleted: bool = False
    migrated_to: Chat | None = None
    history: dict[int, Message] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    ids: Iterator[int] = field(default_factory=lambda: count(GENERAL + 1))

    def status(self, user: User) -> Status:
        """Return what a user is in this chat."""
        return self.members.get(user.id, "left")

    def has(self, user: User) -> bool:
        """Return whether a user is in this chat."""
        return self.status(user) in PRESENT

    def is_admin(self, user: User) -> bool:
        """Return whether a user is an admin of this chat."""
        return self.status(user) in ADMINS

    @property
    def last(self) -> Message:
        """The bot's last message."""
        return self.messages[-1]

    @property
    def texts(self) -> list[str]:
        """What the bot's messages show now, in order."""
        return [message.text for message in self.messages if not message.deleted]

    @property
    def as_json(self) -> dict[str, Any]:
        """The `Chat` object."""
        said: dict[str, Any] = {"id": self.id, "type": self.kind}
        if self.person is not None:
            said["first_name"] = self.person.first_name
        else:
            said["title"] = self.title
        username = self.person.username if self.person else self.username
        said |= {"username": username} if username else {}
        return said | ({"is_forum": True} if self.is_forum else {})
