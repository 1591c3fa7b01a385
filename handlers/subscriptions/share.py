"""/share: give a subscription to somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Button, Reply, Text
from bot.domain.chat.deep_link import payload_of
from bot.i18n import N_
from handlers.no_subscription import none_yet
from handlers.spec import CommandSpec
from handlers.wording import speak, usage

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.services.chat_services import ChatServices


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Show what another person types, and a link where the platform has links to bots."""
    words = speak(request)
    mine = await services.subscriptions.of_chat(request.chat.id)
    if not mine:
        return none_yet(words)
    found = await services.subscriptions.find(request.chat.id, request.args) if request.args else []
    if len(found) != 1:
        line = words.gettext("Which subscription? For example:")
        return usage(line, *(f"/share {one.number}" for one in mine[:3]))
    [one] = found
    line = words.gettext("Whoever wants the same papers types: /subscribe {query}").format(
        query=one.canonical
    )
    payload = payload_of(one.canonical)
    buttons = (Button(words.gettext("Share"), f"/start {payload}"),) if payload else ()
    return Reply((Text(line),), buttons)


SPEC = CommandSpec(
    name="share", usage=N_("NUMBER"), summary=N_("give a subscription to somebody else"), handle=handle,
    aliases=("分享",),
)  # fmt: skip
