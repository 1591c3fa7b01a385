"""Methods that bring, change or remove messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from telegram.constants import ChatAction, ReactionEmoji

from telegram_server.api.access import chat_of, message_of, reachable_chat, thread_of, writable_chat
from telegram_server.api.refusal import bad_request
from telegram_server.model import Version
from telegram_server.texts.entities import MOST_CAPTION, MOST_TEXT, Formatted, read_text, utf16
from telegram_server.texts.keyboards import read_keyboard

if TYPE_CHECKING:
    from telegram_server.api.params import Params
    from telegram_server.model import Chat, Message
    from telegram_server.world import Call, World

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_ACTIONS = frozenset(action.value for action in ChatAction)
_REACTIONS = frozenset(emoji.value for emoji in ReactionEmoji)


def send_message(world: World, call: Call) -> Any:
    """core.telegram.org/bots/api#sendmessage."""
    params = call.params
    content = _shown_text(params)
    chat = writable_chat(world, params)
    message = world.post(
        chat,
        world.bot,
        content,
        number=call.number,
        html=_html(params, "text"),
        preview=params.structure("link_preview_options"),
        **_place(world, chat, params),
    )
    return message.as_json


def send_document(world: World, call: Call) -> Any:
    """core.telegram.org/bots/api#senddocument; an upload or the id of a file that is known."""
    params = call.params
    caption = read_text(params, name="caption", entities="caption_entities")
    if utf16(caption.text) > MOST_CAPTION:
        raise bad_request("message caption is too long")
    upload = params.upload("document") or world.files.get(params.text("document"))
    if upload is None:
        raise bad_request("there is no document in the request")
    if not upload.content:
        raise bad_request("file must be non-empty")
    chat = writable_chat(world, params)
    message = world.post(
        chat,
        world.bot,
        caption,
        number=call.number,
        html=_html(params, "caption"),
        document=upload,
        document_id=world.keep_file(upload),
        **_place(world, chat, params),
    )
    return message.as_json


def edit_message_text(world: World, call: Call) -> Any:
    """core.telegram.org/bots/api#editmessagetext; without a markup, the buttons go."""
    params = call.params
    content = _shown_text(params)
    chat, message = _own_message(world, params)
    markup = params.structure("reply_markup")
    buttons, preview = read_keyboard(markup), params.structure("link_preview_options")
    if (content, buttons, preview) == (message.content, message.buttons, message.preview):
        raise bad_request(_NOT_MODIFIED)
    _keep_version(message)
    message.content, message.html, message.preview = content, _html(params, "text"), preview
    message.buttons, message.markup = buttons, markup if buttons else None
    world.revised(chat)
    return message.as_json


def edit_message_reply_markup(world: World, call: Call) -> Any:
    """core.telegram.org/bots/api#editmessagereplymarkup."""
    chat, message = _own_message(world, call.params)
    markup = call.params.structure("reply_markup")
    buttons = read_keyboard(markup)
    if buttons == message.buttons:
        raise bad_request(_NOT_MODIFIED)
    _keep_version(message)
    message.buttons, message.markup = buttons, markup if buttons else None
    world.revised(chat)
    return message.as_json


def delete_message(world: World, call: Call) -> Any:
    """core.telegram.org/bots/api#deletemessage; the age of a message does not matter here."""
    chat = reachable_chat(world, call.params)
    message = message_of(chat, call.params, "message to delete not found")
    may = message.author is world.bot or chat.kind == "private" or chat.is_admin(world.bot)
    if not may:
        raise bad_request("message can't be deleted for everyone")
    message.deleted = True
    world.revised(chat)
    return True


