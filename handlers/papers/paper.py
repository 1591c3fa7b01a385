"""/paper: everything known about one paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.cards.make_card import card_of
from bot.domain.chat.command import Button, Reply
from bot.i18n import N_
from handlers.named_papers import named_papers, short_id, short_ids
from handlers.spec import CommandSpec
from handlers.wording import speak

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.domain.papers.paper import Paper
    from bot.i18n import Translator
    from bot.services.chat_services import ChatServices
    from handlers.named_papers import NamedPapers


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Show the full card of a paper, or a list of those that are named."""
    words = speak(request)
    named = await named_papers(request, services)
    return named if isinstance(named, Reply) else shown(named, words)


def shown(named: NamedPapers, words: Translator) -> Reply:
    """Return one paper whole, or several as a list that can be saved as a whole."""
    remarks = named.remarks(words)
    if not named.papers:
        return Reply(remarks)
    if len(named.papers) == 1:
        alone = whole(named.papers[0], words)
        return Reply((*alone.parts, *remarks), alone.buttons)
    cards = [card_of(paper, position=number) for number, paper in enumerate(named.papers, start=1)]
    ids = short_ids(named.papers)
    return Reply(
        (*cards, *remarks),
        (
            Button(words.gettext("Save all"), f"/save {ids}"),
            Button(words.gettext("BibTeX of all"), f"/bibtex {ids}"),
        ),
    )


def whole(paper: Paper, words: Translator) -> Reply:
    """Return everything known about a paper, and what to ask next."""
    return Reply(
        (card_of(paper, full=True),),
        (
            *next_steps(paper, words),
            Button(words.gettext("BibTeX"), f"/bibtex {short_id(paper)}"),
            Button(words.gettext("Less like this"), f"/mute {short_id(paper)}"),
            Button(words.gettext("Why did I (not) get it?"), f"/explain {short_id(paper)}"),
        ),
    )


def next_steps(paper: Paper, words: Translator) -> tuple[Button, ...]:
    """Return what most readers do next with a paper."""
    return (
        Button(words.gettext("Similar papers"), f"/similar {short_id(paper)}"),
        Button(words.gettext("Save"), f"/save {short_id(paper)}"),
    )


SPEC = CommandSpec(
    name="paper",
    usage=N_("ID ..."),
    summary=N_("everything known about one paper"),
    handle=handle,
    aliases=("论文",),
)
