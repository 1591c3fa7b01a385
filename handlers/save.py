"""/save: keep a paper; /saved lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.command import Button, Reply, Text
from bot.i18n import N_
from handlers.paper import named_paper, short_id
from handlers.spec import CommandSpec
from handlers.wording import short_title, speak

if TYPE_CHECKING:
    from bot.domain.command import CommandRequest
    from bot.services.chat_services import ChatServices


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Save a paper for this chat."""
    words = speak(request)
    paper = await named_paper(request, services)
    if isinstance(paper, Reply):
        return paper
    if await services.saved.save(request.chat.id, paper, now=request.now):
        told = Text(words.gettext("Saved: {title}").format(title=short_title(paper)), "ok")
    else:
        told = Text(words.gettext("It is saved already: {title}").format(title=short_title(paper)))
    return Reply(
        (told,),
        (
            Button(words.gettext("Saved papers"), "/saved"),
            Button(words.gettext("Remove"), f"/unsave {short_id(paper)}"),
        ),
    )


SPEC = CommandSpec(
    name="save", usage=N_("ID"), summary=N_("keep a paper for this chat"), handle=handle,
    aliases=("收藏",), keeps=True,
)  # fmt: skip
