"""/bibtex: a paper as a BibTeX entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.bibtex import bibtex
from bot.domain.command import Button, Reply, Text
from bot.i18n import N_
from handlers.paper import named_paper, short_id
from handlers.spec import CommandSpec
from handlers.wording import speak

if TYPE_CHECKING:
    from bot.domain.command import CommandRequest
    from bot.services.chat_services import ChatServices


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Show the entry, to be copied."""
    words = speak(request)
    paper = await named_paper(request, services)
    if isinstance(paper, Reply):
        return paper
    entry = Text(bibtex(paper), "code")
    return Reply((entry,), (Button(words.gettext("The paper"), f"/paper {short_id(paper)}"),))


SPEC = CommandSpec(
    name="bibtex", usage=N_("ID"), summary=N_("a paper as a BibTeX entry"), handle=handle,
    aliases=("bib", "cite", "引用"),
)  # fmt: skip
