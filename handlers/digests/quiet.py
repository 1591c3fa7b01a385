"""/quiet: hours in which this chat gets no scheduled message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Reply, Text
from bot.domain.schedules.quiet_hours import QUIET_PROBLEMS, UnreadableQuietError, parse_quiet
from bot.i18n import N_
from handlers.schedule_line import served
from handlers.spec import CommandSpec
from handlers.wording import speak, usage

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.services.chat_services import ChatServices


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Change the quiet hours; what is due in them comes at their end."""
    words = speak(request)
    if not request.args:
        there = await services.schedules.of_chat(request.chat.id)
        quiet = there.quiet if there else None
        line = words.gettext("Quiet hours: {quiet}. What is due in them comes when they end.").format(
            quiet=quiet or words.gettext("none")
        )
        return usage(line, "/quiet 22:00-07:00", "/quiet off")
    try:
        wanted = parse_quiet(request.args)
    except UnreadableQuietError as error:
        line = words.gettext(QUIET_PROBLEMS[error.code]).format(**error.params)
        return usage(line, f"/quiet {error.suggestion}")
    stored = await services.schedules.set_quiet(request.chat, wanted, now=request.now)
    head = "" if wanted else words.gettext("No quiet hours.") + " "
    return Reply((Text(head + served(stored, words), "ok"),))


SPEC = CommandSpec(
    name="quiet", usage=N_("22:00-07:00 | off"), summary=N_("hours in which no digest is sent"),
    handle=handle, aliases=("免打扰",), changes=True,
)  # fmt: skip
