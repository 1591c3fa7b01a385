"""Posts one rendered message, within the rate limits, and reports the outcome."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Final, TypeVar

from bot.domain.delivery.send_rates import TOKEN, Lane
from bot.errors import ChatGoneError, ContentRefusedError, NotSentError, SettingsError, StorageError
from bot.platforms.slack.api.conversations import is_direct
from bot.platforms.slack.api.errors import SLACK_FAILED, delivery_error, response_url_error
from bot.platforms.slack.blocks.buttons import commands_to_store, with_stored
from bot.platforms.slack.blocks.shorten import shortened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.domain.chat.command import Chat
    from bot.errors import DeliveryError
    from bot.platforms.slack.api.clients import Clients
    from bot.platforms.slack.blocks.message import SlackMessage
    from bot.services.platform_state.callback_store import CallbackStore

_LONGEST_WAIT: Final = 30.0
"""Seconds that somebody who asked waits for another try after a 429."""
_CHATS, _WITHIN = 3, 10.0

_T = TypeVar("_T")


class Posting:
    """Posts and changes messages.

    Args:
        clients: of the workspaces.
        buttons: keeps the commands that are too long for a button.
    """

    def __init__(self, clients: Clients, buttons: CallbackStore) -> None:
        self._clients = clients
        self._buttons = buttons
        self._paused: dict[tuple[str, str], float] = {}

    @asynccontextmanager
    async def turn(self, chat: Chat, lane: Lane) -> AsyncIterator[None]:
        """Wait until a message may be sent to a chat."""
        name = chat.key.external_id
        limiter = self._clients.limiter(chat.key.tenant)
        async with limiter.slot(chat=name, is_group=not is_direct(name), lane=lane):
            yield

    async def client(self, chat: Chat) -> AsyncWebClient:
        """Return the client for a chat.

        Raises:
            ChatGoneError: its workspace removed the app.
            NotSentError: its token is not available, for want of a key or of the database.
        """
        try:
            client = await self._clients.of(chat.key.tenant)
        except (SettingsError, StorageError) as error:
            raise NotSentError(f"the token of the workspace could not be read: {error}") from error
        if client is None:
            raise ChatGoneError("the workspace removed the app")
        return client

    async def post(
        self,
        chat: Chat,
        message: SlackMessage,
        *,
        plain: bool = False,
        thread_ts: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> str:
        """Post a message for everybody in a chat, in a turn that the caller waited for; return its `ts`.

        Raises:
            DeliveryError: it was not sent, or nobody knows; by its class.
        """
        client = await self.client(chat)
        content = await self.content(chat, message, plain=plain)
        try:
            sent = await client.chat_postMessage(
                channel=chat.key.external_id,
                thread_ts=thread_ts,
                metadata=dict(metadata) if metadata else None,
                unfurl_links=False,
                unfurl_media=False,
                **content,
            )
        except SLACK_FAILED as error:
            raise self._noted(chat, delivery_error(error)) from error
        return str(sent["ts"])

    async def show(
        self, chat: Chat, message: SlackMessage, user_id: str, *, plain: bool, thread_ts: str | None
    ) -> None:
        """Post a message that only one person sees; otherwise as `post`."""
        client = await self.client(chat)
        content = await self.content(chat, message, plain=plain)
        try:
            await client.chat_postEphemeral(
                channel=chat.key.external_id, user=user_id, thread_ts=thread_ts, **content
            )
        except SLACK_FAILED as error:
            raise self._noted(chat, delivery_error(error)) from error

    async def update(self, chat: Chat, ts: str, message: SlackMessage, *, plain: bool) -> None:
        """Let a message say something else; raises as `post`."""
        client = await self.client(chat)
        content = await self.content(chat, message, plain=plain)
        try:
            await client.chat_update(channel=chat.key.external_id, ts=ts, **content)
        except SLACK_FAILED as error:
            raise self._noted(chat, delivery_error(error)) from error

    async def respond(
        self, chat: Chat, url: str, message: SlackMessage, *, plain: bool, **options: object
    ) -> None:
        """Post to a response_url, which needs no membership; raises as `post`.

        Args:
            chat: where it belongs.
            url: good for 30 minutes and five messages
                (docs.slack.dev/interactivity/handling-user-interaction#message_responses).
            message: what is posted.
            plain: whether to leave the blocks out.
            options: `response_type`, `replace_original`, `thread_ts`.
        """
        content = await self.content(chat, message, plain=plain)
        body: dict[str, Any] = {**content, **{k: v for k, v in options.items() if v is not None}}
        body |= {"unfurl_links": False, "unfurl_media": False}
        try:
            answer = await self._clients.webhook(url).send_dict(body)
        except SLACK_FAILED as error:
            raise self._noted(chat, delivery_error(error)) from error
        refused = response_url_error(answer.status_code, answer.body, answer.headers)
        if refused:
            raise self._noted(chat, refused)

    async def upload(self, chat: Chat, name: str, content: str, *, thread_ts: str | None) -> None:
        """Post a text file; raises as `post`."""
        client = await self.client(chat)
        try:
            await client.files_upload_v2(
                filename=name,
                title=name,
                content=content,
                channel=chat.key.external_id,
                thread_ts=thread_ts,
            )
        except SLACK_FAILED as error:
            raise self._noted(chat, delivery_error(error)) from error

    async def content(self, chat: Chat, message: SlackMessage, *, plain: bool) -> dict[str, Any]:
        """Return what a message holds, long commands stored, and nothing in it that Slack would refuse."""
        if plain:
            return {"text": message.text}
        stored = await self._buttons.shorten(chat.id, commands_to_store(message.blocks))
        fitting = shortened(type(message)(message.text, with_stored(message.blocks, stored)))
        return {"text": fitting.text, "blocks": list(fitting.blocks)}

    async def in_turn(self, chat: Chat, send: Callable[[bool], Awaitable[_T]], *, counted: bool = True) -> _T:
        """Send an answer: in its turn, once more where Slack wants it later, and plain where it must be.

        Args:
            chat: where.
            send: sends it, without its blocks where it is given True.
            counted: whether Slack counts it among the messages of the channel and the workspace: what
                everybody sees. Changes, and what one person sees, have limits of their own that people
                hardly reach (docs.slack.dev/apis/web-api/rate-limits).

        Raises:
            DeliveryError: it was not sent, or nobody knows.
        """
        plain, waited = False, False
        while True:
            async with self.turn(chat, Lane.REPLY) if counted or waited else nullcontext():
                try:
                    return await send(plain)
                except ContentRefusedError:
                    if plain:
                        raise
                    plain = True
                except NotSentError as error:
                    if waited or error.retry_after is None or error.retry_after > _LONGEST_WAIT:
                        raise
                    waited = True

    def _noted(self, chat: Chat, meant: DeliveryError) -> DeliveryError:
        """Pause the chat where Slack wants to be asked later; return the error.

        Slack does not say whether a 429 was for the channel or the workspace: where several channels are
        told to wait within seconds, it was the workspace.
        """
        if isinstance(meant, NotSentError) and meant.retry_after is not None:
            now, tenant = time.monotonic(), chat.key.tenant
            recent = {key: at for key, at in self._paused.items() if at > now - _WITHIN}
            self._paused = recent | {(tenant, chat.key.external_id): now}
            channels = sum(one == tenant for one, _ in self._paused)
            scope = TOKEN if channels >= _CHATS else chat.key.external_id
            self._clients.limiter(tenant).pause(scope, meant.retry_after)
        return meant
