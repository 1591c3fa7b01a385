"""/bibtex: papers as BibTeX entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Button, Reply, Text
from bot.domain.papers.bibtex import bibtex_of
from bot.i18n import N_
from handlers.named_papers import named_papers, short_ids
from handlers.spec import CommandSpec
from handlers.wording import speak

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.services.chat_services import ChatServices


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Show the entries, to be copied."""
    words = speak(request)
    named = await named_papers(request, services)
    if isinstance(named, Reply):
        return named
    label = words.gettext("The paper") if len(named.papers) == 1 else words.gettext("The papers")
    entries = [Text(entry, "code") for entry in bibtex_of(named.papers)]
    return Reply((*entries, *named.remarks(words)), (Button(label, f"/paper {short_ids(named.papers)}"),))


SPEC = CommandSpec(
    name="bibtex", usage=N_("ID ..."), summary=N_("papers as BibTeX entries"), handle=handle,
    aliases=("bib", "cite", "引用"),
)  # fmt: skip
