"""Sends rendered messages to Telegram; implements `bot.ports.Platform`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.domain.delivery.send_rates import Lane
from bot.errors import ContentRefusedError, DeliveryError, UnknownOutcomeError
from bot.platforms.telegram.api.errors import delivery_error
from bot.platforms.telegram.api.rate_limiter import TAKEN, is_group
from bot.platforms.telegram.messages.link_previews import preview_of
from bot.platforms.telegram.messages.render import render

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from telegram import Message
    from telegram.ext import ExtBot

    from bot.domain.chat.command import Chat, Reply
    from bot.platforms.telegram.messages.render import Key, TelegramMessage
    from bot.platforms.traffic.limiter import Limiter
    from bot.services.platform_state.callback_store import CallbackStore
    from bot.services.platform_state.card_messages import CardMessages


class TelegramSender:
    """Sends to the chats of one token.

    Args:
        bot: the library's client.
        limiter: of the token; the client's own requests pass it as well.
        buttons: keeps the commands that are too long for a button.
        cards: keeps which message shows which paper.
    """

    def __init__(
        self, bot: ExtBot[str], limiter: Limiter, buttons: CallbackStore, cards: CardMessages
    ) -> None:
        self._bot = bot
        self._limiter = limiter
        self._buttons = buttons
        self._cards = cards

    def turn(self, chat: Chat) -> AbstractAsyncContextManager[object]:
        """Wait until a digest may be sent to a chat."""
        name = chat.key.external_id
        return self._limiter.slot(chat=name, is_group=is_group(name), lane=Lane.BULK)

    async def send(self, chat: Chat, message: Reply, *, delivery_id: int, plain: bool) -> str:
        """Send a digest, a very long one in several messages."""
        del delivery_id  # Telegram keeps nothing with a message
        first, *rest = render(message, chat.language)
        try:
            sent = await self._send(chat, first, plain=plain, rate_limit_args=TAKEN)
        except TelegramError as error:
            raise delivery_error(error) from error
        try:
            for more in rest:
                await self._send_or_plain(chat, more)
        except DeliveryError as error:
            # To try again would send the first part twice: it is offered instead.
            raise UnknownOutcomeError(f"only the first part arrived: {error}") from error
        return str(sent.message_id)

    async def reply(self, chat: Chat, reply: Reply) -> None:
        """Answer a command.

        Raises:
            DeliveryError: it was not sent, or nobody knows.
        """
        for message in render(reply, chat.language):
            sent = await self._send_or_plain(chat, message)
            if message.paper_id is not None:
                await self._cards.remember(chat.id, str(sent.message_id), message.paper_id)

    async def edit(self, chat: Chat, message_id: int, reply: Reply) -> None:
        """Put an answer in the place of an earlier message; where that can't be, send it.

        Raises:
            DeliveryError: it was not sent, or nobody knows.
        """
        first, *rest = render(reply, chat.language)
        try:
            await self._bot.edit_message_text(
                first.html,
                chat_id=chat.key.external_id,
                message_id=message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=await self._markup(chat, first),
                link_preview_options=preview_of(first),
            )
        except BadRequest as error:
            if "not modified" in error.message:
                return
            await self._send_or_plain(chat, first)
        except TelegramError as error:
            raise delivery_error(error) from error
        else:
            await self._cards.remember(chat.id, str(message_id), first.paper_id)
        for more in rest:
            await self._send_or_plain(chat, more)

    async def _send_or_plain(self, chat: Chat, message: TelegramMessage) -> Message:
        try:
            return await self._send(chat, message, plain=False)
        except TelegramError as error:
            refused = delivery_error(error)
            if not isinstance(refused, ContentRefusedError):
                raise refused from error
            try:
                return await self._send(chat, message, plain=True)
            except TelegramError as again:
                raise delivery_error(again) from again

    async def _send(
        self, chat: Chat, message: TelegramMessage, *, plain: bool, rate_limit_args: str | None = None
    ) -> Message:
        options: dict[str, Any] = {} if plain else {"parse_mode": ParseMode.HTML}
        return await self._bot.send_message(
            chat_id=chat.key.external_id,
            text=message.plain if plain else message.html,
            message_thread_id=int(chat.key.thread) if chat.key.thread else None,
            reply_markup=await self._markup(chat, message),
            link_preview_options=preview_of(message),
            rate_limit_args=rate_limit_args,
            **options,
        )

    async def _markup(self, chat: Chat, message: TelegramMessage) -> InlineKeyboardMarkup | None:
        if not message.keys:
            return None
        commands = [key.command for row in message.keys for key in row if key.command]
        data = await self._buttons.shorten(chat.id, commands)
        return InlineKeyboardMarkup([[self._button(key, data) for key in row] for row in message.keys])

    def _button(self, key: Key, data: dict[str, str]) -> InlineKeyboardButton:
        url = key.url or _share_link(key.command or "", self._bot.username)
        if url:
            return InlineKeyboardButton(key.label, url=url)
        if key.copy:
            return InlineKeyboardButton(key.label, copy_text=CopyTextButton(key.copy))
        return InlineKeyboardButton(key.label, callback_data=data[key.command or ""])


def _share_link(command: str, username: str) -> str | None:
    """Return the page where a person chooses whom to send our link, where a command stands for one."""
    name, _, payload = command.partition(" ")
    if name != "/start" or not payload:
        return None
    return f"https://t.me/share/url?url={quote(f'https://t.me/{username}?start={payload}', safe='')}"
