"""/language: the language of answers in this chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Reply, Text
from bot.i18n import N_, match_language, translator
from handlers.spec import CommandSpec
from handlers.wording import speak, usage

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.services.chat_services import ChatServices


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Change the language; the answer is in the new one."""
    words = speak(request)
    language = match_language(request.args) if request.args else None
    if language is None:
        line = words.gettext("Answers are in English. Choose:")
        if request.args:
            line = words.gettext("There is no translation into {name}. Choose:").format(name=request.args)
        return usage(line, "/language en", "/language zh")
    await services.chats.set_language(request.chat, language)
    return Reply((Text(translator(language).gettext("Answers are in English now."), "ok"),))


SPEC = CommandSpec(
    name="language", usage=N_("en | zh"), summary=N_("the language of answers"), handle=handle,
    aliases=("lang", "语言"), changes=True,
)  # fmt: skip
