"""/preview: what a query would have brought, without subscribing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Button, Reply, Text
from bot.i18n import N_
from handlers.spec import CommandSpec
from handlers.wording import notes_of, samples, speak, usage, volume

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.services.chat_services import ChatServices


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Show the reading of a query, its volume and its newest papers."""
    words = speak(request)
    if not request.args:
        return usage(words.gettext("Say what to look for. For example:"), "/preview diffusion -medical")
    query = services.queries.parse(request.args)
    preview = await services.previews.preview(query, now=request.now)
    line = f"{query.canonical} · {volume(preview, words)}"
    return Reply(
        (Text(line), *samples(preview), *notes_of(query.notes, words)),
        (
            Button(words.gettext("Subscribe"), f"/subscribe {query.canonical}"),
            Button(words.gettext("Search"), f"/search {query.canonical}"),
        ),
    )


SPEC = CommandSpec(
    name="preview", usage=N_("QUERY"), summary=N_("what a query would have brought, without subscribing"),
    handle=handle, aliases=("预览",),
)  # fmt: skip
