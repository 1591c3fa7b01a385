"""Carries out a command, and decides where the reply goes and who can see it."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Final

from bot.domain.cards.card import Card
from bot.domain.chat.command import Reply, Text
from bot.errors import ChatGoneError
from bot.i18n import translator
from bot.platforms.slack.api.conversations import is_direct
from bot.platforms.slack.api.errors import SLACK_FAILED, code_of
from bot.platforms.slack.interactions.permissions import Verdict
from bot.platforms.slack.interactions.refusals import refusal
from bot.platforms.slack.messages.sender import ReplyTarget

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.domain.chat.command import Chat
    from bot.platforms.slack.api.conversations import Presence
    from bot.platforms.slack.interactions.events import ChatRequest
    from bot.platforms.slack.interactions.permissions import Rights
    from bot.platforms.slack.messages.sender import SlackSender
    from bot.services.platform_services import PlatformServices

_NAME: Final = re.compile(r"\s*[/／](?P<name>[^\s@/]+)")
_TURNED: Final = "page:"
"""Stands in the commands of buttons that turn a page, whose answer takes the place of the page before."""

_log = logging.getLogger(__name__)


class Responder:
    """Answers typed commands and pressed buttons.

    Args:
        services: carries out commands.
        sender: sends the answers.
        presence: is told which chats are there.
        rights: says who may change what a channel gets.
    """

    def __init__(
        self, services: PlatformServices, sender: SlackSender, presence: Presence, rights: Rights
    ) -> None:
        self._services = services
        self._sender = sender
        self._presence = presence
        self._rights = rights
        self._posting = services.posting_names
        self._names = tuple(item.name for item in services.menu)

    async def answer(
        self, asked: ChatRequest, chat: Chat, client: AsyncWebClient, *, bot_user_id: str
    ) -> None:
        """Carry out a command and send its answer.

        Args:
            asked: what was asked.
            chat: the chat it is about.
            client: of the workspace.
            bot_user_id: ours there.

        Raises:
            DeliveryError: the answer was not sent, or nobody knows.
        """
        if is_direct(chat.key.external_id):
            await self._presence.seen(chat.key)
        command: str | None = asked.text
        if asked.pressed_ts is not None:
            command = await self._services.buttons.command_of(chat.id, asked.text)
        if command is None:
            words = translator(chat.language)
            line = words.gettext("This button is too old; type the command again.")
            await self._say(chat, Reply((Text(line, "warning"),)), _aside(asked))
            return
        verdict = Verdict.MAY

        async def may_change() -> bool:
            nonlocal verdict
            verdict = await self._judge(client, chat, asked.user_id)
            return verdict is Verdict.MAY

        reply = await self._services.dispatch(command, chat, may_change=may_change)
        if verdict is not Verdict.MAY:
            name = await _name_of(client, bot_user_id)
            await self._say(chat, refusal(verdict, chat.language, bot_name=name), _aside(asked))
            return
        public = (asked.share and not is_mistake(reply)) or (
            self._posts(command) and any(isinstance(part, Card) for part in reply.parts)
        )
        await self._say(chat, reply, _place(asked, chat, command, reply, public=public))

    async def _judge(self, client: AsyncWebClient, chat: Chat, user_id: str) -> Verdict:
        key = chat.key
        verdict = await self._rights.judge(client, key.tenant, key.external_id, user_id)
        if verdict is Verdict.MAY and not is_direct(key.external_id):
            await self._presence.seen(key)  # we may write there: perhaps again, after we were removed
        return verdict

    async def _say(self, chat: Chat, reply: Reply, place: ReplyTarget) -> None:
        chat = await self._services.chats.open(chat.key)  # a command may have changed its language
        try:
            await self._sender.reply(chat, reply, place)
        except ChatGoneError as error:
            _log.info("a reply was not delivered, its chat is gone: %s", error)
            if is_direct(chat.key.external_id):
                await self._presence.gone(chat.key)

    def _posts(self, command: str) -> bool:
        found = _NAME.match(command)
        return found is not None and found["name"].casefold() in self._posting


def _aside(asked: ChatRequest) -> ReplyTarget:
    """Return the place of what only who asked needs to know."""
    return ReplyTarget(
        user_id=asked.user_id, only_for_them=True, response_url=asked.response_url, thread_ts=asked.thread_ts
    )


def _place(asked: ChatRequest, chat: Chat, command: str, reply: Reply, *, public: bool) -> ReplyTarget:
    """Return where an answer goes.

    In direct messages with us all is seen by one person anyway, and stays. In a channel answers are for who
    asked, unless they are meant for all. What was asked in direct messages with somebody else is answered
    there, although it is about the person's own chat.
    """
    own = is_direct(chat.key.external_id) and asked.channel_id == chat.key.external_id
    pressed = asked.pressed_ts is not None
    return ReplyTarget(
        user_id=asked.user_id,
        only_for_them=(pressed and is_short(reply)) if own else not public,
        response_url=asked.response_url,
        thread_ts=asked.thread_ts,
        replaces=asked.pressed_ts if pressed and _TURNED in command else None,
        is_ephemeral=asked.is_ephemeral,
    )


def is_short(reply: Reply) -> bool:
    """Whether an answer is one good line with nothing to press, which passes by and need not stay."""
    if len(reply.parts) != 1 or reply.buttons:
        return False
    [part] = reply.parts
    return isinstance(part, Text) and part.tone == "ok"


def is_mistake(reply: Reply) -> bool:
    """Whether an answer only says what was wrong with the question: nobody means to share that."""
    return all(isinstance(part, Text) and part.tone == "error" for part in reply.parts)


async def _name_of(client: AsyncWebClient, bot_user_id: str) -> str:
    """Return our name in a workspace: its admins may have given us another one."""
    try:
        answer = await client.users_info(user=bot_user_id)
        return str(answer["user"]["name"])
    except SLACK_FAILED as error:
        _log.info("the bot's own name could not be read: %s", code_of(error))
        return "paperwire"
