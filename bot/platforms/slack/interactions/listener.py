"""Acknowledges requests from Slack, and handles the requests of one chat in their order."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, Final

from bot.errors import PaperwireError
from bot.platforms.slack.api.clients import TENANT
from bot.platforms.slack.api.conversations import PLATFORM
from bot.platforms.slack.api.errors import SLACK_FAILED, code_of
from bot.platforms.slack.blocks.buttons import COMMAND_ACTION, OVERFLOW_ACTION
from bot.platforms.slack.interactions.events import read_command, read_mention, read_message, read_press
from bot.platforms.traffic.chat_turns import ChatTurns

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.platforms.slack.api.conversations import PersonalChats
    from bot.platforms.slack.interactions.background import Background
    from bot.platforms.slack.interactions.events import ChatRequest
    from bot.platforms.slack.interactions.respond import Responder
    from bot.services.platform_state.event_inbox import EventInbox

_ANY: Final = re.compile(".*")
_PRESSED: Final = re.compile(rf"^(?:{COMMAND_ACTION}|{OVERFLOW_ACTION}):")

_log = logging.getLogger(__name__)


class SlackListener:
    """Handles slash commands, mentions, direct messages, and button presses in messages.

    Args:
        answers: answers them.
        chats: knows which chat a place is.
        inbox: knows what was heard already.
        background: holds the work behind the acknowledgements.
        commands: names and aliases of our commands.
    """

    def __init__(
        self,
        answers: Responder,
        chats: PersonalChats,
        inbox: EventInbox,
        background: Background,
        *,
        commands: frozenset[str],
    ) -> None:
        self._answers = answers
        self._chats = chats
        self._inbox = inbox
        self._background = background
        self._commands = commands
        self._turns: ChatTurns[tuple[str, str]] = ChatTurns()

    def register(self, app: AsyncApp) -> None:
        """Let an app call this listener."""
        app.command(_ANY)(self._on_command)
        app.action(_PRESSED)(self._on_press)
        app.event("app_mention")(self._on_mention)
        app.event("message")(self._on_message)

    async def _on_command(
        self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        await ack()
        self._answer_later(read_command(body, self._commands), context, client)

    async def _on_press(
        self, ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        await ack()
        self._answer_later(read_press(body), context, client)

    async def _on_mention(
        self, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        asked = read_mention(body, self._commands, bot_user_id=context.bot_user_id or "")
        self._answer_later(asked, context, client)

    async def _on_message(
        self, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        asked = read_message(body, self._commands, bot_user_id=context.bot_user_id or "")
        self._answer_later(asked, context, client)

    def _answer_later(
        self, asked: ChatRequest | None, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        if asked is not None:
            self._background.start(
                self._answer(asked, client, str(context[TENANT]), context.bot_user_id or "")
            )

    async def _answer(
        self, asked: ChatRequest, client: AsyncWebClient, tenant: str, bot_user_id: str
    ) -> None:
        """Answer in the chat's turn; never raises."""
        try:
            async with self._turns.of((tenant, asked.channel_id)):
                if not asked.once or await self._inbox.is_new(PLATFORM, asked.once):
                    chat = await self._chats.at(client, tenant, asked.channel_id, asked.user_id)
                    await self._answers.answer(asked, chat, client, bot_user_id=bot_user_id)
        except PaperwireError as error:
            _log.warning("a request was not answered: %s", error)
        except SLACK_FAILED as error:
            _log.warning("a request was not answered: %s", code_of(error))
        except Exception:  # noqa: BLE001 (one request must not stop the others)
            _log.exception("a request was not answered")
