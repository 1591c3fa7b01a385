"""/refresh: reads the sources at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Button, Reply, Text
from bot.domain.sources.crawl_policy import refreshable_at
from bot.errors import SourceError
from bot.i18n import N_
from handlers.empty_archive import no_source, since
from handlers.spec import CommandSpec
from handlers.wording import speak

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.i18n import Translator
    from bot.services.chat_services import ChatServices
    from bot.services.reading.manage_sources import RefreshResult
    from bot.storage.archive.sources import StoredSource


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Have sources read at once, and say which have to wait."""
    words = speak(request)
    polled = await services.sources.polled()
    if not polled:
        return Reply((no_source(request, words),))
    chosen = polled
    if request.args:
        try:
            chosen = [await services.sources.find(request.args)]
        except SourceError:
            return _unknown(request.args, polled, words)
    refreshed = await services.sources.refresh(chosen)
    buttons = (Button(words.gettext("Latest papers"), "/latest"),) if refreshed.reading else ()
    return Reply(tuple(_told(refreshed, request, words)), buttons)


def _told(refreshed: RefreshResult, request: CommandRequest, words: Translator) -> list[Text]:
    parts = []
    if refreshed.reading:
        labels = ", ".join(source.label for source in refreshed.reading)
        line = words.gettext("Reading now: {sources}. /latest shows what came, /status how each does.")
        parts.append(Text(line.format(sources=labels), "ok"))
    for source in refreshed.too_soon:
        line = words.gettext("{source} was read at {when}; again from {then}.").format(
            source=source.label,
            when=since(source.last_polled_at or 0, request),
            then=since(refreshable_at(source.last_polled_at), request),
        )
        parts.append(Text(line, "warning"))
    return parts


def _unknown(name: str, polled: list[StoredSource], words: Translator) -> Reply:
    line = words.gettext("No source is called {name}. These are read:").format(name=name)
    buttons = tuple(Button(source.label, f"/refresh {source.label}") for source in polled)
    return Reply((Text(line, "warning"),), buttons)


SPEC = CommandSpec(
    name="refresh", usage=N_("SOURCE"), summary=N_("read the sources at once"), handle=handle,
    aliases=("刷新",), changes=True,
)  # fmt: skip
