"""Where the bot may read and write, and what Telegram answers where it may not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram_server.api.refusal import Refusal, bad_request, forbidden
from telegram_server.model import GENERAL

if TYPE_CHECKING:
    from telegram_server.api.params import Params
    from telegram_server.model import Chat, Message, User
    from telegram_server.world import World


def chat_of(world: World, params: Params) -> Chat:
    """Return the chat that a request names.

    Raises:
        Refusal: it is not there, or became another one.
    """
    named = params.text("chat_id").strip()
    if not named:
        raise bad_request("chat_id is empty")
    if named.startswith("@"):
        chat = next((one for one in world.chats.values() if one.username == named[1:]), None)
    else:
        try:
            chat = world.chats.get(int(named))
        except ValueError:
            chat = None
    if chat is None:
        raise bad_request("chat not found")
    if chat.migrated_to is not None:
        raise Refusal(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            migrate_to_chat_id=chat.migrated_to.id,
        )
    return chat


def reachable_chat(world: World, params: Params) -> Chat:
    """Return the chat that a request names and the bot is in.

    Raises:
        Refusal: the bot is not there (any more).
    """
    chat = chat_of(world, params)
    if chat.person is not None and chat.person.deleted:
        raise forbidden("user is deactivated")
    if chat.deleted:
        raise forbidden("the group chat was deleted")
    if not chat.has(world.bot):
        if chat.kind == "private":
            raise forbidden("bot was blocked by the user")
        if chat.status(world.bot) == "kicked":
            raise forbidden(f"bot was kicked from the {chat.kind} chat")
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
    return chat


def writable_chat(world: World, params: Params) -> Chat:
    """Return the chat that a request names and the bot may write to.

    Raises:
        Refusal: it may not.
    """
    chat = reachable_chat(world, params)
    if chat.kind == "channel" and not chat.is_admin(world.bot):
        raise bad_request("need administrator rights in the channel chat")
    silenced = chat.muted or chat.status(world.bot) == "restricted"
    if silenced and not chat.is_admin(world.bot):
        raise bad_request("not enough rights to send text messages to the chat")
    return chat


def thread_of(world: World, chat: Chat, params: Params) -> int | None:
    """Return the topic that a request names, or None.

    The General topic has no number that a request could give: 1 is refused as any unknown one is.

    Raises:
        Refusal: there is no such topic, or it is closed.
    """
    thread = params.integer("message_thread_id") or None
    if thread is None:
        general = chat.topics.get(GENERAL)
        if general is not None and general.closed and not chat.is_admin(world.bot):
            raise bad_request("TOPIC_CLOSED")
        return None
    topic = chat.topics.get(thread)
    if topic is None or topic.deleted or thread == GENERAL:
        raise bad_request("message thread not found")
    if topic.closed and not chat.is_admin(world.bot):
        raise bad_request("TOPIC_CLOSED")
    return thread


def message_of(chat: Chat, params: Params, missing: str) -> Message:
    """Return the message that a request names.

    Args:
        chat: where it is.
        params: of the request.
        missing: what Telegram says where there is none.
    """
    message = chat.history.get(params.integer("message_id") or 0)
    if message is None or message.deleted:
        raise bad_request(missing)
    return message


def user_of(world: World, params: Params) -> User:
    """Return the user that a request names."""
    user = world.users.get(params.integer("user_id") or 0)
    if user is None:
        raise bad_request("invalid user_id specified")
    return user
