"""Publishes the App Home and handles its actions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.platforms.slack.blocks.elements import long_values, with_values
from bot.platforms.slack.messages.answer_blocks import is_short
from bot.platforms.slack.views.home_layout import (
    SAVED,
    HomePosition,
    HomeState,
    home_view,
    is_same,
    last_saved_page,
    place_of,
)
from bot.platforms.slack.views.modal_layouts import ViewTarget, answer_view
from bot.platforms.slack.views.open_views import ModalContent, sendable, show
from bot.platforms.traffic.chat_turns import ChatTurns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from bot.domain.chat.command import Chat
    from bot.platforms.slack.blocks.block_kit import Json
    from bot.platforms.slack.interactions.conversation import ConversationCommands
    from bot.platforms.slack.interactions.interaction import Interaction
    from bot.platforms.slack.views.search_modal import Finding
    from bot.platforms.slack.views.settings_modal import SettingsModal
    from bot.platforms.slack.views.subscribe_modal import SubscribeModal
    from bot.services.chat_services import ChatServices

_TOPICS: Final = 3
_LONGEST_TOPIC: Final = 60
_USUAL_TOPICS: Final = ("diffusion",)


class AppHome:
    """The App Home of each person.

    Args:
        places: carries out commands.
        subscribing: the modal to subscribe.
        changing: the modal of the settings.
        finding: the modal to find papers.
    """

    def __init__(
        self,
        places: ConversationCommands,
        subscribing: SubscribeModal,
        changing: SettingsModal,
        finding: Finding,
    ) -> None:
        self._places = places
        self._subscribing = subscribing
        self._changing = changing
        self._finding = finding
        # None of a person's acts wipes away what a later one says.
        self._turns: ChatTurns[tuple[str, str]] = ChatTurns()

    async def opened(self, act: Interaction) -> None:
        """Publish a Home that somebody opened, unless it shows all that already.

        Raises:
            SlackApiError: Slack does not take it.
        """
        event = act.body["event"]
        if event.get("tab") == "home":
            shown = event.get("view")
            async with self._turns.of((act.tenant, act.user_id)):
                await self._publish(act, place_of(shown), before=shown)

    async def pressed(self, act: Interaction) -> None:
        """Do what was pressed in a Home, and publish it again.

        Raises:
            SlackApiError: Slack does not take it.
        """
        place = place_of(act.view)
        target = ViewTarget(act.tenant, home=place)
        verb, value = act.action_id.split(":")[1], act.value
        if verb == "subscribe":
            await show(act, self._subscribing.form(act, target, query=value))
        elif verb == "settings":
            await show(act, self._changing.form(act, target))
        elif verb == "find":
            await show(act, self._finding.form(act, target))
        elif verb == "page":
            name, _, start = value.partition(":")
            async with self._turns.of((act.tenant, act.user_id)):
                await self._publish(act, replace(place, **{name: int(start)}))
        elif value.startswith("/edit ") and value.removeprefix("/edit ").isdecimal():
            number = int(value.removeprefix("/edit "))
            await show(act, self._subscribing.form(act, replace(target, number=number)))
        elif value.startswith(("/", "#")):
            async with self._turns.of((act.tenant, act.user_id)):
                await self._carry_out(act, value, target)

    async def publish(self, act: Interaction, place: HomePosition, told: Sequence[Json] = ()) -> None:
        """Publish a person's Home after something was done in a modal above it.

        Args:
            act: whose.
            place: what of its lists.
            told: blocks that say what was done.

        Raises:
            SlackApiError: Slack does not take it.
        """
        async with self._turns.of((act.tenant, act.user_id)):
            await self._publish(act, place, told)

    async def _publish(
        self,
        act: Interaction,
        place: HomePosition,
        told: Sequence[Json] = (),
        *,
        before: Mapping[str, Any] | None = None,
    ) -> None:
        """Publish a Home in its person's turn, unless `before`, what it shows now, is the same."""
        chat = await self._places.own(act)
        state = await read_home(self._places.services.use_cases, chat, place, told)
        view = home_view(state, place)
        if not is_same(before, view):
            long = long_values(view["blocks"])
            if long:
                stored = await self._places.services.buttons.shorten(chat.id, long)
                view = {**view, "blocks": with_values(view["blocks"], stored)}
            await act.client.views_publish(user_id=act.user_id, view=sendable(view))

    async def _carry_out(self, act: Interaction, value: str, target: ViewTarget) -> None:
        told: list[Json] = []

        async def answered() -> ModalContent:
            chat = await self._places.own(act)
            name, blocks, reply = await self._finding.answer(act, chat, value, "home")
            if is_short(reply):
                told.extend(blocks)
            else:
                blocks = await self._places.blocks(chat, "find", reply)
            return ModalContent(answer_view(target, name, blocks, chat.language), is_needed=not told)

        await show(act, answered())
        await self._publish(act, target.home or HomePosition(), told, before=act.view)


async def read_home(
    cases: ChatServices, chat: Chat, place: HomePosition, told: Sequence[Json] = ()
) -> HomeState:
    """Return what the Home of a person shows.

    Args:
        cases: the use cases behind the commands.
        chat: the person's own, as it was when something was pressed.
        place: what of the lists is looked at.
        told: blocks that say what was just done.
    """
    now = cases.chats.clock()
    mine = await cases.subscriptions.of_chat(chat.id)
    saved = await cases.saved.page(chat.id, start=place.saved, size=SAVED)
    if saved.total and not saved.papers:
        saved = await cases.saved.page(chat.id, start=last_saved_page(saved.total), size=SAVED)
    topics: list[str] = []
    if not mine:
        common = await cases.searching.common_topics(limit=_TOPICS)
        topics = [topic for topic in common if len(topic) <= _LONGEST_TOPIC] or [*_USUAL_TOPICS]
    return HomeState(
        chat=await cases.chats.open(chat.key),  # a command may have changed its language
        now=now,
        status=await cases.status.of_chat(chat, now=now),
        subscriptions=mine,
        saved=saved,
        topics=topics,
        known=await cases.searching.count(),
        told=told,
    )
