"""/subscriptions: this chat's subscriptions, with numbers, volumes and state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Button, Reply, Text
from bot.i18n import N_
from handlers.no_subscription import none_yet
from handlers.spec import CommandSpec
from handlers.wording import also_finds, speak, volume

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.services.chat_services import ChatServices


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """List the subscriptions."""
    words = speak(request)
    mine = await services.subscriptions.of_chat(request.chat.id)
    if not mine:
        return none_yet(words)
    lines = []
    added: dict[Text, None] = {}
    for one in mine:
        query = services.queries.parse(one.canonical)
        preview = await services.previews.preview(query, now=request.now)
        state = words.gettext(" · paused") if one.state == "paused" else ""
        lines.append(f"#{one.number} {one.canonical} · {volume(preview, words)}{state}")
        added |= dict.fromkeys(also_finds(query, words))
    first = mine[0].number
    return Reply(
        (Text(words.gettext("Your subscriptions"), "heading"), Text("\n".join(lines)), *added),
        (
            Button(words.gettext("Your digest now"), "/digest"),
            Button(words.gettext("Pause"), f"/pause {first}"),
            Button(words.gettext("Remove"), f"/unsubscribe {first}"),
        ),
    )


SPEC = CommandSpec(
    name="subscriptions", usage="", summary=N_("your subscriptions, with numbers and volumes"), handle=handle,
    aliases=("subs", "list", "我的订阅"),
)  # fmt: skip
