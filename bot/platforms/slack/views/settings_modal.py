"""The modal for a chat's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Reply, Text
from bot.i18n import translator
from bot.platforms.slack.blocks.elements import values_of
from bot.platforms.slack.messages.answer_blocks import is_done, said
from bot.platforms.slack.views.modal_layouts import (
    ViewTarget,
    answer_view,
    settings_view,
    target_of,
    told_view,
)
from bot.platforms.slack.views.open_views import ModalContent, SubmitResult
from bot.platforms.slack.views.settings_form import commands_of, problems_of, settings_of
from bot.platforms.slack.views.subscribe_modal import too_old

if TYPE_CHECKING:
    from bot.domain.chat.command import Chat
    from bot.platforms.slack.interactions.conversation import ConversationCommands
    from bot.platforms.slack.interactions.interaction import Interaction
    from bot.platforms.slack.views.settings_form import Settings


class SettingsModal:
    """Opens and carries out the modal.

    Args:
        places: carries out commands.
    """

    def __init__(self, places: ConversationCommands) -> None:
        self._places = places

    async def form(self, act: Interaction, target: ViewTarget) -> ModalContent:
        """Return the modal with what the chat chose."""
        chat = await self._places.chat_of(act, target.channel)
        return ModalContent(settings_view(target, await self._settings(chat)))

    async def submitted(self, act: Interaction) -> SubmitResult:
        """Carry out the commands that the form stands for, once all of it can be read."""
        view = act.view or {}
        target, values = target_of(view), values_of(view)
        chat = await self._places.chat_of(act, target.channel if target else "")
        if target is None or target.tenant != act.tenant:
            return _refused(chat, ViewTarget(act.tenant), {"when": too_old(chat.language)})
        problems = problems_of(values, chat.language)
        if problems:
            return _refused(chat, target, problems)
        replies = []
        for block, command in commands_of(values, await self._settings(chat)).items():
            reply = await self._places.ask(act, chat, command)
            if not is_done(reply):
                return _refused(chat, target, {block: said(reply)})
            replies.append(reply)
        chat = await self._places.chat_of(act, target.channel)  # perhaps in another language now
        line = translator(chat.language).gettext("Your settings are stored.")
        stored = Reply((Text(line, "ok"),))
        shown = await self._places.blocks(chat, "find", *(replies or [stored]))
        late = answer_view(target, "paperwire", shown, chat.language)
        if target.home is None:
            return SubmitResult(late, view=late)
        return SubmitResult(late, home=target.home, told=await self._places.blocks(chat, "home", stored))

    async def _settings(self, chat: Chat) -> Settings:
        return settings_of(chat, await self._places.services.use_cases.schedules.of_chat(chat.id))


def _refused(chat: Chat, target: ViewTarget, problems: dict[str, str]) -> SubmitResult:
    return SubmitResult(told_view(target, [*problems.values()], chat.language), errors=problems)
