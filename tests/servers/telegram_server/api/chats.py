"""Methods about chats and their members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram_server.api.access import chat_of, reachable_chat, user_of
from telegram_server.api.refusal import bad_request

if TYPE_CHECKING:
    from telegram_server.model import Chat, Status, User
    from telegram_server.world import Call, World

_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
_PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
    "can_edit_tag",
)


def member_json(chat: Chat, user: User, status: Status) -> dict[str, Any]:
    """Return the `ChatMember` object of a user with a status."""
    said: dict[str, Any] = {"user": user.as_json, "status": status}
    if status == "creator":
        said["is_anonymous"] = False
    elif status == "administrator":
        said |= dict.fromkeys(_RIGHTS, True) | {"can_be_edited": False, "is_anonymous": False}
        said |= {"can_pin_messages": True} if chat.kind != "channel" else {"can_post_messages": True}
        said |= {"can_manage_topics": True} if chat.is_forum else {}
    elif status == "restricted":
        said |= dict.fromkeys(_PERMISSIONS, False) | {"is_member": True, "until_date": 0}
    elif status == "kicked":
        said["until_date"] = 0
    return said


def get_chat(world: World, call: Call) -> Any:
    """core.telegram.org/bots/api#getchat."""
    chat = reachable_chat(world, call.params)
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    full: dict[str, Any] = {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }
    if chat.kind in {"group", "supergroup"}:
        full["permissions"] = dict.fromkeys(_PERMISSIONS, not chat.muted)
    return chat.as_json | full


def get_chat_member(world: World, call: Call) -> Any:
    """core.telegram.org/bots/api#getchatmember; who never was there has left."""
    chat = reachable_chat(world, call.params)
    _check_list(world, chat)
    user = user_of(world, call.params)
    return member_json(chat, user, chat.status(user))


def get_chat_administrators(world: World, call: Call) -> Any:
    """core.telegram.org/bots/api#getchatadministrators; other bots than this one are left out."""
    chat = reachable_chat(world, call.params)
    if chat.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    _check_list(world, chat)
    return [
        member_json(chat, user, chat.status(user))
        for user in chat.people.values()
        if chat.is_admin(user) and (not user.is_bot or user is world.bot)
    ]


def get_chat_member_count(world: World, call: Call) -> Any:
    """core.telegram.org/bots/api#getchatmembercount."""
    chat = reachable_chat(world, call.params)
    return sum(chat.has(user) for user in chat.people.values())


def leave_chat(world: World, call: Call) -> Any:
    """core.telegram.org/bots/api#leavechat; the bot hears of it as of any change of its membership."""
    chat = chat_of(world, call.params)
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    reachable_chat(world, call.params)
    change_status(world, chat, world.bot, "left", by=world.bot)
    return True


def change_status(world: World, chat: Chat, user: User, status: Status, *, by: User) -> int | None:
    """Give a user another status and tell the bot as Telegram does; return the update's id.

    Of others than itself the bot hears only as an admin, and where it named `chat_member`.
    """
    before = chat.status(user)
    chat.members[user.id] = status
    chat.people[user.id] = user
    changed = {
        "chat": chat.as_json,
        "from": by.as_json,
        "date": world.now,
        "old_chat_member": member_json(chat, user, before),
        "new_chat_member": member_json(chat, user, status),
    }
    if user is world.bot:
        return world.tell("my_chat_member", changed)
    return world.tell("chat_member", changed) if chat.is_admin(world.bot) else None


def _check_list(world: World, chat: Chat) -> None:
    if chat.kind == "channel" and not chat.is_admin(world.bot):
        raise bad_request("member list is inaccessible")
