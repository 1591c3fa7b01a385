"""/sources: lists and adds sources; for the operator, in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Button, Reply, Text
from bot.domain.sources.source import DEFAULT_SOURCES
from bot.errors import SourceError
from bot.i18n import N_
from handlers.empty_archive import no_source
from handlers.spec import CommandSpec
from handlers.wording import speak

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.services.chat_services import ChatServices

_MOST = 20


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Add a source, or list those that are read."""
    words = speak(request)
    if request.chat.key.platform != "console":
        line = words.gettext("Only whoever runs this bot can name sources; /status shows what is read.")
        return Reply((Text(line, "warning"),), (Button(words.gettext("Status"), "/status"),))
    if request.args:
        try:
            named = DEFAULT_SOURCES if request.args.casefold() == "arxiv" else (request.args,)
            (source,) = await services.sources.add(named)
        except SourceError as error:
            return Reply((Text(str(error), "warning"),))
        line = words.gettext("{source} is read from now on; what it brings comes here.")
        return Reply(
            (Text(line.format(source=source.label), "ok"),),
            (Button(words.gettext("Latest papers"), "/latest"), Button(words.gettext("Status"), "/status")),
        )
    polled = await services.sources.polled()
    if not polled:
        return Reply((no_source(request, words),), (Button("arXiv", "/sources arxiv"),))
    lines = [source.label for source in polled[:_MOST]]
    if len(polled) > _MOST:
        lines.append(words.gettext("… and {count} more").format(count=len(polled) - _MOST))
    return Reply(
        (Text(words.gettext("Sources"), "heading"), Text("\n".join(lines))),
        (Button(words.gettext("Read them now"), "/refresh"), Button(words.gettext("Status"), "/status")),
    )


SPEC = CommandSpec(
    name="sources", usage=N_("SOURCE"), summary=N_("the sources, and how to add one"), handle=handle,
    aliases=("来源",), changes=True, only_on="console",
)  # fmt: skip
