"""Scenario: what people do in chats, and waiting for what the bot does then."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Literal

from server_parts.changes import PATIENCE

from telegram_server.api.params import Upload
from telegram_server.model import GENERAL, Button, Version
from telegram_server.scenarios.people import BOT_NAME, People
from telegram_server.texts.entities import Formatted, find_entities
from telegram_server.world import Query

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram_server.model import Chat, Message, Topic, User

_COMMAND_FOR = re.compile(r"/\w+(?:@(?P<bot>\w+))?")


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wrote, and what the bot answered until the waiting ended.

    Attributes:
        message: what was written.
        update_id: its update, or None where Telegram did not show it to the bot (privacy mode).
        answers: the bot's new messages in that chat.
    """

    message: Message
    update_id: int | None
    answers: tuple[Message, ...]

    @property
    def text(self) -> str:
        """All answers as they are shown."""
        return "\n".join(answer.text for answer in self.answers)

    @property
    def answer(self) -> Message:
        """The last answer."""
        return self.answers[-1]


@dataclass(frozen=True, slots=True)
class Pressed:
    """What pressing a button did.

    Attributes:
        button: what was pressed.
        does: `calls` the bot, `opens` the button's url or `copies` its text.
        toast: what popped up, empty where nothing did.
        alert: whether it had to be closed.
        answers: the bot's new messages in that chat.
        url: the link that the bot let the person's app open.
    """

    button: Button
    does: Literal["calls", "opens", "copies"]
    toast: str = ""
    alert: bool = False
    answers: tuple[Message, ...] = ()
    url: str = ""

    @property
    def answer(self) -> Message:
        """The last answer."""
        return self.answers[-1]


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """What an inline query found: the `InlineQueryResult` objects, and what goes with them."""

    results: tuple[dict[str, Any], ...]
    next_offset: str
    personal: bool
    cache_seconds: int


