"""/edit: give a subscription another query; it keeps its number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.query import UnreadableQueryError
from bot.i18n import N_
from handlers.no_subscription import none_yet, not_found
from handlers.spec import CommandSpec
from handlers.subscriptions.subscribe import accepted, confirmation, refused
from handlers.wording import speak, usage

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest, Reply
    from bot.services.chat_services import ChatServices


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Change the query of one subscription."""
    words = speak(request)
    named, *query = request.args.split(maxsplit=1) or [""]
    mine = await services.subscriptions.of_chat(request.chat.id)
    if not mine:
        return none_yet(words)
    if not named.lstrip("#").isdecimal() or not query:
        line = words.gettext("Say the number and the new query:")
        return usage(line, f"/edit {mine[0].number} {mine[0].canonical}")
    chosen = await services.subscriptions.find(request.chat.id, named)
    if not chosen:
        return not_found(named, words)
    text, confirmed = confirmation(query[0])
    try:
        outcome = await services.subscriptions.edit(chosen[0], text, now=request.now, confirmed=confirmed)
    except UnreadableQueryError as error:
        error.suggestion = f"{named} {error.suggestion}" if error.suggestion else None
        raise
    if outcome.refusal:
        return refused(outcome, services.subscriptions.quota, words, command=f"/edit {named}")
    return await accepted(
        outcome, request, services, words.gettext("Changed #{number} to {query} · {volume}")
    )


SPEC = CommandSpec(
    name="edit", usage=N_("NUMBER QUERY"), summary=N_("give a subscription another query"), handle=handle,
    aliases=("修改",), changes=True,
)  # fmt: skip
