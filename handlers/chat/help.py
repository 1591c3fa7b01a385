"""/help: the commands and how to write a query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Button, Reply, Text
from bot.i18n import N_
from handlers.spec import CommandSpec
from handlers.wording import cells, speak

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.services.chat_services import ChatServices

_SYNTAX = N_(
    "video editing            both words, anywhere\n"
    '"video editing"          the phrase\n'
    "diffusion, gan           one or the other\n"
    "diffusion -medical       not this word\n"
    "edit*                    words that begin so\n"
    "ti:sam  au:song  cat:cs.CV   in the title, by an author, in a category\n"
    "扩散模型                  Chinese works, and finds English papers too"
)


async def handle(request: CommandRequest, services: ChatServices) -> Reply:  # noqa: ARG001 (the handlers' signature)
    """List the commands, then the forms a query may have."""
    from handlers import COMMANDS

    words = speak(request)
    rows = [
        (f"/{command.name} {words.gettext(command.usage) if command.usage else ''}".rstrip(), command.summary)
        for command in COMMANDS
        if command.only_on in {"", request.chat.key.platform}
    ]
    width = max(cells(name) for name, _ in rows)
    listed = "\n".join(
        f"{name}{' ' * (width - cells(name))}  {words.gettext(summary)}" for name, summary in rows
    )
    return Reply(
        (
            Text(words.gettext("Commands"), "heading"),
            Text(listed),
            Text(words.gettext("How to write a query"), "heading"),
            Text(words.gettext(_SYNTAX)),
        ),
        (Button(words.gettext("Example"), "/search video editing"),),
    )


SPEC = CommandSpec(
    name="help",
    usage="",
    summary=N_("the commands, and how to write a query"),
    handle=handle,
    aliases=("?", "帮助"),
)
