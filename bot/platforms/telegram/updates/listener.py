"""Handles Telegram's updates, those of one chat in their order."""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from telegram.error import BadRequest, TelegramError

from bot.domain.chat.command import Button, Reply, Text
from bot.domain.chat.deep_link import payload_of_paper
from bot.errors import ChatGoneError, ChatMovedError, DeliveryError, StorageError, ThreadGoneError
from bot.i18n import match_language, translator
from bot.platforms.telegram.messages.keyboards import paper_of_command
from bot.platforms.telegram.updates.callback_answer import CallbackAnswer
from bot.platforms.telegram.updates.inline import CACHE_SECONDS, InlineAnswers
from bot.platforms.telegram.updates.manage import ManageChats, is_manage
from bot.platforms.telegram.updates.permissions import is_admin
from bot.platforms.telegram.updates.reactions import Reactions
from bot.platforms.telegram.updates.updates import (
    PLATFORM,
    ChatRequest,
    InlineSearch,
    Membership,
    Migration,
    ReactionUpdate,
    command_of,
    read_update,
)
from bot.platforms.traffic.chat_turns import ChatTurns

if TYPE_CHECKING:
    from telegram import Update
    from telegram.ext import ExtBot

    from bot.domain.chat.command import Chat
    from bot.platforms.telegram.messages.sender import TelegramSender
    from bot.platforms.telegram.updates.updates import Read
    from bot.services.platform_services import PlatformServices

_TOAST: Final = 190
"""UTF-16 units that fit into the answer to a pressed button; Telegram allows 200."""

_IN_LINE: Final = 50
"""Updates of one chat that may wait; in a group, whose rate is 20 answers a minute, the last of them waits
longer than anybody looks."""

_log = logging.getLogger(__name__)


