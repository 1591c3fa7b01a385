"""From Telegram's updates to what they ask of us; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from telegram.constants import ChatMemberStatus, ChatType

from bot.domain.command import ChatKey

if TYPE_CHECKING:
    from telegram import Chat, ChatMemberUpdated, Message, Update

PLATFORM: Final = "telegram"

_COMMAND = re.compile(r"\s*[/／][^\s@/]+@(?P<bot>\w+)")
_HERE: Final = frozenset({ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER})


@dataclass(frozen=True, slots=True)
class Asked:
    """Something a person wants answered in a chat.

    Attributes:
        key: the chat.
        text: what was typed; of a button, what stands in it.
        user_id: who asks, or None where a channel or an anonymous admin does.
        is_private: whether it is that person's own chat.
        is_admin: True where Telegram has said so already (anonymous admins, channels).
        language: the person's language as Telegram names it, or None.
        pressed: the id of the pressed button's query, or None where it was typed.
        message_id: the message that the button belongs to.
    """

    key: ChatKey
    text: str
    user_id: int | None
    is_private: bool
    is_admin: bool = False
    language: str | None = None
    pressed: str | None = None
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """We may, or may not any more, write to a chat.

    Attributes:
        key: the chat; its topics share the fate.
        is_here: whether we may.
        is_private: whether it is a person's own chat.
    """

    key: ChatKey
    is_here: bool
    is_private: bool


@dataclass(frozen=True, slots=True)
class Migration:
    """A group became a supergroup.

    Attributes:
        key: the chat as it was.
        external_id: its new id.
    """

    key: ChatKey
    external_id: str


def read_update(update: Update, *, username: str) -> Asked | Membership | Migration | None:
    """Return what an update asks of us, or None where it is not for us.

    Args:
        update: as the library parsed it.
        username: ours, without @.
    """
    if update.callback_query is not None:
        return _pressed(update)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member)
    message = update.message or update.channel_post
    if message is None:
        return None
    if message.migrate_to_chat_id is not None:
        return Migration(_key(message.chat, None), str(message.migrate_to_chat_id))
    return _typed(message, username)


def _typed(message: Message, username: str) -> Asked | None:
    text = message.text or ""
    private = message.chat.type == ChatType.PRIVATE
    if not private:
        text = _meant_for_us(text, message, username)
    if not text.strip():
        return None
    anonymous = message.sender_chat is not None and message.sender_chat.id == message.chat.id
    sender = message.from_user
    return Asked(
        key=_key(message.chat, message),
        text=text,
        user_id=None if anonymous or sender is None else sender.id,
        is_private=private,
        is_admin=anonymous,
        language=sender.language_code if sender and private else None,
    )


def _meant_for_us(text: str, message: Message, username: str) -> str:
    """Return what of a text in a group is for us: a command, a mention, or an answer to our message."""
    named = _COMMAND.match(text)
    if named:
        return text if named["bot"].casefold() == username.casefold() else ""
    if text.lstrip().startswith(("/", "／")):
        return text
    mention = re.compile(rf"@{re.escape(username)}\b", re.IGNORECASE)
    if mention.search(text):
        return mention.sub(" ", text).strip()
    answered = message.reply_to_message
    if (
        answered
        and answered.from_user
        and (answered.from_user.username or "").casefold() == username.casefold()
    ):
        return text
    return ""


def _pressed(update: Update) -> Asked | None:
    query = update.callback_query
    if query is None or query.message is None or query.data is None:
        return None
    message = query.message if query.message.is_accessible else None
    return Asked(
        key=_key(query.message.chat, message),  # type: ignore[arg-type] # an accessible one is a Message
        text=query.data,
        user_id=query.from_user.id,
        is_private=query.message.chat.type == ChatType.PRIVATE,
        language=query.from_user.language_code,
        pressed=query.id,
        message_id=query.message.message_id,
    )


def _membership(changed: ChatMemberUpdated) -> Membership:
    now = changed.new_chat_member
    here = now.status in _HERE or (
        now.status == ChatMemberStatus.RESTRICTED and bool(getattr(now, "can_send_messages", False))
    )
    return Membership(_key(changed.chat, None), here, changed.chat.type == ChatType.PRIVATE)


def _key(chat: Chat, message: Message | None) -> ChatKey:
    thread = message.message_thread_id if message is not None and message.is_topic_message else None
    return ChatKey(PLATFORM, str(chat.id), thread=str(thread) if thread else "")
