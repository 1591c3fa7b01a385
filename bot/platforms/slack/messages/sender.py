"""Sends rendered messages to Slack; implements `bot.ports.Platform`."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from bot.domain.chat.command import Text
from bot.domain.delivery.send_rates import Lane
from bot.errors import ChatGoneError, DeliveryError, NotSentError, RefusedError, UnknownOutcomeError
from bot.platforms.slack.api.conversations import is_direct
from bot.platforms.slack.api.errors import SLACK_FAILED, code_of, delivery_error
from bot.platforms.slack.messages.metadata import delivery_of, of_delivery
from bot.platforms.slack.messages.render import render

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager

    from bot.domain.chat.command import Chat, Reply
    from bot.platforms.slack.api.conversations import Presence
    from bot.platforms.slack.blocks.message import SlackMessage
    from bot.platforms.slack.messages.posting import Posting
    from bot.platforms.slack.messages.threads import Threads
    from bot.services.platform_state.card_messages import CardMessages

_BIBTEX: Final = re.compile(r"\s*@\w+\{(?P<key>[^,\s]*),")
_PAGE: Final = 200
_MOST_PAGES: Final = 5

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReplyTarget:
    """Where an answer goes.

    Attributes:
        user_id: who asked.
        only_for_them: whether nobody else is to see it.
        response_url: where an answer may be posted without being in the channel, or None.
        thread_ts: the thread it was asked in, or None.
        replaces: the message whose place it takes, or None.
        is_ephemeral: whether that message is seen by that person only.
    """

    user_id: str
    only_for_them: bool = False
    response_url: str | None = None
    thread_ts: str | None = None
    replaces: str | None = None
    is_ephemeral: bool = False


class SlackSender:
    """Sends to the chats of all workspaces.

    Args:
        posting: puts messages into Slack.
        cards: keeps which message shows which paper.
        presence: forgets chats that are gone.
        threads: fills the threads below digests in channels; None where they are to have none.
        commands: names and aliases of our commands.
    """

    def __init__(
        self,
        posting: Posting,
        cards: CardMessages,
        presence: Presence,
        threads: Threads | None,
        *,
        commands: frozenset[str],
    ) -> None:
        self._posting = posting
        self._cards = cards
        self._presence = presence
        self._threads = threads
        self._commands = commands

    def turn(self, chat: Chat) -> AbstractAsyncContextManager[object]:
        """Wait until a digest may be sent to a chat."""
        return self._posting.turn(chat, Lane.BULK)

    async def send(self, chat: Chat, message: Reply, *, delivery_id: int, plain: bool) -> str:
        """Send a digest; in a channel the full cards follow in its thread.

        The first message decides whether it arrived. What follows comes as well as it can: to send all of it
        again would be a digest twice.
        """
        first, *rest = self._rendered(chat, message)
        try:
            ts = await self._posting.post(chat, first, plain=plain, metadata=of_delivery(delivery_id))
        except ChatGoneError:
            self._presence.doubted(chat.key)
            raise
        await self._owe_thread(chat, delivery_id, ts)
        try:
            for more in rest:
                await self._posting.post(chat, more, plain=plain)
        except DeliveryError as error:
            raise UnknownOutcomeError(f"only the first part arrived: {error}") from error
        return ts

    async def find(self, chat: Chat, delivery_id: int, since: float) -> str | None:
        """Return the `ts` of a delivery's message, or None where it did not arrive.

        Args:
            chat: where it was sent.
            delivery_id: the delivery.
            since: when it was sent at the earliest, UTC epoch seconds.

        Raises:
            LookupError: Slack lets us not read there (`channels:history`, `groups:history`, `im:history`), or
                there is too much to read.
            DeliveryError: Slack could not be asked.
        """
        client = await self._posting.client(chat)
        cursor = ""
        for _ in range(_MOST_PAGES):
            try:
                page = await client.conversations_history(
                    channel=chat.key.external_id,
                    oldest=f"{since:.6f}",
                    include_all_metadata=True,
                    limit=_PAGE,
                    cursor=cursor,
                )
            except SLACK_FAILED as error:
                if code_of(error) in {"missing_scope", "not_in_channel"}:
                    raise LookupError(f"the history can't be read: {code_of(error)}") from error
                raise delivery_error(error) from error
            messages: list[dict[str, Any]] = page["messages"]
            found = next((str(one["ts"]) for one in messages if delivery_of(one) == delivery_id), None)
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if found:
                await self._owe_thread(chat, delivery_id, found)
            if found or not cursor:
                return found
        raise LookupError(f"the history since {since:.0f} is too long")

    async def _owe_thread(self, chat: Chat, delivery_id: int, ts: str) -> None:
        if self._threads is not None and not is_direct(chat.key.external_id):
            await self._threads.owe(delivery_id, ts)

    async def reply(self, chat: Chat, reply: Reply, place: ReplyTarget) -> None:
        """Answer a command, a mention or a press.

        Raises:
            DeliveryError: it was not sent, or nobody knows.
        """
        if is_direct(chat.key.external_id) and not place.only_for_them and not place.replaces:
            reply = await self._without_file(chat, reply, place)
        messages = self._rendered(chat, reply) if reply.parts else ()
        for number, message in enumerate(messages):
            # Only the first takes the place of another one.
            where = place if not number else replace(place, replaces=None)
            ts = await self._answer(chat, message, where)
            if ts is not None:
                await self._cards.remember(chat.id, ts, message.paper_id)

    def _rendered(self, chat: Chat, reply: Reply) -> tuple[SlackMessage, ...]:
        return render(reply, chat.language, commands=self._commands)

    async def _answer(self, chat: Chat, message: SlackMessage, place: ReplyTarget) -> str | None:
        """Send one message of an answer; return its `ts` where everybody can see it."""
        if place.replaces is not None:
            return await self._replace(chat, message, place)
        if place.only_for_them:
            await self._whisper(chat, message, place)
            return None
        try:
            return await self._posting.in_turn(
                chat,
                lambda plain: self._posting.post(chat, message, plain=plain, thread_ts=place.thread_ts),
            )
        except ChatGoneError:
            if place.response_url is None:
                raise
        # The channel is private and we are not in it; who asked there may have the answer shown all the same.
        await self._respond(chat, message, place, response_type="in_channel")
        return None

    async def _whisper(self, chat: Chat, message: SlackMessage, place: ReplyTarget) -> None:
        """Show a message to who asked alone."""
        if place.response_url is not None:
            try:
                await self._respond(chat, message, place, response_type="ephemeral", replace_original=False)
            except RefusedError:
                pass  # its 30 minutes or its five messages are over
            else:
                return
        await self._posting.in_turn(
            chat,
            lambda plain: self._posting.show(
                chat, message, place.user_id, plain=plain, thread_ts=place.thread_ts
            ),
            counted=False,
        )

    async def _replace(self, chat: Chat, message: SlackMessage, place: ReplyTarget) -> str | None:
        """Put a message in the place of another one; where that can't be, send it."""
        ts = place.replaces or ""
        try:
            if place.is_ephemeral:
                await self._respond(chat, message, place, replace_original=True)
                return None
            await self._posting.in_turn(
                chat, lambda plain: self._posting.update(chat, ts, message, plain=plain), counted=False
            )
        except RefusedError as error:
            _log.info("a message was not changed: %s", error)
            shown = replace(place, replaces=None, only_for_them=place.is_ephemeral)
            return await self._answer(chat, message, shown)
        return ts

    async def _respond(
        self, chat: Chat, message: SlackMessage, place: ReplyTarget, **options: object
    ) -> None:
        url = place.response_url or ""
        options = {"thread_ts": place.thread_ts, **options}
        await self._posting.in_turn(
            chat,
            lambda plain: self._posting.respond(chat, url, message, plain=plain, **options),
            counted=False,
        )

    async def _without_file(self, chat: Chat, reply: Reply, place: ReplyTarget) -> Reply:
        """Send BibTeX as a file, which reference managers open; return what is left to say.

        Without the right to upload it stays a text in the message.
        """
        entries = [part.text for part in reply.parts if isinstance(part, Text) and _is_bibtex(part)]
        if not entries:
            return reply
        try:
            await self._posting.in_turn(
                chat,
                lambda _: self._posting.upload(
                    chat, _file_name(entries), "\n\n".join(entries), thread_ts=place.thread_ts
                ),
            )
        except (NotSentError, RefusedError) as error:
            _log.info("a file was not uploaded: %s", error)
            return reply
        return replace(reply, parts=tuple(part for part in reply.parts if not _is_bibtex(part)))


def _is_bibtex(part: object) -> bool:
    return isinstance(part, Text) and part.tone == "code" and _BIBTEX.match(part.text) is not None


def _file_name(entries: Sequence[str]) -> str:
    found = _BIBTEX.match(entries[0]) if len(entries) == 1 else None
    name = re.sub(r"[^\w.-]+", "-", found["key"] if found else "").strip("-.")
    return f"{name or 'papers'}.bib"
