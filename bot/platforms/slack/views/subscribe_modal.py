"""The modal to add or edit a subscription, with a live preview of the query."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bot.i18n import translator
from bot.platforms.slack.blocks.elements import values_of
from bot.platforms.slack.messages.answer_blocks import is_done, said
from bot.platforms.slack.views.modal_layouts import (
    CONFIRM,
    QUERY,
    ViewTarget,
    answer_view,
    next_query_block,
    query_of,
    subscribe_view,
    target_of,
    told_view,
)
from bot.platforms.slack.views.open_views import ModalContent, SubmitResult, change
from bot.platforms.slack.views.query_preview import better_query, reading_blocks

if TYPE_CHECKING:
    from bot.domain.chat.command import Chat, Reply
    from bot.platforms.slack.blocks.block_kit import Json
    from bot.platforms.slack.interactions.conversation import ConversationCommands
    from bot.platforms.slack.interactions.interaction import Interaction

_MOST_OPEN: Final = 1_000
"""Modals of which is remembered what was typed."""
_CONFIRMED: Final = "yes:"
"""Before a query in `/subscribe` and `/edit`: it is wanted though it is very broad."""


@dataclass(slots=True)
class _Typing:
    """What is typed into one modal: only the newest text is read, and only while the modal is still asked.

    Attributes:
        newest: when the newest text was typed, by Slack's clock.
        turn: lets readings follow each other.
        replaced: hashes of what the modal showed before our readings.
        shown: the hash of the last one.
    """

    newest: float = 0.0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    replaced: set[str] = field(default_factory=set)
    shown: str = ""

    def basis(self, seen: str) -> str:
        """Return what must still be shown for a reading to take its place.

        What was typed before a reading came still names what was shown before that. Anything else that is
        shown is an answer to a modal that was sent, and no reading takes its place.

        Args:
            seen: the hash of what was shown while somebody typed.
        """
        return self.shown if seen in self.replaced else seen


class SubscribeModal:
    """Opens, updates and carries out the modal.

    Args:
        places: carries out commands.
    """

    def __init__(self, places: ConversationCommands) -> None:
        self._places = places
        self._typing: OrderedDict[str, _Typing] = OrderedDict()

    async def form(self, act: Interaction, target: ViewTarget, *, query: str = "") -> ModalContent:
        """Return the modal with a query, or that of the subscription that is to be changed."""
        chat = await self._places.chat_of(act, target.channel)
        if target.number is not None:
            mine = await self._places.services.use_cases.subscriptions.of_chat(chat.id)
            query = next((one.canonical for one in mine if one.number == target.number), query)
        return ModalContent(await self._view(act, chat, target, query, QUERY))

    async def typed(self, act: Interaction) -> None:
        """Show how what was typed is read; what was typed over meanwhile is not shown any more.

        Raises:
            SlackApiError: Slack does not take the modal.
        """
        typing = self._typing.setdefault(act.view_id, _Typing())
        self._typing.move_to_end(act.view_id)
        if len(self._typing) > _MOST_OPEN:
            self._typing.popitem(last=False)
        typing.newest = max(typing.newest, act.acted_at)
        async with typing.turn:
            if act.acted_at < typing.newest:
                return
            basis = typing.basis(str((act.view or {})["hash"]))
            shown = await self._show(act, act.value, query_of(act.view or {})[0], only_after=basis)
            if shown is not None:
                typing.replaced.add(basis)
                typing.shown = shown

    async def tried(self, act: Interaction) -> None:
        """Put the query that was suggested into the field.

        Raises:
            SlackApiError: Slack does not take the modal.
        """
        await self._show(act, act.value, next_query_block(query_of(act.view or {})[0]))

    async def submitted(self, act: Interaction) -> SubmitResult:
        """Subscribe, or change the subscription; who may is asked now."""
        view = act.view or {}
        target, (block_id, query) = target_of(view), query_of(view)
        chat = await self._places.chat_of(act, target.channel if target else "")
        if target is None or target.tenant != act.tenant:
            line = too_old(chat.language)
            return SubmitResult(
                told_view(ViewTarget(act.tenant), [line], chat.language), errors={block_id: line}
            )
        asked = " ".join(query.split())
        if values_of(view).get(CONFIRM):
            asked = f"{_CONFIRMED} {asked}"
        command = "/subscribe" if target.number is None else f"/edit {target.number}"
        reply = await self._places.ask(act, chat, f"{command} {asked}")
        if is_done(reply):
            shown = await self._places.blocks(chat, "find", reply)
            late = answer_view(target, "paperwire", shown, chat.language)
            if target.home is None:
                return SubmitResult(late, view=late)
            told = await self._places.blocks(chat, "home", reply)
            return SubmitResult(late, home=target.home, told=told)
        if any(_CONFIRMED in button.command for button in reply.buttons):
            reading = reading_blocks(reply, self._places.commands)
            asks = subscribe_view(
                target, chat.language, query=query, block_id=block_id, reading=reading, confirms=True
            )
            return SubmitResult(asks, view=asks)
        again = await self._view(act, chat, target, query, next_query_block(block_id))
        return SubmitResult(again, errors={block_id: _told(reply, command, chat.language)})

    async def _show(
        self, act: Interaction, query: str, block_id: str, *, only_after: str | None = None
    ) -> str | None:
        target = target_of(act.view or {})
        if target is None:
            return None
        chat = await self._places.chat_of(act, target.channel)
        view = await self._view(act, chat, target, query.strip(), block_id)
        return await change(act, act.view_id, view, only_after=only_after)

    async def _view(
        self, act: Interaction, chat: Chat, target: ViewTarget, query: str, block_id: str
    ) -> Json:
        reading: tuple[Json, ...] = ()
        better = None
        if query:
            reply = await self._places.ask(act, chat, f"/preview {query}")
            reading = reading_blocks(reply, self._places.commands)
            better = better_query(reply, "/preview")
        return subscribe_view(
            target, chat.language, query=query, block_id=block_id, reading=reading, better=better
        )


def too_old(language: str) -> str:
    """Return what is said of a modal that can't be read any more."""
    return translator(language).gettext("This window is too old; open it again.")


def _told(reply: Reply, command: str, language: str) -> str:
    """Return what is wrong with a query, and what to write instead."""
    better = better_query(reply, command)
    if better is None:
        return said(reply)
    return f"{said(reply)} {translator(language).gettext('Try: {query}').format(query=better)}"
