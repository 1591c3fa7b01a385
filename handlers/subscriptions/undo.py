"""/undo: restores what was removed in the last 10 minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Button, Reply, Text
from bot.i18n import N_
from handlers.spec import CommandSpec
from handlers.subscriptions.subscribe import no_room
from handlers.wording import speak

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.services.chat_services import ChatServices


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Restore the subscriptions that were removed last."""
    words = speak(request)
    back, left = await services.subscriptions.undo(request.chat.id, now=request.now)
    button = Button(words.gettext("Your subscriptions"), "/subscriptions")
    if not back and not left:
        line = words.gettext("Nothing was removed in the last 10 minutes.")
        return Reply((Text(line, "warning"),), (button,))
    lines = [
        words.gettext("Back again: #{number} {query}").format(number=one.number, query=one.canonical)
        for one in back
    ]
    told = [Text("\n".join(lines), "ok")] if lines else []
    if left:
        told.append(no_room(services.subscriptions.quota, words))
    return Reply(tuple(told), (button,))


SPEC = CommandSpec(
    name="undo",
    usage="",
    summary=N_("restore what you removed in the last 10 minutes"),
    handle=handle,
    changes=True,
)
