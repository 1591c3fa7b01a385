"""/unsave: remove papers from the saved ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Button, Reply, Text
from bot.i18n import N_
from handlers.named_papers import named_papers, short_id, short_ids
from handlers.papers.saved import none_yet
from handlers.spec import CommandSpec
from handlers.wording import short_title, speak, usage

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.services.chat_services import ChatServices

_EXAMPLES = 3


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Remove saved papers."""
    words = speak(request)
    if not request.args:
        page = await services.saved.page(request.chat.id, start=0, size=_EXAMPLES)
        if not page.papers:
            return await none_yet(request, services)
        text = words.gettext("Say which saved paper. For example:")
        return usage(text, *(f"/unsave {short_id(paper)}" for paper in page.papers))
    named = await named_papers(request, services)
    if isinstance(named, Reply):
        return named
    listed = Button(words.gettext("Saved papers"), "/saved")
    removed = await services.saved.unsave(request.chat.id, named.papers)
    if not removed:
        titles = "; ".join(short_title(paper) for paper in named.papers)
        line = words.gettext("It was not saved: {title}").format(title=titles)
        return Reply((Text(line, "warning"), *named.remarks(words)), (listed,))
    line = words.gettext("No longer saved: {title}").format(title="; ".join(map(short_title, removed)))
    again = Button(words.gettext("Save it again"), f"/save {short_ids(removed)}")
    return Reply((Text(line, "ok"), *named.remarks(words)), (again, listed))


SPEC = CommandSpec(
    name="unsave", usage=N_("ID ..."), summary=N_("remove papers from the saved ones"), handle=handle,
    aliases=("取消收藏",), keeps=True,
)  # fmt: skip