def set_message_reaction(world: World, call: Call) -> Any:
    """core.telegram.org/bots/api#setmessagereaction; a bot gives at most one."""
    chat = reachable_chat(world, call.params)
    message = message_of(chat, call.params, "message to react not found")
    reactions = call.params.structure("reaction") or []
    emoji = tuple(one.get("emoji", "") for one in reactions)
    if len(emoji) > 1 or not set(emoji) <= _REACTIONS:
        raise bad_request("REACTION_INVALID")
    message.reactions[world.bot.id] = emoji
    world.changes.tell()
    return True


def send_chat_action(world: World, call: Call) -> Any:
    """core.telegram.org/bots/api#sendchataction."""
    chat = writable_chat(world, call.params)
    action = call.params.text("action")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    thread_of(world, chat, call.params)
    world.actions.append((chat, action))
    return True


def _opens_bot(url: str, username: str) -> bool:
    """Return whether a link opens this bot with a parameter; no others are taken from bots without games."""
    return re.fullmatch(rf"https://t\.me/{re.escape(username)}\?start=[A-Za-z0-9_-]{{1,64}}", url) is not None


def answer_callback_query(world: World, call: Call) -> Any:
    """core.telegram.org/bots/api#answercallbackquery; a query takes one answer."""
    query = world.presses.get(call.params.text("callback_query_id"))
    if query is None or query.answer is not None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if utf16(call.params.text("text")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    if (url := call.params.text("url")) and not _opens_bot(url, world.bot.username or ""):
        raise bad_request("URL_INVALID")
    query.answer = call.params
    world.changes.tell()
    return True


def answer_inline_query(world: World, call: Call) -> Any:
    """core.telegram.org/bots/api#answerinlinequery; results are articles with text."""
    query = world.inline_queries.get(call.params.text("inline_query_id"))
    if query is None or query.answer is not None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    results = call.params.structure("results") or []
    if len(results) > 50:
        raise bad_request("RESULTS_TOO_MUCH")
    ids = [str(result.get("id", "")) for result in results]
    if any(not 1 <= len(one.encode()) <= 64 for one in ids):
        raise bad_request("RESULT_ID_INVALID")
    if len(set(ids)) < len(ids):
        raise bad_request("RESULT_ID_DUPLICATE")
    for result in results:
        _check_result(call.params, result)
    query.answer = call.params
    world.changes.tell()
    return True


def _check_result(params: Params, result: dict[str, Any]) -> None:
    if not result.get("title"):
        raise bad_request("RESULT_TITLE_EMPTY")
    said = result.get("input_message_content") or {}
    text = {name: str(said[name]) for name in ("message_text", "parse_mode") if name in said}
    _shown_text(type(params)({**text, "text": text.get("message_text", "")}))
    read_keyboard(result.get("reply_markup"))


def _shown_text(params: Params) -> Formatted:
    content = read_text(params)
    if not content.text:
        raise bad_request("message text is empty")
    if utf16(content.text) > MOST_TEXT:
        raise bad_request("message is too long")
    return content


def _place(world: World, chat: Chat, params: Params) -> dict[str, Any]:
    """Return what says where a message stands and what is around it."""
    thread = thread_of(world, chat, params)
    reply = params.structure("reply_parameters") or {}
    answered = chat.history.get(int(reply.get("message_id", 0)))
    if reply and answered is None and not reply.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    markup = params.structure("reply_markup")
    buttons = read_keyboard(markup)
    return {
        "thread": thread,
        "reply_to": answered,
        "buttons": buttons,
        "markup": markup if buttons else None,
        "silent": params.flag("disable_notification"),
    }


def _own_message(world: World, params: Params) -> tuple[Chat, Message]:
    if params.text("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = chat_of(world, params)
    reachable_chat(world, params)
    message = message_of(chat, params, "message to edit not found")
    if message.author is not world.bot or message.service:
        raise bad_request("message can't be edited")
    return chat, message


def _keep_version(message: Message) -> None:
    message.edits.append(Version(message.text, message.html, message.buttons))


def _html(params: Params, name: str) -> str | None:
    return params.text(name) if params.text("parse_mode").lower() == "html" else None
