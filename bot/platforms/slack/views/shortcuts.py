"""The shortcuts “Find papers” and “Save paper”."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.cards.make_card import card_of
from bot.domain.chat.command import Reply, Text
from bot.i18n import translator
from bot.platforms.slack.interactions.paper_links import named_papers
from bot.platforms.slack.views.modal_layouts import ViewTarget, answer_view
from bot.platforms.slack.views.open_views import ModalContent, show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.chat.command import Chat
    from bot.platforms.slack.interactions.conversation import ConversationCommands
    from bot.platforms.slack.interactions.interaction import Interaction
    from bot.platforms.slack.views.search_modal import Finding

FIND_PAPERS: Final = "find_papers"
SAVE_PAPER: Final = "save_paper"


class Shortcuts:
    """Answers the shortcuts; what they save, they save for the person.

    Args:
        places: carries out commands.
        finding: the modal to find papers.
    """

    def __init__(self, places: ConversationCommands, finding: Finding) -> None:
        self._places = places
        self._finding = finding

    async def find_papers(self, act: Interaction) -> None:
        """Open the modal to find papers.

        Raises:
            SlackApiError: Slack does not show it.
        """
        await show(act, self._finding.form(act, ViewTarget(act.tenant)))

    async def save_paper(self, act: Interaction) -> None:
        """Save the paper that a message names; where it names several, let the person choose.

        Raises:
            SlackApiError: Slack does not show the answer.
        """
        await show(act, self._saved(act))

    async def _saved(self, act: Interaction) -> ModalContent:
        chat = await self._places.own(act)
        words = translator(chat.language)
        named = named_papers(act.body.get("message") or {})
        if not named:
            line = words.gettext(
                "This message names no paper: there is no link to arXiv, to a DOI or to one."
            )
            reply = Reply((Text(line, "warning"),))
        elif len(named) == 1:
            reply = await self._places.ask(act, chat, f"/save {named[0]}")
        else:
            reply = await self._choice(chat, named)
        blocks = await self._places.blocks(chat, "find", reply)
        return ModalContent(
            answer_view(ViewTarget(act.tenant), words.gettext("Save paper"), blocks, chat.language)
        )

    async def _choice(self, chat: Chat, named: Sequence[str]) -> Reply:
        words = translator(chat.language)
        found = [await self._places.services.use_cases.searching.by_id(one) for one in named]
        papers = {paper.id: paper for paper in found if paper is not None}
        if not papers:
            line = words.gettext("None of the papers of this message is in the archive.")
            return Reply((Text(line, "warning"),))
        cards = [card_of(paper, position=number) for number, paper in enumerate(papers.values(), start=1)]
        return Reply((Text(words.gettext("Which of them?"), "heading"), *cards))
