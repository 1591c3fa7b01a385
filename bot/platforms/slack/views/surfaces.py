"""Registers the handlers of Slack's surfaces: App Home, modals, shortcuts, link unfurls."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from bot.platforms.slack.interactions.background import Background
from bot.platforms.slack.interactions.conversation import ConversationCommands
from bot.platforms.slack.interactions.interaction import act_of, carried_out
from bot.platforms.slack.interactions.unfurls import Unfurls
from bot.platforms.slack.views.app_home import AppHome
from bot.platforms.slack.views.modal_layouts import FIND, SETTINGS, SUBSCRIBE, ViewTarget
from bot.platforms.slack.views.open_views import answer, show
from bot.platforms.slack.views.search_modal import Finding
from bot.platforms.slack.views.settings_modal import SettingsModal
from bot.platforms.slack.views.shortcuts import FIND_PAPERS, SAVE_PAPER, Shortcuts
from bot.platforms.slack.views.subscribe_modal import SubscribeModal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from slack_bolt.async_app import AsyncAck, AsyncApp
    from slack_bolt.context.async_context import AsyncBoltContext
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.platforms.slack.api.conversations import PersonalChats
    from bot.platforms.slack.blocks.block_kit import Json
    from bot.platforms.slack.interactions.interaction import Interaction
    from bot.platforms.slack.interactions.permissions import Rights
    from bot.platforms.slack.views.open_views import SubmitResult
    from bot.services.platform_services import PlatformServices

    Listener = Callable[[AsyncAck, Json, AsyncWebClient, AsyncBoltContext], Awaitable[None]]

ACTIONS: Final = re.compile(r"(?:home|modal|find):")
"""How the `action_id` of everything begins that is pressed or typed here."""


class SlackSurfaces:
    """Listens to what people do in views and shortcuts, and to the links that they post.

    Args:
        services: answers commands, finds papers.
        personal_chats: knows which chat is whose.
        rights: says who may change what a channel gets.
        background: holds the work behind the acknowledgements; by default one of its own.
    """

    def __init__(
        self,
        services: PlatformServices,
        personal_chats: PersonalChats,
        rights: Rights,
        background: Background | None = None,
    ) -> None:
        commands = services.command_names
        places = ConversationCommands(services, personal_chats, rights, commands)
        self._subscribing = SubscribeModal(places)
        self._changing = SettingsModal(places)
        self._finding = Finding(places, self._subscribing)
        self._home = AppHome(places, self._subscribing, self._changing, self._finding)
        self._shortcuts = Shortcuts(places, self._finding)
        self._unfurls = Unfurls(services)
        self._background = background or Background()

    def register(self, app: AsyncApp) -> None:
        """Let an app tell of all that happens here."""
        app.event("app_home_opened")(self._heard(self._home.opened))
        app.event("link_shared")(self._heard(self._unfurls.shared))
        app.action(ACTIONS)(self._heard(self._acted))
        app.view_submission(SUBSCRIBE)(self._submitted(self._subscribing.submitted))
        app.view_submission(SETTINGS)(self._submitted(self._changing.submitted))
        app.view_submission(FIND)(self._submitted(self._finding.submitted))
        app.global_shortcut(FIND_PAPERS)(self._heard(self._shortcuts.find_papers))
        app.message_shortcut(SAVE_PAPER)(self._heard(self._shortcuts.save_paper))

    async def _acted(self, act: Interaction) -> None:
        match act.action_id.split(":"):
            case ["home", *_]:
                await self._home.pressed(act)
            case ["modal", "query"]:
                await self._subscribing.typed(act)
            case ["modal", "try"]:
                await self._subscribing.tried(act)
            case ["modal", "subscribe"]:
                await show(
                    act, self._subscribing.form(act, ViewTarget(act.tenant, act.channel), query=act.value)
                )
            case ["modal", "settings"]:
                await show(act, self._changing.form(act, ViewTarget(act.tenant, act.channel)))
            case ["find", "query"]:
                await self._finding.searched(act)
            case ["find", *_]:
                place = await self._finding.pressed(act)
                if place is not None:
                    await self._home.publish(act, place)

    def _heard(self, doing: Callable[[Interaction], Awaitable[object]]) -> Listener:
        """Return a listener that tells Slack at once that it heard, and then does something."""

        async def listener(
            ack: AsyncAck, body: Json, client: AsyncWebClient, context: AsyncBoltContext
        ) -> None:
            await ack()
            self._background.start(carried_out(doing(act_of(body, context, client))))

        return listener

    def _submitted(self, submitted: Callable[[Interaction], Coroutine[Any, Any, SubmitResult]]) -> Listener:
        """Return a listener that tells Slack what a modal comes to that was sent."""

        async def listener(
            ack: AsyncAck, body: Json, client: AsyncWebClient, context: AsyncBoltContext
        ) -> None:
            act = act_of(body, context, client)
            self._background.start(carried_out(self._answer(act, ack, submitted(act))))

        return listener

    async def _answer(
        self, act: Interaction, ack: AsyncAck, making: Coroutine[Any, Any, SubmitResult]
    ) -> None:
        done = await answer(act, ack, making)
        if done.home is not None:
            await self._home.publish(act, done.home, done.told)
