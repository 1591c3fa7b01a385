"""/summary: what one paper does, by a language model where a digest brought that, else from the abstract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Reply, Text
from bot.domain.summaries.extract import extract
from bot.domain.text.normalize import plain
from bot.i18n import N_
from handlers.named_papers import named_paper
from handlers.papers.paper import next_steps
from handlers.spec import CommandSpec
from handlers.wording import speak

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.domain.papers.paper import Paper
    from bot.i18n import Translator
    from bot.services.chat_services import ChatServices


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Show a paper's summary and takeaways, with who wrote them."""
    words = speak(request)
    paper = await named_paper(request, services)
    if isinstance(paper, Reply):
        return paper
    parts = _by_model(paper, words) or _from_abstract(paper, words)
    if not parts:
        parts = (Text(words.gettext("No source has brought its abstract yet."), "warning"),)
    return Reply((Text(plain(paper.title), "heading"), *parts), next_steps(paper, words))


def _by_model(paper: Paper, words: Translator) -> tuple[Text, ...]:
    parts: list[Text] = []
    if paper.summary:
        parts += [Text(words.gettext("AI summary (unverified)"), "heading"), Text(paper.summary, "quote")]
    if paper.takeaways:
        parts += [Text(words.gettext("AI takeaways (unverified)"), "heading"), _points(paper.takeaways)]
    return tuple(parts)


def _from_abstract(paper: Paper, words: Translator) -> tuple[Text, ...]:
    found = extract(paper.title, paper.abstract) if paper.abstract else None
    if not found:
        return ()
    parts = [Text(words.gettext("Summary, from the abstract"), "heading"), Text(found.one_line, "quote")]
    if found.takeaways:
        parts += [Text(words.gettext("Takeaways, from the abstract"), "heading"), _points(found.takeaways)]
    return tuple(parts)


def _points(texts: tuple[str, ...]) -> Text:
    return Text("\n".join(f"• {text}" for text in texts), "quote")


SPEC = CommandSpec(
    name="summary", usage=N_("ID"), summary=N_("what one paper does, in a few sentences"), handle=handle,
    aliases=("takeaways", "要点", "总结"),
)  # fmt: skip
