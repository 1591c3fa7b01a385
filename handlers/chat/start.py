"""/start: what the bot does and what to type first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.chat.command import Button, Reply, Text
from bot.domain.chat.deep_link import paper_of, query_of
from bot.i18n import N_
from handlers.empty_archive import why_empty
from handlers.papers import paper
from handlers.spec import CommandSpec
from handlers.wording import speak

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.services.chat_services import ChatServices


_SUGGESTED = 3
_USUAL_TOPICS = ["diffusion"]


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Greet, say how many papers are known, and name the next step."""
    words = speak(request)
    shared = query_of(request.args.strip())
    if shared:
        line = words.gettext("Somebody shares a search with you: {query}").format(query=shared)
        return Reply(
            (Text(line),),
            (
                Button(words.gettext("Subscribe"), f"/subscribe {shared}"),
                Button(words.gettext("What would it bring?"), f"/preview {shared}"),
            ),
        )
    linked = paper_of(request.args.strip())
    if linked:
        return await paper.handle(replace(request, args=linked), services)
    known = await services.searching.count()
    mine = await services.subscriptions.of_chat(request.chat.id)
    lines = [words.gettext("I read paper digests, know each paper once, and bring you those you ask for.")]
    if known:
        line = words.ngettext("{count} paper is known.", "{count} papers are known.", known)
        lines.append(line.format(count=known))
    empty = () if known else await why_empty(request, services)
    if mine:
        buttons = [Button(words.gettext("Your digest now"), "/digest")]
    else:
        form = words.gettext("Subscribe: {query}")
        topics = await services.searching.common_topics(limit=_SUGGESTED) or _USUAL_TOPICS
        buttons = [Button(form.format(query=topic), f"/subscribe {topic}") for topic in topics]
    buttons += [
        Button(words.gettext("Search"), "/search video editing"),
        Button(words.gettext("All commands"), "/help"),
    ]
    return Reply((Text("\n".join(lines)), *empty), tuple(buttons))


SPEC = CommandSpec(
    name="start", usage="", summary=N_("what the bot does and what to type first"), handle=handle
)
