"""/mute: excludes papers like a given one, by one more word in the queries that match it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Button, Reply, Text
from bot.i18n import N_
from handlers.named_papers import named_paper
from handlers.no_subscription import none_yet
from handlers.spec import CommandSpec
from handlers.wording import short_title, speak

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.i18n import Translator
    from bot.services.chat_services import ChatServices
    from bot.services.subscriptions.propose_mute import Proposal


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Propose another query for each subscription that matches a paper; change nothing."""
    words = speak(request)
    paper = await named_paper(request, services)
    if isinstance(paper, Reply):
        return paper
    if not await services.subscriptions.of_chat(request.chat.id):
        return none_yet(words)
    proposals = await services.muting.propose(request.chat.id, paper, now=request.now)
    if not proposals:
        line = words.gettext("No subscription of yours matches {title}; there is nothing to change.")
        return Reply(
            (Text(line.format(title=short_title(paper)), "warning"),),
            (Button(words.gettext("Your subscriptions"), "/subscriptions"),),
        )
    heading = words.gettext("Less like {title}").format(title=short_title(paper))
    label = words.gettext("#{number} without {word}")
    buttons = [
        Button(
            label.format(number=one.subscription.number, word=one.word),
            f"/edit {one.subscription.number} {one.query}",
        )
        for one in proposals
        if one.word
    ]
    parts = [Text(heading, "heading"), Text("\n".join(_line(one, words) for one in proposals))]
    if buttons:
        hint = words.gettext("Nothing changed yet. /edit gives a subscription its old query back.")
        parts.append(Text(hint, "hint"))
    return Reply(tuple(parts), tuple(buttons))


def _line(one: Proposal, words: Translator) -> str:
    if one.word is None:
        form = words.gettext("#{number} {query}: no single word tells this paper from the others.")
    elif not one.matched:
        form = words.gettext(
            "#{number} {query}: -{word} would keep it out; the last 30 days brought nothing."
        )
    else:
        form = words.ngettext(
            "#{number} {query}: -{word} would have kept out {count} of {matched} paper of the last 30 days.",
            "#{number} {query}: -{word} would have kept out {count} of {matched} papers of the last 30 days.",
            one.matched,
        )
    return form.format(
        number=one.subscription.number,
        query=one.subscription.canonical,
        word=one.word,
        count=one.kept_out,
        matched=one.matched,
    )


SPEC = CommandSpec(
    name="mute", usage=N_("ID"), summary=N_("fewer papers like one"), handle=handle, aliases=("less", "少推")
)