class TelegramListener:
    """Turns updates into commands and their answers into messages.

    Args:
        bot: the library's client.
        services: answers commands, and keeps what updates are about.
        sender: sends the answers.
    """

    def __init__(self, bot: ExtBot[str], services: PlatformServices, sender: TelegramSender) -> None:
        self._bot = bot
        self._services = services
        self._chats = services.chats
        self._sender = sender
        self._inline = InlineAnswers(services.dispatch)
        self._managing = ManageChats(bot, services)
        self._reactions = Reactions(bot, services)
        self._turns: ChatTurns[str] = ChatTurns()
        self._skipped: set[str] = set()
        self._commands = services.command_names
        self._acting = services.acting_names | {"manage"}

    async def __call__(self, update: Update, _: object) -> None:
        """Handle an update; never raises."""
        read = read_update(update, username=self._bot.username, commands=self._commands)
        if read is None:
            return
        asked = read if isinstance(read, ChatRequest) else None
        press = CallbackAnswer(self._bot, asked.pressed) if asked and asked.pressed else None
        if asked and self._turns.count(read.key.external_id) > _IN_LINE:
            await self._turn_away(asked, press)
            return
        async with AsyncExitStack() as turns:
            if press and asked and not asked.is_channel:  # in a channel its answer is a link
                await turns.enter_async_context(press.answered_soon())
            if isinstance(read, Migration):  # first, so that what is asked there finds what moves there
                await turns.enter_async_context(self._turns.of(read.external_id))
            await turns.enter_async_context(self._turns.of(read.key.external_id))
            try:
                if await self._services.inbox.is_new(PLATFORM, f"{self._bot.id}:{update.update_id}"):
                    await self._handle(read, press)
                    await self._tell_of_skipped(read)
            except DeliveryError as error:
                _log.warning("an answer was not delivered: %s", error)
            except (StorageError, TelegramError) as error:
                _log.warning("an update was not handled: %s", error)
            except Exception:  # noqa: BLE001 (one update must not stop the others)
                _log.exception("an update was not handled")

    async def _turn_away(self, asked: ChatRequest, press: CallbackAnswer | None) -> None:
        """Answer no more of a chat in which far more waits than Telegram lets us answer."""
        if press is None:
            self._skipped.add(asked.key.external_id)
            return
        words = translator(self._language_of(asked))
        await press.answer(words.gettext("Still answering what came before; try again in a minute."))

    async def _tell_of_skipped(self, read: Read) -> None:
        """Say once, after what waited is answered, that something was not."""
        chat_id = read.key.external_id
        if chat_id in self._skipped and self._turns.count(chat_id) == 1:
            self._skipped.discard(chat_id)
            chat = await self._chats.open(read.key)
            words = translator(chat.language)
            line = words.gettext("More came here at once than I may answer; send again what is missing.")
            await self._say(chat, Reply((Text(line, "warning"),)), edit=None)

    async def _handle(self, read: Read, press: CallbackAnswer | None) -> None:
        match read:
            case Membership():
                await self._chats.set_reachable(read.key, reachable=read.is_here)
            case Migration():
                await self._chats.move(read.key, read.external_id)
            case InlineSearch():
                await self._answer_search(read)
            case ReactionUpdate():
                answer = await self._reactions.answer(read)
                if answer is not None:
                    await self._say(*answer, edit=None)
            case ChatRequest() if press is not None:
                await self._answer_press(read, press)
            case ChatRequest():
                await self._answer(read)

    async def _open(self, asked: ChatRequest) -> Chat:
        language = match_language(asked.language) if asked.language else None
        return await self._chats.open(asked.key, language=language)

    async def _answer(self, asked: ChatRequest) -> None:
        chat = await self._open(asked)
        if asked.is_forwarded and command_of(asked.text) in self._acting:
            await self._say(chat, _offered(asked.text, chat.language), edit=None)
            return
        if asked.is_private and is_manage(asked.text):
            await self._manage(asked, asked.text, chat)
            return
        reply = await self._services.dispatch(asked.text, chat, may_change=lambda: self._may_change(asked))
        await self._say(chat, reply, edit=None)

    async def _answer_press(self, asked: ChatRequest, press: CallbackAnswer) -> None:
        chat = await self._open(asked)
        command = await self._services.buttons.command_of(chat.id, asked.text)
        if command is None:
            words = translator(chat.language)
            await self._pop_up(chat, press, words.gettext("This button is too old; type the command again."))
            return
        if asked.is_private and is_manage(command):
            await press.answer()
            await self._manage(asked, command, chat)
            return
        if asked.is_channel and await self._led_away(asked, command, press):
            return
        refused = False

        async def may_change() -> bool:
            nonlocal refused
            refused = not await self._may_change(asked)
            return not refused

        reply = await self._services.dispatch(command, chat, may_change=may_change)
        short = _short(reply, tone="warning" if refused else "ok")
        if short is not None and await press.answer(short, alert=refused):
            return
        # A message in which that button does not stand is not for everybody to write over.
        turns_page = "page:" in command and asked.is_offered
        # The circle on the button ends at once; the answer may take its turn.
        await press.answer()
        await self._say(chat, reply, edit=asked.message_id if turns_page else None)

    async def _pop_up(self, chat: Chat, press: CallbackAnswer, line: str) -> None:
        """Show a line to who pressed; in a message where the press can't be answered any more."""
        if not await press.answer(line):
            await self._say(chat, Reply((Text(line, "warning"),)), edit=None)

    async def _led_away(self, asked: ChatRequest, command: str, press: CallbackAnswer) -> bool:
        """Whether a press in a channel, where all would see its answer, was answered elsewhere.

        A paper opens in the reader's own chat with us. Everything else is for the channel's admins.
        """
        paper = paper_of_command(command)
        payload = payload_of_paper(paper) if paper else None
        if payload is not None:
            await press.answer(url=f"https://t.me/{self._bot.username}?start={payload}")
            return True
        if await self._may_change(asked):
            return False
        words = translator(self._language_of(asked))
        line = words.gettext("In a channel that is for its admins. Open @{name} and ask there.")
        await press.answer(line.format(name=self._bot.username), alert=True)
        return True

    def _language_of(self, asked: ChatRequest | InlineSearch) -> str:
        """Return the language in which one person is answered, where the answer belongs to no chat."""
        return match_language(asked.language or "") or self._chats.language

    async def _manage(self, asked: ChatRequest, text: str, chat: Chat) -> None:
        managed = await self._managing.answer(text, chat, asked.user_id)
        if managed.posts_to is not None and managed.post is not None:
            await self._say(managed.posts_to, managed.post, edit=None)
        await self._say(chat, managed.reply, edit=None)

    async def _answer_search(self, asked: InlineSearch) -> None:
        language = self._language_of(asked)
        results, offset, button = await self._inline.find(asked, language)
        try:
            await self._bot.answer_inline_query(
                asked.query_id,
                results,
                cache_time=CACHE_SECONDS,
                is_personal=True,  # two people may read two languages
                next_offset=offset,
                button=button,
            )
        except BadRequest as error:
            _log.info("an inline query was not answered: %s", error)  # who types on has asked again

    async def _say(self, chat: Chat, reply: Reply, *, edit: int | None) -> None:
        chat = await self._chats.open(chat.key)  # a command may have changed its language
        try:
            if edit is None:
                await self._sender.reply(chat, reply)
            else:
                await self._sender.edit(chat, edit, reply)
        except ThreadGoneError:
            _log.info("a reply was not delivered, its topic is gone")  # the chat has others
        except ChatGoneError:
            await self._chats.set_reachable(chat.key, reachable=False)
        except ChatMovedError as error:
            await self._chats.move(chat.key, error.external_id)
            moved = replace(chat, key=replace(chat.key, external_id=error.external_id))
            await self._sender.reply(moved, reply)
        else:
            await self._chats.reached(chat)  # we may not have heard that we are back

    async def _may_change(self, asked: ChatRequest) -> bool:
        """Whether who asks may change what a chat gets: in groups and channels, its admins."""
        if asked.is_private or asked.is_admin:
            return True
        if asked.user_id is None:
            return False
        return await is_admin(self._bot, asked.key.external_id, asked.user_id)


def _offered(text: str, language: str) -> Reply:
    """Return a forwarded command as a button: who forwards a message does not command."""
    words = translator(language)
    line = words.gettext("A forwarded command changes nothing. Press the button to carry it out here.")
    return Reply((Text(line, "warning"),), (Button(text.strip(), text.strip()),))


def _short(reply: Reply, *, tone: str) -> str | None:
    """Return an answer that a toast can hold whole: one line, nothing to press that would be missed."""
    if len(reply.parts) != 1 or (reply.buttons and tone == "ok"):
        return None
    [part] = reply.parts
    if not isinstance(part, Text) or part.tone != tone:
        return None
    return part.text if len(part.text.encode("utf-16-le")) // 2 <= _TOAST else None
