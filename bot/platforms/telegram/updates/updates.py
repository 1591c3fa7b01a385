"""Parses Telegram's updates into commands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from telegram import ReactionTypeEmoji
from telegram.constants import ChatMemberStatus, ChatType

from bot.domain.chat.command import ChatKey, command_meant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from telegram import (
        Chat,
        ChatMemberUpdated,
        InlineQuery,
        MaybeInaccessibleMessage,
        Message,
        MessageReactionUpdated,
        ReactionType,
        Update,
    )

PLATFORM: Final = "telegram"
NO_BUTTON: Final = "#"
"""Stands for no command (`bot.services.platform_state.callback_store`)."""

_SLASHES: Final = ("/", "／")
_COMMAND = re.compile(rf"\s*[{''.join(_SLASHES)}](?P<name>[^\s@/]+)(?:@(?P<bot>\w+))?")
_HERE: Final = frozenset({ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER})


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A user's request in a chat.

    Attributes:
        key: the chat.
        text: what was typed; of a button, what is in it.
        user_id: the user, or None where a channel or an anonymous admin does.
        is_private: whether it is that person's own chat.
        is_channel: whether it is a channel, where all readers see what is posted.
        is_admin: True where Telegram has said so already (anonymous admins, channels).
        language: the person's language as Telegram names it, or None.
        pressed: the id of the pressed button's query, or None where it was typed.
        message_id: the message that the button belongs to.
        is_offered: whether that message has such a button; an app of somebody's own may send anything.
        is_forwarded: whether somebody else, or at another time, wrote what was sent here.
    """

    key: ChatKey
    text: str
    user_id: int | None
    is_private: bool
    is_channel: bool = False
    is_admin: bool = False
    language: str | None = None
    pressed: str | None = None
    message_id: int | None = None
    is_offered: bool = False
    is_forwarded: bool = False


@dataclass(frozen=True, slots=True)
class InlineSearch:
    """An inline query.

    Attributes:
        key: that person's own chat with us, which may not exist.
        query_id: what the answer belongs to.
        text: what is looked for; may be empty.
        offset: what we gave with the results before, empty at first.
        language: the person's language as Telegram names it, or None.
    """

    key: ChatKey
    query_id: str
    text: str
    offset: str
    language: str | None


