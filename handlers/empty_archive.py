"""The reply when no paper is stored yet: the cause, since when, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.domain.chat.command import Text
from bot.i18n import N_
from handlers.schedule_line import local_time
from handlers.wording import speak

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.i18n import Translator
    from bot.services.chat_services import ChatServices
    from bot.services.chats.tell_status import SourceStatus

_MOST: Final = 3
_DAY = len("2026-01-01")

_NAMES: Final = {"arxiv": "arXiv", "arxiv-query": "arXiv", "hf-daily": "Hugging Face"}
"""What readers call the sources of a kind; others go by their address."""

REASONS: Final = frozenset(
    {
        N_("no such host"),
        N_("no connection to the host"),
        N_("no connection in time"),
        N_("no answer in time"),
        N_("the connection failed"),
        N_("the connection broke"),
        N_("no secure connection to the host"),
        N_("the server is overloaded (HTTP 503)"),
        N_("the server gets too many requests (HTTP 429)"),
    }
)
"""Reasons of failed polls that come and go by themselves, as the sources word them."""


async def why_empty(request: CommandRequest, services: ChatServices) -> tuple[Text, ...]:
    """Return why no paper is known; nothing where some are."""
    empty = await services.status.of_empty_archive(now=request.now)
    if empty is None:
        return ()
    words = speak(request)
    if not empty.sources:
        return (no_source(request, words),)
    down = [one for one in empty.sources if one.freshness == "down"]
    never = [one for one in empty.sources if one.freshness == "never"]
    troubles = list(dict.fromkeys(_down(one, request, words) for one in down))
    lines = troubles[:_MOST]
    left = len(troubles) - len(lines)
    if left:
        lines.append(words.gettext("… and {count} more").format(count=left))
    if empty.is_being_read and (never or not down):
        line = words.gettext("There is no paper yet: the sources are being read now, for the first time.")
        lines.append(line)
    elif down:
        lines.append(words.gettext("It is tried again by itself: there is nothing you need to do."))
        if _in_shell(request):
            lines.append(words.gettext("`paperwire sources check` tries it at once."))
    elif never:
        lines.append(words.gettext("There is no paper yet: the sources were not read so far."))
        if _in_shell(request):
            lines.append(words.gettext("`paperwire poll --once` reads them now."))
        else:
            lines.append(words.gettext("That begins by itself: there is nothing you need to do."))
    else:
        lines.append(
            words.gettext("There is no paper yet: the sources hold none. New ones come by themselves.")
        )
    return (Text("\n".join(lines), "warning"),)


def no_source(request: CommandRequest, words: Translator) -> Text:
    """Return that nothing is read, and who can change that."""
    if _in_shell(request):
        line = words.gettext("No source is polled: `paperwire sources add …` names what to read.")
    else:
        line = words.gettext("No source is read yet: whoever runs this bot has to name one.")
    return Text(line, "warning")


def reason_in(error: str | None, words: Translator) -> str:
    """Return why a source could not be read, in the reader's language where that is known."""
    if error is None:
        return words.gettext("the reason is not known")
    return words.gettext(error) if error in REASONS else error


def _down(one: SourceStatus, request: CommandRequest, words: Translator) -> str:
    name = _NAMES.get(one.label.partition(":")[0], one.label)
    error = reason_in(one.error, words)
    if one.since is None:
        return words.gettext("{source} could not be reached: {error}.").format(source=name, error=error)
    form = words.gettext("{source} could not be reached since {when}: {error}.")
    return form.format(source=name, when=since(one.since, request), error=error)


def since(seconds: int, request: CommandRequest) -> str:
    """Return a time as the chat's clock shows it, without the day where that is today."""
    zone = request.chat.zone
    text, now = local_time(seconds, zone), local_time(int(request.now.timestamp()), zone)
    return text[_DAY:].strip() if text[:_DAY] == now[:_DAY] else text


def _in_shell(request: CommandRequest) -> bool:
    """Whether who reads the answer has the command `paperwire` at hand."""
    return request.chat.key.platform == "console"
