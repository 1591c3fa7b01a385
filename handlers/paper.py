"""/paper: everything known about one paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.cards import card_of
from bot.domain.command import Button, Reply, Text
from bot.domain.paper_id import read_paper_id
from bot.i18n import N_
from handlers.spec import CommandSpec
from handlers.wording import speak, usage

if TYPE_CHECKING:
    from bot.domain.command import CommandRequest
    from bot.domain.paper import Paper
    from bot.i18n import Translator
    from bot.services.chat_services import ChatServices


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Show the full card of a paper."""
    words = speak(request)
    found = await named_paper(request, services)
    if isinstance(found, Reply):
        return found
    return whole(found, words)


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


async def named_paper(request: CommandRequest, services: ChatServices) -> Paper | Reply:
    """Return the paper that the arguments name, or the answer where they name none."""
    words = speak(request)
    if not request.args:
        text = words.gettext("Say which paper: an arXiv id, a link or a DOI. For example:")
        newest = await services.searching.newest(limit=1)
        example = short_id(newest[0]) if newest else "2403.09638"
        return usage(text, f"/{request.command} {example}")
    found = await services.searching.by_id(canonical(request.args))
    if found:
        return found
    line = words.gettext("{id} is not in the archive.").format(id=request.args)
    return Reply((Text(line, "warning"),), (Button(words.gettext("Search"), f"/search {request.args}"),))


def canonical(text: str) -> str:
    """Return the canonical id that a text means, or the text where it is one already."""
    return read_paper_id(text) or text.strip()


def short_id(paper: Paper) -> str:
    """Return what people type for a paper."""
    return paper.arxiv_base or paper.canonical_id


SPEC = CommandSpec(
    name="paper",
    usage=N_("ID"),
    summary=N_("everything known about one paper"),
    handle=handle,
    aliases=("论文",),
)
