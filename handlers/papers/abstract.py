"""/abstract: the authors' abstract of one paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Reply, Text
from bot.domain.text.normalize import plain
from bot.i18n import N_
from handlers.named_papers import named_paper
from handlers.papers.paper import next_steps
from handlers.spec import CommandSpec
from handlers.wording import speak

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.services.chat_services import ChatServices


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Show a paper's abstract, unfolded."""
    words = speak(request)
    paper = await named_paper(request, services)
    if isinstance(paper, Reply):
        return paper
    title = Text(plain(paper.title), "heading")
    if not paper.abstract:
        line = words.gettext("No source has brought its abstract yet.")
        return Reply((title, Text(line, "warning")), next_steps(paper, words))
    return Reply((title, Text(plain(paper.abstract), "quote")), next_steps(paper, words))


SPEC = CommandSpec(
    name="abstract", usage=N_("ID"), summary=N_("the abstract of one paper"), handle=handle, aliases=("摘要",)
)
