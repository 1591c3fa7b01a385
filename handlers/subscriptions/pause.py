"""/pause: keeps a subscription, but sends nothing for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Button, Reply, Text
from bot.i18n import N_
from handlers.no_subscription import none_yet, not_found
from handlers.spec import CommandSpec
from handlers.wording import speak, usage

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.domain.subscriptions.subscription import State
    from bot.services.chat_services import ChatServices


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Pause one subscription, or all."""
    words = speak(request)
    return await change_state(
        request, services, "paused", done=words.gettext("Paused #{number} {query}"), back="/resume"
    )


async def change_state(
    request: CommandRequest, services: ChatServices, state: State, *, done: str, back: str
) -> Reply:
    """Pause or resume what the arguments name.

    Args:
        request: what was asked.
        services: the use cases.
        state: the wanted state.
        done: the sentence for each, with {number} and {query}.
        back: the command that undoes it.
    """
    words = speak(request)
    mine = await services.subscriptions.of_chat(request.chat.id)
    if not mine:
        return none_yet(words)
    if not request.args:
        examples = (f"/{request.command} {one.number}" for one in mine[:3])
        return usage(words.gettext("Say which one, by its number or its query:"), *examples)
    chosen = await services.subscriptions.find(request.chat.id, request.args)
    if not chosen:
        return not_found(request.args, words)
    await services.subscriptions.set_state(chosen, state, now=request.now)
    lines = [done.format(number=one.number, query=one.canonical) for one in chosen]
    return Reply((Text("\n".join(lines), "ok"),), (Button(words.gettext("Undo"), f"{back} {request.args}"),))


SPEC = CommandSpec(
    name="pause", usage=N_("NUMBER | all"), summary=N_("pause a subscription"),
    handle=handle, aliases=("暂停",), changes=True,
)  # fmt: skip
