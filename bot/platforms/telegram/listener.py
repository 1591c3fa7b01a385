"""Answers what comes from Telegram, one chat's updates in their order."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from weakref import WeakValueDictionary

from telegram.constants import ChatMemberStatus
from telegram.error import TelegramError

from bot.domain.command import Reply, Text
from bot.errors import ChatGoneError, ChatMovedError, DeliveryError, StorageError
from bot.i18n import match_language, translator
from bot.platforms.telegram.updates import Asked, Membership, Migration, read_update

if TYPE_CHECKING:
    from telegram import Update
    from telegram.ext import ExtBot

    from bot.domain.command import Chat
    from bot.platforms.telegram.sender import TelegramSender
    from bot.ports import ChatBook, Dispatch
    from bot.services.keep_buttons import KeepButtons

_ADMINS: Final = frozenset({ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER})
_TOAST: Final = 190
"""UTF-16 units that fit into the answer to a pressed button; Telegram allows 200."""

_log = logging.getLogger(__name__)


class TelegramListener:
    """Turns updates into commands and their answers into messages.

    Args:
        bot: the library's client.
        dispatch: answers a command.
        chats: opens chats, and knows which are gone or moved.
        sender: sends the answers.
        buttons: knows the commands of buttons that are too long for Telegram.
    """

    def __init__(
        self,
        bot: ExtBot[str],
        dispatch: Dispatch,
        chats: ChatBook,
        sender: TelegramSender,
        buttons: KeepButtons,
    ) -> None:
        self._bot = bot
        self._dispatch = dispatch
        self._chats = chats
        self._sender = sender
        self._buttons = buttons
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def __call__(self, update: Update, _: object) -> None:
        """Handle an update; never raises."""
        read = read_update(update, username=self._bot.username)
        if read is None:
            return
        turn = self._turns.get(read.key.external_id)
        if turn is None:
            turn = self._turns[read.key.external_id] = asyncio.Lock()
        async with turn:
            try:
                await self._handle(read)
            except DeliveryError as error:
                _log.warning("an answer was not delivered: %s", error)
            except (StorageError, TelegramError) as error:
                _log.warning("an update was not handled: %s", error)
            except Exception:  # noqa: BLE001 (one update must not stop the others)
                _log.exception("an update was not handled")

    async def _handle(self, read: Asked | Membership | Migration) -> None:
        match read:
            case Membership():
                await self._chats.set_reachable(read.key, reachable=read.is_here)
            case Migration():
                await self._chats.move(read.key, read.external_id)
            case Asked() if read.pressed is not None:
                await self._answer_press(read)
            case Asked():
                await self._answer(read)

    async def _open(self, asked: Asked) -> Chat:
        language = match_language(asked.language) if asked.language else None
        return await self._chats.open(asked.key, language=language)

    async def _answer(self, asked: Asked) -> None:
        chat = await self._open(asked)
        reply = await self._dispatch(asked.text, chat, may_change=lambda: self._may_change(asked))
        await self._say(chat, reply, edit=None)

    async def _answer_press(self, asked: Asked) -> None:
        chat = await self._open(asked)
        command = await self._buttons.command_of(chat.id, asked.text)
        if command is None:
            words = translator(chat.language)
            await self._toast(asked, words.gettext("This button is too old; type the command again."))
            return
        reply = await self._dispatch(command, chat, may_change=lambda: self._may_change(asked))
        short = _short(reply)
        if short is not None:
            await self._toast(asked, short)
            return
        # The circle on the button ends at once; the answer may take its turn.
        await self._toast(asked, None)
        await self._say(chat, reply, edit=asked.message_id if "page:" in command else None)

    async def _say(self, chat: Chat, reply: Reply, *, edit: int | None) -> None:
        chat = await self._chats.open(chat.key)  # a command may have changed its language
        try:
            if edit is None:
                await self._sender.reply(chat, reply)
            else:
                await self._sender.edit(chat, edit, reply)
        except ChatGoneError:
            await self._chats.set_reachable(chat.key, reachable=False)
        except ChatMovedError as error:
            await self._chats.move(chat.key, error.external_id)
            moved = replace(chat, key=replace(chat.key, external_id=error.external_id))
            await self._sender.reply(moved, reply)

    async def _toast(self, asked: Asked, text: str | None) -> None:
        try:
            await self._bot.answer_callback_query(asked.pressed or "", text=text)
        except TelegramError as error:
            _log.info("a pressed button was not answered: %s", error)  # Telegram forgets it after minutes

    async def _may_change(self, asked: Asked) -> bool:
        """Whether who asks may change what a chat gets: in groups and channels, its admins."""
        if asked.is_private or asked.is_admin:
            return True
        if asked.user_id is None:
            return False
        try:
            member = await self._bot.get_chat_member(asked.key.external_id, asked.user_id)
        except TelegramError as error:
            _log.warning("the rights of a member could not be read: %s", error)
            return False
        return member.status in _ADMINS


def _short(reply: Reply) -> str | None:
    """Return an answer that a toast can hold whole: one good line, nothing to press."""
    if len(reply.parts) != 1 or reply.buttons:
        return None
    [part] = reply.parts
    if not isinstance(part, Text) or part.tone != "ok":
        return None
    return part.text if len(part.text.encode("utf-16-le")) // 2 <= _TOAST else None
