"""Decides which chat an interaction means, and what the user may do in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.platforms.slack.api.conversations import is_direct
from bot.platforms.slack.blocks.buttons import commands_to_store, with_stored
from bot.platforms.slack.interactions.permissions import Verdict
from bot.platforms.slack.interactions.refusals import refusal
from bot.platforms.slack.messages.answer_blocks import answer_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.chat.command import Chat, Reply
    from bot.platforms.slack.api.conversations import PersonalChats
    from bot.platforms.slack.blocks.block_kit import Json
    from bot.platforms.slack.interactions.interaction import Interaction
    from bot.platforms.slack.interactions.permissions import Rights
    from bot.platforms.slack.messages.answer_blocks import Surface
    from bot.services.platform_services import PlatformServices


@dataclass(frozen=True, slots=True)
class ConversationCommands:
    """Carries out commands for users of buttons and modals.

    Attributes:
        services: answers commands.
        chats: knows which chat is whose.
        rights: says who may change what a channel gets.
        commands: the names and aliases of our commands.
    """

    services: PlatformServices
    chats: PersonalChats
    rights: Rights
    commands: frozenset[str]

    async def own(self, act: Interaction) -> Chat:
        """Return the chat of the person who did something.

        Raises:
            SlackApiError: Slack does not open it.
        """
        return await self.chats.of(act.client, act.tenant, act.user_id)

    async def chat_of(self, act: Interaction, channel: str) -> Chat:
        """Return the chat of a conversation; the person's own where that is direct messages, or empty.

        Raises:
            SlackApiError: Slack does not open the person's own.
        """
        if not channel or is_direct(channel):
            return await self.own(act)
        return await self.chats.at(act.client, act.tenant, channel, act.user_id)

    async def ask(self, act: Interaction, chat: Chat, command: str) -> Reply:
        """Return the answer to a command; who may not change a channel is told why.

        Args:
            act: the user.
            chat: for which chat.
            command: with its slash.

        Raises:
            SlackApiError: Slack does not say who we are, for who is to invite us.
        """
        verdict = Verdict.MAY

        async def may_change() -> bool:
            nonlocal verdict
            verdict = await self.rights.judge(act.client, act.tenant, chat.key.external_id, act.user_id)
            return verdict is Verdict.MAY

        reply = await self.services.dispatch(command, chat, may_change=may_change)
        if verdict is Verdict.MAY:
            return reply
        me = await act.client.auth_test()
        return refusal(verdict, chat.language, bot_name=str(me["user"]))

    async def blocks(self, chat: Chat, surface: Surface, *replies: Reply) -> tuple[Json, ...]:
        """Return answers as blocks of a view, commands that are too long for a button stored."""
        shown = answer_blocks(replies, chat.language, surface, commands=self.commands)
        return await self.stored(chat, shown)

    async def stored(self, chat: Chat, blocks: Iterable[Json]) -> tuple[Json, ...]:
        """Return blocks whose commands all fit into their buttons."""
        blocks = tuple(blocks)
        long = commands_to_store(blocks)
        if not long:
            return blocks
        return with_stored(blocks, await self.services.buttons.shorten(chat.id, long))

    async def command_of(self, chat: Chat, value: str) -> str | None:
        """Return the command that a pressed button stands for, or None where it is not known any more."""
        return await self.services.buttons.command_of(chat.id, value)
