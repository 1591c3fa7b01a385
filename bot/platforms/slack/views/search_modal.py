"""The modal that searches papers, and replies shown in modals; its buttons act in the user's own chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.cards.card import Card
from bot.domain.chat.command import Reply, Text
from bot.i18n import translator
from bot.platforms.slack.messages.answer_blocks import is_done, is_short, notice, with_notice, with_results
from bot.platforms.slack.views.modal_layouts import (
    ViewTarget,
    answer_view,
    changed_view,
    find_view,
    query_of,
    target_of,
)
from bot.platforms.slack.views.open_views import ModalContent, SubmitResult, change, show

if TYPE_CHECKING:
    from bot.domain.chat.command import Chat
    from bot.platforms.slack.blocks.block_kit import Json
    from bot.platforms.slack.interactions.conversation import ConversationCommands
    from bot.platforms.slack.interactions.interaction import Interaction
    from bot.platforms.slack.messages.answer_blocks import Surface
    from bot.platforms.slack.views.home_layout import HomePosition
    from bot.platforms.slack.views.subscribe_modal import SubscribeModal


class Finding:
    """Opens and updates the modal, and answers what is pressed in modals and below unfurled links.

    Args:
        places: carries out commands.
        subscribing: the modal to subscribe.
    """

    def __init__(self, places: ConversationCommands, subscribing: SubscribeModal) -> None:
        self._places = places
        self._subscribing = subscribing

    async def form(self, act: Interaction, target: ViewTarget) -> ModalContent:
        """Return the modal with the newest papers."""
        chat = await self._places.own(act)
        reply = await self._places.ask(act, chat, "/latest")
        return ModalContent(find_view(target, chat.language, await self._places.blocks(chat, "find", reply)))

    async def searched(self, act: Interaction) -> None:
        """Show what a query finds that was typed.

        Raises:
            SlackApiError: Slack does not take the modal.
        """
        await change(act, act.view_id, await self._found(act, act.value))

    async def submitted(self, act: Interaction) -> SubmitResult:
        """Show what a query finds that was sent."""
        view = await self._found(act, query_of(act.view or {})[1])
        return SubmitResult(view, view=view)

    async def pressed(self, act: Interaction) -> HomePosition | None:
        """Answer what was pressed; return what the Home below shows where it is to be published again.

        Raises:
            SlackApiError: Slack does not show the answer.
        """
        if act.action_id.split(":")[1] == "link" or act.value.startswith("link:"):
            return None
        target = (target_of(act.view) if act.view else None) or ViewTarget(act.tenant)
        is_new: list[Json] = []
        has_changed: list[bool] = []

        async def answered() -> ModalContent:
            # All of it in here: what opens the modal lives three seconds, and the archive may take longer.
            chat = await self._places.own(act)
            command = await self._places.command_of(chat, act.value)
            if command is not None and _opens_form(command):
                query = command.removeprefix("/subscribe ")
                return await self._subscribing.form(
                    act, ViewTarget(act.tenant, home=target.home), query=query
                )
            name, blocks, reply = await self.answer(act, chat, act.value, "find")
            has_changed.append(is_done(reply))
            if act.view is not None and command is not None and "page:" in command:
                is_new.extend(with_results(act.view["blocks"], blocks))
            elif act.view is not None and is_short(reply):
                is_new.extend(with_notice(act.view["blocks"], notice(blocks)))
            return ModalContent(answer_view(target, name, blocks, chat.language), is_needed=not is_new)

        await show(act, answered())
        if is_new and act.view is not None:
            await change(act, act.view_id, changed_view(act.view, is_new))
        return target.home if any(has_changed) else None

    async def answer(
        self, act: Interaction, chat: Chat, value: str, surface: Surface
    ) -> tuple[str, tuple[Json, ...], Reply]:
        """Return the answer to what was pressed: a name for its modal, its blocks, and itself.

        Args:
            act: the user.
            chat: for which chat.
            value: of the button.
            surface: where the blocks are shown.
        """
        words = translator(chat.language)
        command = await self._places.command_of(chat, value)
        if command is None:
            line = words.gettext("This button is too old; type the command again.")
            reply = Reply((Text(line, "warning"),))
        else:
            reply = await self._places.ask(act, chat, command)
        cards = sum(isinstance(part, Card) for part in reply.parts)
        name = words.gettext("Paper") if cards == 1 else words.gettext("Papers") if cards else "paperwire"
        return name, await self._places.blocks(chat, surface, reply), reply

    async def _found(self, act: Interaction, query: str) -> Json:
        chat = await self._places.own(act)
        target = target_of(act.view or {}) or ViewTarget(act.tenant)
        asked = " ".join(query.split())
        reply = await self._places.ask(act, chat, f"/search {asked}" if asked else "/latest")
        results = await self._places.blocks(chat, "find", reply)
        return find_view(target, chat.language, results, query=asked)


def _opens_form(command: str) -> bool:
    """Whether a command is better asked for in the modal, which shows first what it would bring."""
    return command.startswith("/subscribe ") and not command.startswith("/subscribe yes:")
