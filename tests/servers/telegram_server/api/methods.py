"""The methods there are, by their names in small letters: Telegram does not mind capitals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram_server.api import account, chats, messages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from telegram_server.world import Call, World

METHODS: Mapping[str, Callable[[World, Call], Any]] = {
    "getme": account.get_me,
    "setmycommands": account.set_my_commands,
    "getmycommands": account.get_my_commands,
    "deletemycommands": account.delete_my_commands,
    "setmydescription": account.setter("description", 512),
    "getmydescription": account.getter("description"),
    "setmyshortdescription": account.setter("short_description", 120),
    "getmyshortdescription": account.getter("short_description"),
    "setmyname": account.setter("name", 64),
    "getmyname": account.getter("name"),
    "setwebhook": account.set_webhook,
    "deletewebhook": account.delete_webhook,
    "getwebhookinfo": account.get_webhook_info,
    "getfile": account.get_file,
    "logout": account.log_out,
    "close": account.close,
    "sendmessage": messages.send_message,
    "senddocument": messages.send_document,
    "editmessagetext": messages.edit_message_text,
    "editmessagereplymarkup": messages.edit_message_reply_markup,
    "deletemessage": messages.delete_message,
    "setmessagereaction": messages.set_message_reaction,
    "sendchataction": messages.send_chat_action,
    "answercallbackquery": messages.answer_callback_query,
    "answerinlinequery": messages.answer_inline_query,
    "getchat": chats.get_chat,
    "getchatmember": chats.get_chat_member,
    "getchatadministrators": chats.get_chat_administrators,
    "getchatmembercount": chats.get_chat_member_count,
    "leavechat": chats.leave_chat,
}
"""All but getUpdates, which waits."""

SENDS = frozenset({"sendmessage", "senddocument"})
"""What Telegram's flood limits count."""
