"""/unsubscribe: stops one subscription or all; /undo restores them for 10 minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Button, Reply, Text
from bot.i18n import N_
from handlers.no_subscription import none_yet, not_found
from handlers.spec import CommandSpec
from handlers.subscriptions.subscribe import CONFIRMED, confirmation
from handlers.wording import speak, usage

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.services.chat_services import ChatServices

_ALL = frozenset({"all", "全部"})


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Remove a subscription by number or query; `all` asks first."""
    words = speak(request)
    named, confirmed = confirmation(request.args)
    mine = await services.subscriptions.of_chat(request.chat.id)
    if not mine:
        return none_yet(words)
    if not named:
        text = words.gettext("Say which one, by its number or its query:")
        return usage(text, *(f"/unsubscribe {one.number}" for one in mine[:3]))
    if named.casefold() in _ALL and not confirmed:
        line = words.ngettext(
            "Remove your {count} subscription?", "Remove all {count} subscriptions?", len(mine)
        ).format(count=len(mine))
        return Reply(
            (Text(line, "warning"),), (Button(words.gettext("Yes, remove"), f"/unsubscribe {CONFIRMED} all"),)
        )
    chosen = await services.subscriptions.find(request.chat.id, named)
    if not chosen:
        return not_found(named, words)
    await services.subscriptions.set_state(chosen, "removed", now=request.now)
    lines = [
        words.gettext("Removed #{number} {query}").format(number=one.number, query=one.canonical)
        for one in chosen
    ]
    return Reply((Text("\n".join(lines), "ok"),), (Button(words.gettext("Undo, for 10 minutes"), "/undo"),))


SPEC = CommandSpec(
    name="unsubscribe", usage=N_("NUMBER | QUERY | all"), summary=N_("stop getting the papers of a query"),
    handle=handle, aliases=("unsub", "退订"), changes=True,
)  # fmt: skip
