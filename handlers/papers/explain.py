"""/explain: why this chat was or was not shown a paper."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.domain.chat.command import Button, Reply, Text
from bot.domain.query import UnreadableQueryError
from bot.domain.schedules.time_zone import zone_of
from bot.i18n import N_
from handlers.named_papers import named_paper, short_id
from handlers.spec import CommandSpec
from handlers.wording import also_finds, short_title, speak

if TYPE_CHECKING:
    from bot.domain.cards.card import Reason
    from bot.domain.chat.command import Chat, CommandRequest
    from bot.domain.papers.paper import PaperEvent
    from bot.i18n import Translator
    from bot.services.chat_services import ChatServices
    from bot.services.digests.explain_paper import Explanation


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Say when a paper was shown, by which subscription and which words; or why it was not."""
    words = speak(request)
    paper = await named_paper(request, services)
    if isinstance(paper, Reply):
        return paper
    told = await services.explaining.explain(request.chat.id, paper, now=request.now)
    first_seen = _when(paper.first_seen_at, request.chat)
    brought = words.gettext("First seen {when} in {sources}.").format(
        when=first_seen, sources=", ".join(paper.sources)
    )
    lines = [brought, *(_event(event, at, request.chat, words) for event, at in told.events)]
    return Reply(
        (
            Text(short_title(paper), "heading"),
            Text("\n".join(lines)),
            Text("\n".join(_why(told, request.chat, words))),
            *_also_found(told, services, words),
        ),
        (Button(words.gettext("The paper"), f"/paper {short_id(paper)}"),),
    )


def _why(told: Explanation, chat: Chat, words: Translator) -> list[str]:
    if told.shown_at is not None:
        lines = [words.gettext("Shown to you {when}, for:").format(when=_when(told.shown_at, chat))]
        return lines + [_reason(reason, words) for reason in told.shown_for]
    lines = [words.gettext("Not shown to you yet.")]
    if not told.matching and not told.missing:
        return [*lines, words.gettext("You have no subscription that could bring it.")]
    for reason in told.matching:
        line = _reason(reason, words)
        if reason.subscription in told.paused:
            line += words.gettext(" · paused")
        elif told.waiting:
            line += words.gettext(" · comes with your next digest")
        elif told.too_old:
            line += words.gettext(" · first seen too long ago for a digest")
        else:
            line += words.gettext(" · known before you subscribed, or old: /digest shows it")
        lines.append(line)
    for one in told.missing:
        lines.append(
            words.gettext("· #{number} {query} does not match").format(number=one.number, query=one.canonical)
        )
    return lines


def _also_found(told: Explanation, services: ChatServices, words: Translator) -> list[Text]:
    """Return what the queries find besides what they say."""
    queries = dict.fromkeys(reason.query for reason in (*told.shown_for, *told.matching))
    added: dict[Text, None] = {}
    for text in queries:
        try:
            added |= dict.fromkeys(also_finds(services.queries.parse(text), words))
        except UnreadableQueryError:
            continue  # shown for a query of an older grammar
    return list(added)


def _reason(reason: Reason, words: Translator) -> str:
    line = words.gettext("· #{number} {query}, by the words: {words}")
    return line.format(number=reason.subscription, query=reason.query, words=", ".join(reason.words))


def _event(event: PaperEvent, at: int, chat: Chat, words: Translator) -> str:
    forms = {
        "version": words.gettext("Version {version} came {when}."),
        "withdrawn": words.gettext("Withdrawn by its authors; seen {when}."),
        "code": words.gettext("Its code became known {when}."),
    }
    return forms[event.kind].format(version=event.version, when=_when(at, chat))


def _when(seconds: int, chat: Chat) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC).astimezone(zone_of(chat.zone)):%Y-%m-%d %H:%M}"


SPEC = CommandSpec(
    name="explain", usage=N_("ID"), summary=N_("why you did or did not get a paper"), handle=handle,
    aliases=("why", "为什么"),
)  # fmt: skip
