"""/resume: continues a paused subscription."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.i18n import N_
from handlers.spec import CommandSpec
from handlers.subscriptions.pause import change_state
from handlers.wording import speak

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest, Reply
    from bot.services.chat_services import ChatServices


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Resume one subscription, or all."""
    done = speak(request).gettext("Resumed #{number} {query}")
    return await change_state(request, services, "active", done=done, back="/pause")


SPEC = CommandSpec(
    name="resume", usage=N_("NUMBER | all"), summary=N_("continue a paused subscription"), handle=handle,
    aliases=("恢复",), changes=True,
)  # fmt: skip