@dataclass(frozen=True, slots=True)
class ReactionUpdate:
    """A user added a reaction to a message, or removed it.

    Attributes:
        key: the chat; Telegram does not say in which topic.
        message_id: the message.
        user_id: who, or None where a channel or an anonymous admin did.
        is_private: whether it is that person's own chat.
        added: the emoji that are there now and were not before.
        removed: those that were there and are not now.
        left: all that are there now.
    """

    key: ChatKey
    message_id: int
    user_id: int | None
    is_private: bool
    added: frozenset[str]
    removed: frozenset[str]
    left: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Membership:
    """The bot gained or lost the right to write to a chat.

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


Read = ChatRequest | InlineSearch | ReactionUpdate | Membership | Migration


def read_update(update: Update, *, username: str, commands: frozenset[str]) -> Read | None:
    """Return what an update asks of us, or None where it is not for us.

    Args:
        update: as the library parsed it.
        username: ours, without @.
        commands: the names and aliases of our commands, without slash.
    """
    read: Read | None = None
    if update.callback_query is not None:
        read = _pressed(update)
    elif update.inline_query is not None:
        read = _searched(update.inline_query)
    elif update.message_reaction is not None:
        read = _reacted(update.message_reaction)
    elif update.my_chat_member is not None:
        read = _membership(update.my_chat_member)
    elif message := update.message or update.channel_post:
        if message.migrate_to_chat_id is not None:
            read = Migration(_key(message.chat, None), str(message.migrate_to_chat_id))
        else:
            read = _typed(message, username, commands)
    return read


def command_of(text: str) -> str | None:
    """Return the name of the command with which a text begins, in lower case; None where there is none."""
    named = _COMMAND.match(text)
    return named["name"].casefold() if named else None


def _typed(message: Message, username: str, commands: frozenset[str]) -> ChatRequest | None:
    if _is_by_a_bot(message) or message.is_automatic_forward:
        return None  # else bots would answer each other; a channel's post is answered in the channel
    text = message.text or message.caption or ""
    private = message.chat.type == ChatType.PRIVATE
    if not private:
        text = _meant_for_us(text, username, commands)
    if not text.strip():
        return None
    anonymous = message.sender_chat is not None and message.sender_chat.id == message.chat.id
    sender = message.from_user
    return ChatRequest(
        key=_key(message.chat, message),
        text=text,
        user_id=None if anonymous or sender is None else sender.id,
        is_private=private,
        is_channel=message.chat.type == ChatType.CHANNEL,
        is_admin=anonymous,
        language=sender.language_code if sender and private else None,
        is_forwarded=message.forward_origin is not None,
    )


def _meant_for_us(text: str, username: str, commands: frozenset[str]) -> str:
    """Return what of a text in a group is for us: a command or a mention.

    What people say to each other below a digest is not, nor is another bot's command, or a path.
    """
    named = _COMMAND.match(text)
    if named and named["bot"]:
        return text if named["bot"].casefold() == username.casefold() else ""
    if not text.lstrip().startswith(_SLASHES):
        mention = re.compile(rf"@{re.escape(username)}\b", re.IGNORECASE)
        if not mention.search(text):
            return ""
        text = mention.sub(" ", text).strip()
        if not text.startswith(_SLASHES):
            return text
        named = _COMMAND.match(text)
    is_ours = named is not None and (named["bot"] or command_meant(named["name"], commands))
    return text if is_ours else ""


def _is_by_a_bot(message: Message) -> bool:
    """Whether a bot wrote a message, or gave it to a person by inline mode, as we do with our cards.

    Who writes as a group or a channel seems to be a bot of Telegram's, and is none.
    """
    author = message.from_user
    return message.via_bot is not None or (
        author is not None and author.is_bot and message.sender_chat is None
    )


def _pressed(update: Update) -> ChatRequest | None:
    query = update.callback_query
    if query is None or query.data is None:
        return None
    if query.message is None:  # it was sent by inline mode, or is gone
        own = ChatKey(PLATFORM, str(query.from_user.id))
        language = query.from_user.language_code
        return ChatRequest(own, NO_BUTTON, query.from_user.id, True, language=language, pressed=query.id)
    message = query.message if query.message.is_accessible else None
    # Of a message that is gone Telegram does not say in which topic it was; each has its own subscriptions.
    is_known = message is not None or not query.message.chat.is_forum
    return ChatRequest(
        key=_key(query.message.chat, message),  # type: ignore[arg-type] # an accessible one is a Message
        text=query.data if is_known else NO_BUTTON,
        user_id=query.from_user.id,
        is_private=query.message.chat.type == ChatType.PRIVATE,
        is_channel=query.message.chat.type == ChatType.CHANNEL,
        language=query.from_user.language_code,
        pressed=query.id,
        message_id=query.message.message_id,
        is_offered=query.data in _data(message),
    )


def _data(message: MaybeInaccessibleMessage | None) -> Iterator[object]:
    """Yield what is in the buttons of a message."""
    markup = getattr(message, "reply_markup", None)
    return (key.callback_data for row in markup.inline_keyboard for key in row) if markup else iter(())


def _searched(query: InlineQuery) -> InlineSearch:
    person = query.from_user
    return InlineSearch(
        ChatKey(PLATFORM, str(person.id)), query.id, query.query, query.offset, person.language_code
    )


def _reacted(changed: MessageReactionUpdated) -> ReactionUpdate:
    old, new = _emoji(changed.old_reaction), _emoji(changed.new_reaction)
    return ReactionUpdate(
        key=_key(changed.chat, None),
        message_id=changed.message_id,
        user_id=changed.user.id if changed.user else None,
        is_private=changed.chat.type == ChatType.PRIVATE,
        added=new - old,
        removed=old - new,
        left=new,
    )


def _emoji(reactions: Iterable[ReactionType]) -> frozenset[str]:
    return frozenset(one.emoji for one in reactions if isinstance(one, ReactionTypeEmoji))


def _membership(changed: ChatMemberUpdated) -> Membership:
    now = changed.new_chat_member
    here = now.status in _HERE or (
        now.status == ChatMemberStatus.RESTRICTED and bool(getattr(now, "can_send_messages", False))
    )
    return Membership(_key(changed.chat, None), here, changed.chat.type == ChatType.PRIVATE)


def _key(chat: Chat, message: Message | None) -> ChatKey:
    thread = message.message_thread_id if message is not None and message.is_topic_message else None
    return ChatKey(PLATFORM, str(chat.id), thread=str(thread) if thread else "")
