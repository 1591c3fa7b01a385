"""/versions: how this chat is notified of new versions of papers that it was shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Reply, Text
from bot.i18n import N_
from handlers.spec import CommandSpec
from handlers.wording import speak, usage

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.i18n import Translator
    from bot.services.chat_services import ChatServices

_USUAL = "line"
_LONGEST_QUOTED = 40


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Change how new versions and withdrawals come."""
    words = speak(request)
    written = request.args.strip().casefold()
    forms = _forms(words)
    if written not in forms:
        there = await services.schedules.of_chat(request.chat.id)
        line = forms[there.versions if there else _USUAL]
        if written:
            line = words.gettext("{written} is not one of off, line, card.").format(
                written=request.args.strip()
            )
        return usage(line, *(f"/versions {form}" for form in forms))
    await services.schedules.set_versions(request.chat, written, now=request.now)
    return Reply((Text(forms[written], "ok"),))


def _forms(words: Translator) -> dict[str, str]:
    return {
        "off": words.gettext("You are not notified of new versions of papers that you were shown."),
        "line": words.gettext("New versions and withdrawals: a line in the next digest."),
        "card": words.gettext("New versions and withdrawals of what you were shown come as cards."),
    }


SPEC = CommandSpec(
    name="versions", usage=N_("off | line | card"), summary=N_("how you are notified of new versions"),
    handle=handle, aliases=("版本",), changes=True,
)  # fmt: skip
