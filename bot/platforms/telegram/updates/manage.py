"""/manage: lets an admin manage a channel or group from a private chat."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from telegram import ChatMemberAdministrator
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, Forbidden

from bot.domain.cards.card import Card
from bot.domain.chat.command import Button, ChatKey, Reply, Text
from bot.i18n import translator
from bot.platforms.telegram.updates.permissions import is_admin
from bot.platforms.telegram.updates.updates import PLATFORM
from bot.platforms.texts.card_texts import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable

    from telegram import ChatFullInfo
    from telegram.ext import ExtBot

    from bot.domain.chat.command import Chat
    from bot.i18n import Translator
    from bot.services.platform_services import PlatformServices

_ASKED: Final = re.compile(
    r"\s*[/／](?:manage|管理)(?:@\w+)?(?:\s+(?P<chat>\S+))?\s*(?P<command>.*)", re.DOTALL
)
_LINK: Final = re.compile(r"(?:https?://)?t\.me/(?P<name>\w+)/?")
_OWN: Final = ("/start ", "/manage ", "/help")
"""Commands of buttons that are for the private chat all the same: links to share, help."""


@dataclass(frozen=True, slots=True)
class ManageResult:
    """What `/manage` came to.

    Attributes:
        reply: what is told in the private chat.
        posts_to: the chat that gets a message, or None.
        post: that message.
    """

    reply: Reply
    posts_to: Chat | None = None
    post: Reply | None = None


def is_manage(text: str) -> bool:
    """Whether a text asks to manage another chat."""
    return _ASKED.fullmatch(text) is not None


class ManageChats:
    """Carries out commands in a chat for one of its admins; nobody else in the chat sees them.

    Nothing is remembered: each command names its chat, as do the buttons of its answer, so none can reach
    another chat than the one it was shown for.

    Args:
        bot: the library's client.
        services: answers commands and opens chats.
    """

    def __init__(self, bot: ExtBot[str], services: PlatformServices) -> None:
        self._bot = bot
        self._services = services
        self._posting = services.posting_names

    async def answer(self, text: str, chat: Chat, user_id: int | None) -> ManageResult:
        """Carry out a command for another chat.

        Args:
            text: `/manage CHAT COMMAND`.
            chat: the private chat where it was asked.
            user_id: the user.

        Raises:
            TelegramError: Telegram could not be asked.
        """
        words = translator(chat.language)
        asked = _ASKED.fullmatch(text)
        named = asked["chat"] if asked else None
        if asked is None or named is None or user_id is None:
            return ManageResult(_usage(words))
        found = await self._find(named)
        if found is None:
            return ManageResult(_unknown(named, words))
        if not await is_admin(self._bot, found.id, user_id):
            known = found.title if found.username else named  # a private one's title is not for strangers
            line = words.gettext("Only admins of {title} can do that.").format(title=known)
            return ManageResult(Reply((Text(line, "warning"),)))
        key = ChatKey(PLATFORM, str(found.id))
        target = await self._services.chats.open(key, language=chat.language)
        command = asked["command"].strip()
        return await self._carry_out(found, target, named, command, translator(target.language))

    async def _carry_out(
        self, found: ChatFullInfo, target: Chat, named: str, command: str, words: Translator
    ) -> ManageResult:
        typed = command if command.startswith(("/", "／")) else f"/{command}"
        reply = await self._services.dispatch(typed if command else "/subscriptions", target)
        if self._posts(typed) and any(isinstance(part, Card) for part in reply.parts):
            line = words.gettext("Posted in {title}.").format(title=found.title)
            return ManageResult(Reply((Text(line, "ok"),)), target, reply)
        shown = replace(reply, buttons=tuple(_for_chat(reply.buttons, found.id)))
        heading = Text(found.title or named, "heading")
        if command:
            return ManageResult(replace(shown, parts=(heading, *shown.parts)))
        return ManageResult(
            Reply(
                (heading, *shown.parts, *await self._hints(found, named, words)),
                (*shown.buttons, *_for_chat(_usual(words), found.id)),
            )
        )

    async def _find(self, named: str) -> ChatFullInfo | None:
        named = harmless(named)  # copied from our own message, a joiner may be in it
        link = _LINK.fullmatch(named)
        name = f"@{link['name']}" if link else named
        if not name.startswith(("@", "-")):
            name = f"@{name}"
        try:
            found = await self._bot.get_chat(name)
        except (BadRequest, Forbidden):
            return None
        return None if found.type == ChatType.PRIVATE else found

    async def _hints(self, found: ChatFullInfo, named: str, words: Translator) -> list[Text]:
        hints = []
        if found.type == ChatType.CHANNEL:
            me = await self._bot.get_chat_member(found.id, self._bot.id)
            may_post = me.status == ChatMemberStatus.OWNER or (
                isinstance(me, ChatMemberAdministrator) and bool(me.can_post_messages)
            )
            if not may_post:
                line = words.gettext("I may not post in {title} yet: its admins can give me that right.")
                hints.append(Text(line.format(title=found.title), "warning"))
        hints.append(Text(words.gettext("Every command works so:"), "hint"))
        return [*hints, Text(f"/manage {named} subscribe diffusion", "code")]

    def _posts(self, command: str) -> bool:
        return command.lstrip("/／").partition(" ")[0].casefold() in self._posting


def _usual(words: Translator) -> tuple[Button, ...]:
    return (
        Button(words.gettext("Post a digest now"), "/digest"),
        Button(words.gettext("When the digest comes"), "/schedule"),
        Button(words.gettext("Status"), "/status"),
    )


def _for_chat(buttons: Iterable[Button], chat_id: int) -> Iterable[Button]:
    for button in buttons:
        own = button.command.startswith(_OWN)
        command = button.command if own else f"/manage {chat_id} {button.command}"
        yield replace(button, command=command)


def _usage(words: Translator) -> Reply:
    line = words.gettext(
        "Add me to your channel or group, to a channel as an admin who may post; then, for example:"
    )
    return Reply((Text(line), Text("/manage @channel\n/manage @channel subscribe diffusion", "code")))


def _unknown(named: str, words: Translator) -> Reply:
    line = words.gettext(
        "I know no channel or group {name}: add me there first, to a channel as an admin who may post. "
        "A private one answers to its number, which begins with -100."
    )
    return Reply((Text(line.format(name=named), "warning"),))