class Acts(People):
    """What people do. `patience` is in seconds, and only tells what hangs."""

    def __init__(self, *, token: str | None = None) -> None:
        super().__init__(token=token)
        self._query_ids = count(1)

    async def until(
        self, condition: Callable[[], object], *, awaited: str = "a condition", patience: float = PATIENCE
    ) -> None:
        """Wait until a condition holds, of this server or of the bot."""
        await self.world.changes.until(condition, patience=patience, awaited=lambda: self._told(awaited))

    async def handled(self, update_id: int | None) -> None:
        """Wait until the bot has confirmed an update; that it was handled, this does not say."""
        if update_id is not None:
            await self.until(
                lambda: not self.world.updates.holds(update_id), awaited=f"update {update_id} to be confirmed"
            )

    async def types(
        self,
        user: User,
        chat: Chat,
        text: str,
        *,
        thread: Topic | None = None,
        reply_to: Message | None = None,
        anonymous: bool = False,
        answers: int = 1,
        until: Callable[[], object] | None = None,
    ) -> Said:
        """Let somebody write a text and wait for the answer.

        Args:
            user: who writes; in a channel, the channel does.
            chat: where.
            text: as it was typed; commands and the like get their entities.
            thread: the topic; in a forum None is General.
            reply_to: the message it answers.
            anonymous: whether the admin hides behind the group.
            answers: how many messages of the bot to wait for; 0 waits for none.
            until: what to wait for instead.
        """
        assert not anonymous or chat.is_admin(user), f"{user.first_name} is no admin of {chat.title}"
        content = Formatted(text, tuple(find_entities(text)))
        place = thread.thread if thread is not None and thread.thread != GENERAL else None
        message = self._written(user, chat, content, thread=place, reply_to=reply_to, anonymous=anonymous)
        return await self._deliver(message, answers=answers, until=until)

    async def uploads(self, user: User, chat: Chat, name: str, content: bytes, *, answers: int = 1) -> Said:
        """Let somebody send a file and wait for the answer."""
        upload = Upload(name, content, "application/octet-stream")
        document_id = self.world.keep_file(upload)
        message = self._written(user, chat, Formatted(""), document=upload, document_id=document_id)
        return await self._deliver(message, answers=answers, until=None)

    def edits(self, message: Message, text: str) -> int | None:
        """Let the author edit what he or she wrote; return the id of the update, if there is one."""
        message.edits.append(Version(message.text, None, ()))
        message.content = Formatted(text, tuple(find_entities(text)))
        kind = "edited_channel_post" if message.chat.kind == "channel" else "edited_message"
        return self.world.tell(kind, message.as_json) if self._is_shown(message) else None

    async def presses(
        self,
        user: User,
        message: Message,
        label: str | Button,
        *,
        until: Callable[[], object] | None = None,
    ) -> Pressed:
        """Let somebody press a button and wait until the bot has answered.

        It has when the query is answered and there is something to see: a toast, or a message that is new,
        edited or gone.

        Args:
            user: who presses.
            message: whose button.
            label: its text, or the button itself, such as one of an earlier version.
            until: what to wait for instead of something to see; the query must be answered, too.
        """
        button = message.button(label) if isinstance(label, str) else label
        if button.data is None:
            return Pressed(button, "opens" if button.url else "copies")
        chat, query = message.chat, self._query(user)
        self.world.presses[query.id] = query
        before, seen = len(chat.messages), self.world.revisions[chat.id]
        pressed = {"id": query.id, "from": user.as_json, "chat_instance": str(chat.id), "data": button.data}
        self.world.tell("callback_query", {**pressed, "message": message.as_json})

        def is_answered() -> bool:
            if query.answer is None:
                return False
            if until is not None:
                return bool(until())
            if query.answer.text("text") or query.answer.text("url"):
                return True
            return self.world.revisions[chat.id] > seen

        await self.until(is_answered, awaited=f"an answer to the button {button.label!r}")
        assert query.answer is not None
        toast, alert = query.answer.text("text"), query.answer.flag("show_alert")
        url = query.answer.text("url")
        return Pressed(button, "calls", toast, alert, tuple(chat.messages[before:]), url)

    def reacts(self, user: User, message: Message, *emoji: str) -> int | None:
        """Let somebody react, without emoji no more. Bots hear of it if they asked; in groups, as admins."""
        old, message.reactions[user.id] = message.reactions.get(user.id, ()), emoji
        chat = message.chat
        if chat.kind != "private" and not chat.is_admin(self.bot):
            return None
        changed = {
            "chat": chat.as_json,
            "message_id": message.id,
            "user": user.as_json,
            "date": self.world.now,
            "old_reaction": [{"type": "emoji", "emoji": one} for one in old],
            "new_reaction": [{"type": "emoji", "emoji": one} for one in emoji],
        }
        return self.world.tell("message_reaction", changed)

    async def inline(self, user: User, text: str, *, offset: str = "") -> InlineAnswer:
        """Let somebody write `@bot text` in any chat and wait for what is found."""
        query = self._query(user)
        self.world.inline_queries[query.id] = query
        asked = {
            "id": query.id,
            "from": user.as_json,
            "query": text,
            "offset": offset,
            "chat_type": "private",
        }
        self.world.tell("inline_query", asked)
        await self.until(lambda: query.answer, awaited=f"an answer to the inline query {text!r}")
        assert query.answer is not None
        return InlineAnswer(
            tuple(query.answer.structure("results") or ()),
            query.answer.text("next_offset"),
            query.answer.flag("is_personal"),
            query.answer.integer("cache_time", 300) or 0,
        )

    def _query(self, user: User) -> Query:
        return Query(f"{user.id}{next(self._query_ids):06d}", user)

    def _written(self, user: User, chat: Chat, content: Formatted, **fields: Any) -> Message:
        assert chat.kind != "private" or chat.has(self.bot), f"{user.first_name} has blocked the bot"
        return self.world.post(chat, user, content, **fields)

    async def _deliver(self, message: Message, *, answers: int, until: Callable[[], object] | None) -> Said:
        chat = message.chat
        before = len(chat.messages)
        update_id = None
        if self._is_shown(message):
            kind = "channel_post" if chat.kind == "channel" else "message"
            update_id = self.world.tell(kind, message.as_json)
        if update_id is not None:
            condition = until or (lambda: len(chat.messages) >= before + answers)
            await self.until(condition, awaited=f"an answer to {message.text!r}")
        return Said(message, update_id, tuple(chat.messages[before:]))

    def _is_shown(self, message: Message) -> bool:
        """Whether Telegram shows the bot a message (core.telegram.org/bots/features#privacy-mode)."""
        chat = message.chat
        if not chat.has(self.bot):
            return False
        if chat.kind in {"private", "channel"} or self.world.reads_all or chat.is_admin(self.bot):
            return True
        if message.reply_to is not None and message.reply_to.author is self.bot:
            return True
        command = _COMMAND_FOR.match(message.text)
        return command is not None and (command["bot"] or BOT_NAME).lower() == BOT_NAME

    def _told(self, awaited: str) -> str:
        lines = [str(logged) for logged in self.world.log if logged.call.method != "getupdates"][-12:]
        waiting = len(self.world.updates.waiting)
        asked = f"{waiting} updates wait, asked for {self.world.updates.asked} times"
        return f"{awaited}; {asked}; last requests:\n" + "\n".join(lines)
