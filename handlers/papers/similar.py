"""/similar: papers that share the most significant terms with a given one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.cards.make_card import card_of
from bot.domain.chat.command import Reply, Text
from bot.i18n import N_
from handlers.named_papers import named_paper
from handlers.spec import CommandSpec
from handlers.wording import short_title, speak

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.services.chat_services import ChatServices


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Show papers like one."""
    words = speak(request)
    paper = await named_paper(request, services)
    if isinstance(paper, Reply):
        return paper
    found = await services.searching.similar(paper, today=request.now.date())
    if not found:
        return Reply((Text(words.gettext("No paper known so far is like it."), "warning"),))
    heading = words.gettext("Like {title}").format(title=short_title(paper))
    cards = [card_of(one.paper, position=number) for number, one in enumerate(found, start=1)]
    return Reply((Text(heading, "heading"), *cards))


SPEC = CommandSpec(
    name="similar", usage=N_("ID"), summary=N_("papers similar to one"), handle=handle, aliases=("相似",)
)
