"""/save: keep papers; /saved lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Button, Reply, Text
from bot.i18n import N_
from handlers.named_papers import named_papers, short_ids
from handlers.spec import CommandSpec
from handlers.wording import short_title, speak

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.chat.command import CommandRequest
    from bot.domain.papers.paper import Paper
    from bot.i18n import Translator
    from bot.services.chat_services import ChatServices


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Save papers for this chat."""
    words = speak(request)
    named = await named_papers(request, services)
    if isinstance(named, Reply):
        return named
    fresh = await services.saved.save(request.chat.id, named.papers, now=request.now)
    return Reply(
        (_told(named.papers, len(fresh), words), *named.remarks(words)),
        (
            Button(words.gettext("Saved papers"), "/saved"),
            Button(words.gettext("Remove"), f"/unsave {short_ids(fresh or named.papers)}"),
        ),
    )


def _told(papers: Sequence[Paper], fresh: int, words: Translator) -> Text:
    if len(papers) == 1:
        title = short_title(papers[0])
        if fresh:
            return Text(words.gettext("Saved: {title}").format(title=title), "ok")
        return Text(words.gettext("It is saved already: {title}").format(title=title))
    lines = []
    if fresh:
        form = words.ngettext("Saved: {count} paper", "Saved: {count} papers", fresh)
        lines.append(form.format(count=fresh))
    if before := len(papers) - fresh:
        form = words.ngettext("Saved before: {count} paper", "Saved before: {count} papers", before)
        lines.append(form.format(count=before))
    return Text(" · ".join(lines), "ok" if fresh else "plain")


SPEC = CommandSpec(
    name="save", usage=N_("ID ..."), summary=N_("save papers for this chat"), handle=handle,
    aliases=("收藏",), keeps=True,
)  # fmt: skip
