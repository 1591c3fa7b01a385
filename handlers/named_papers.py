"""Finds the papers that the arguments of a command name: one id or several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.chat.command import Button, Reply, Text
from bot.domain.papers.paper_id import read_paper_id, read_paper_ids, typed_id
from handlers.wording import speak, usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.chat.command import CommandRequest
    from bot.domain.papers.paper import Paper
    from bot.i18n import Translator
    from bot.services.chat_services import ChatServices

MOST: Final = 20
"""Papers of one list: as many as /search shows at most, and their ids fit into one command."""


@dataclass(frozen=True, slots=True)
class NamedPapers:
    """The papers that a list of ids names.

    Attributes:
        papers: those in the archive, in the order of the list.
        missing: canonical ids of those that are not.
        left: how many ids more than `MOST` the list has.
    """

    papers: tuple[Paper, ...]
    missing: tuple[str, ...] = ()
    left: int = 0

    def remarks(self, words: Translator) -> tuple[Text, ...]:
        """Return what is said of ids that are not answered."""
        lines = []
        if self.missing:
            ids = ", ".join(map(typed_id, self.missing))
            lines.append(Text(words.gettext("Not in the archive yet: {ids}").format(ids=ids), "warning"))
        if self.left:
            line = words.gettext("At most {most} papers at once; {left} more were left out.")
            lines.append(Text(line.format(most=MOST, left=self.left), "warning"))
        return tuple(lines)


async def named_papers(request: CommandRequest, services: ChatServices) -> NamedPapers | Reply:
    """Return the papers that the arguments name, or the answer where they name none that is known."""
    ids = read_paper_ids(request.args)
    if len(ids) <= 1:
        found = await named_paper(request, services)
        return found if isinstance(found, Reply) else NamedPapers((found,))
    named = await look_up(ids, services)
    return named if named.papers else Reply(named.remarks(speak(request)))


async def named_paper(request: CommandRequest, services: ChatServices) -> Paper | Reply:
    """Return the one paper that the arguments name, or the answer where they name none."""
    words = speak(request)
    if not request.args:
        text = words.gettext("Say which paper: an arXiv id, a link or a DOI. For example:")
        newest = await services.searching.newest(limit=1)
        example = short_id(newest[0]) if newest else "2403.09638"
        return usage(text, f"/{request.command} {example}")
    ids = read_paper_ids(request.args)
    found = await services.searching.by_id(ids[0] if len(ids) == 1 else canonical(request.args))
    if found:
        return found
    line = words.gettext("{id} is not in the archive.").format(id=request.args)
    return Reply((Text(line, "warning"),), (Button(words.gettext("Search"), f"/search {request.args}"),))


async def look_up(ids: Sequence[str], services: ChatServices) -> NamedPapers:
    """Return what canonical ids name; the same paper by two of its ids is one."""
    asked = ids[:MOST]
    stored = await services.searching.by_ids(asked)
    papers = {stored[one].id: stored[one] for one in asked if one in stored}
    missing = tuple(one for one in asked if one not in stored)
    return NamedPapers(tuple(papers.values()), missing, len(ids) - len(asked))


def canonical(text: str) -> str:
    """Return the canonical id that a text means, or the text where it is one already."""
    return read_paper_id(text) or text.strip()


def short_id(paper: Paper) -> str:
    """Return what people type for a paper."""
    return paper.arxiv_base or paper.canonical_id


def short_ids(papers: Sequence[Paper]) -> str:
    """Return what people type for several papers."""
    return " ".join(map(short_id, papers))
