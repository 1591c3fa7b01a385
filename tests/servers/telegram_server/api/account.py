"""Methods about the bot itself: who it is, its menu, its webhook, its session."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from telegram_server.api.refusal import bad_request
from telegram_server.texts.entities import utf16
from telegram_server.world import Webhook

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram_server.world import Call, World

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
_SCOPES = frozenset(
    {
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    }
)


def get_me(world: World, _: Call) -> Any:
    """core.telegram.org/bots/api#getme."""
    can = {
        "can_join_groups": True,
        "can_read_all_group_messages": world.reads_all,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return world.bot.as_json | can


def set_my_commands(world: World, call: Call) -> Any:
    """core.telegram.org/bots/api#setmycommands."""
    key = _scope(call), _language(call)
    commands = call.params.structure("commands") or []
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(str(command.get("command", ""))):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= utf16(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[key] = commands
    world.changes.tell()
    return True


def get_my_commands(world: World, call: Call) -> Any:
    """core.telegram.org/bots/api#getmycommands."""
    return world.commands.get((_scope(call), _language(call)), [])


def delete_my_commands(world: World, call: Call) -> Any:
    """core.telegram.org/bots/api#deletemycommands."""
    world.commands.pop((_scope(call), _language(call)), None)
    return True


def setter(name: str, most: int) -> Callable[[World, Call], Any]:
    """Return the method that stores a text of the bot for a language, such as its description.

    Args:
        name: the parameter.
        most: UTF-16 units.
    """

    def method(world: World, call: Call) -> Any:
        if utf16(call.params.text(name)) > most:
            raise bad_request(f"bot {name.replace('_', ' ')} is too long")
        world.texts[name, _language(call)] = call.params.text(name)
        world.changes.tell()
        return True

    return method


def getter(name: str) -> Callable[[World, Call], Any]:
    """Return the method that gives such a text; of a language without one, the default."""

    def method(world: World, call: Call) -> Any:
        default = world.texts.get((name, ""), "")
        return {name: world.texts.get((name, _language(call)), default)}

    return method


def set_webhook(world: World, call: Call) -> Any:
    """core.telegram.org/bots/api#setwebhook; unlike Telegram, http on this machine is let through."""
    params = call.params
    url = params.text("url")
    if not url:
        return delete_webhook(world, call)
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost"}:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if not _SECRET.fullmatch(params.text("secret_token")):
        raise bad_request("secret token contains unallowed characters")
    if params.flag("drop_pending_updates"):
        world.updates.drop()
    world.updates.allow(params.structure("allowed_updates"))
    connections = params.integer("max_connections") or 40
    world.webhook = Webhook(url, params.text("secret_token"), connections)
    world.changes.tell()
    return True


def delete_webhook(world: World, call: Call) -> Any:
    """core.telegram.org/bots/api#deletewebhook."""
    if call.params.flag("drop_pending_updates"):
        world.updates.drop()
    world.webhook = None
    world.changes.tell()
    return True


def get_webhook_info(world: World, _: Call) -> Any:
    """core.telegram.org/bots/api#getwebhookinfo."""
    hook = world.webhook
    said: dict[str, Any] = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.waiting),
    }
    if hook is not None:
        said |= {"max_connections": hook.most_connections, "allowed_updates": sorted(world.updates.allowed)}
        if hook.error is not None:
            said |= {"last_error_date": world.now, "last_error_message": hook.error}
    return said


def get_file(world: World, call: Call) -> Any:
    """core.telegram.org/bots/api#getfile."""
    file_id = call.params.text("file_id")
    upload = world.files.get(file_id)
    if upload is None:
        raise bad_request("invalid file_id")
    return {
        "file_id": file_id,
        "file_unique_id": file_id,
        "file_size": len(upload.content),
        "file_path": f"documents/{file_id}",
    }


def log_out(world: World, _: Call) -> Any:
    """core.telegram.org/bots/api#logout; afterwards nothing is answered."""
    world.logged_out = True
    return True


def close(_world: World, _: Call) -> Any:
    """core.telegram.org/bots/api#close; Telegram's refusal in the first ten minutes is left out."""
    return True


def _scope(call: Call) -> str:
    scope = call.params.structure("scope") or {"type": "default"}
    if scope.get("type") not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    return ":".join(str(scope[name]) for name in ("type", "chat_id", "user_id") if name in scope)


def _language(call: Call) -> str:
    code = call.params.text("language_code")
    if not _LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code
