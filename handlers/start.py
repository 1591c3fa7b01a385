"""/start: what this is and what to type first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.command import Button, Reply, Text
from bot.i18n import N_
from handlers.spec import CommandSpec
from handlers.wording import speak

if TYPE_CHECKING:
    from bot.domain.command import CommandRequest
    from bot.services.chat_services import ChatServices


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Greet, say how many papers are known, and name the next step."""
    words = speak(request)
    known = await services.searching.count()
    mine = await services.subscriptions.of_chat(request.chat.id)
    lines = [
        words.gettext("I read paper digests, know each paper once, and bring you those you ask for."),
        words.ngettext("{count} paper is known.", "{count} papers are known.", known).format(count=known),
    ]
    buttons = [
        Button(words.gettext("Subscribe"), "/subscribe diffusion"),
        Button(words.gettext("Search"), "/search video editing"),
        Button(words.gettext("All commands"), "/help"),
    ]
    if mine:
        buttons[0] = Button(words.gettext("Your digest now"), "/digest")
    return Reply((Text("\n".join(lines)),), tuple(buttons))


SPEC = CommandSpec(name="start", usage="", summary=N_("what this is and what to type first"), handle=handle)
