"""/unsave: remove a paper from the saved ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.command import Button, Reply, Text
from bot.i18n import N_
from handlers.paper import named_paper, short_id
from handlers.saved import none_yet
from handlers.spec import CommandSpec
from handlers.wording import short_title, speak, usage

if TYPE_CHECKING:
    from bot.domain.command import CommandRequest
    from bot.services.chat_services import ChatServices

_EXAMPLES = 3


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Remove a saved paper."""
    words = speak(request)
    if not request.args:
        page = await services.saved.page(request.chat.id, start=0, size=_EXAMPLES)
        if not page.papers:
            return await none_yet(request, services)
        text = words.gettext("Say which saved paper. For example:")
        return usage(text, *(f"/unsave {short_id(paper)}" for paper in page.papers))
    paper = await named_paper(request, services)
    if isinstance(paper, Reply):
        return paper
    saved = Button(words.gettext("Saved papers"), "/saved")
    if not await services.saved.unsave(request.chat.id, paper):
        line = words.gettext("It was not saved: {title}").format(title=short_title(paper))
        return Reply((Text(line, "warning"),), (saved,))
    line = words.gettext("No longer saved: {title}").format(title=short_title(paper))
    return Reply(
        (Text(line, "ok"),), (Button(words.gettext("Save it again"), f"/save {short_id(paper)}"), saved)
    )


SPEC = CommandSpec(
    name="unsave", usage=N_("ID"), summary=N_("remove a paper from the saved ones"), handle=handle,
    aliases=("取消收藏",), keeps=True,
)  # fmt: skip
