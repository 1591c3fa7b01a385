"""/takeaways: a language model's summary of one paper, marked as such."""

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
    """Show the summary and the takeaways that a digest brought."""
    words = speak(request)
    paper = await named_paper(request, services)
    if isinstance(paper, Reply):
        return paper
    title = Text(plain(paper.title), "heading")
    parts = []
    if paper.summary:
        parts += [Text(words.gettext("AI summary (unverified)"), "heading"), Text(paper.summary, "quote")]
    if paper.takeaways:
        points = "\n".join(f"• {point}" for point in paper.takeaways)
        parts += [Text(words.gettext("AI takeaways (unverified)"), "heading"), Text(points, "quote")]
    if not parts:
        line = words.gettext("No digest brought a summary or takeaways of it; there is its abstract.")
        parts = [Text(line, "warning")]
    return Reply((title, *parts), next_steps(paper, words))


SPEC = CommandSpec(
    name="takeaways",
    usage=N_("ID"),
    summary=N_("what a language model says of one paper"),
    handle=handle,
    aliases=("要点",),
)
