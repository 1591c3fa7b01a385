"""/schedule: the times at which this chat gets its digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Reply, Text
from bot.domain.schedules.schedule import SCHEDULE_PROBLEMS, UnreadableScheduleError, parse_schedule
from bot.i18n import N_
from handlers.schedule_line import served
from handlers.spec import CommandSpec
from handlers.wording import speak, usage

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.services.chat_services import ChatServices

_EXAMPLES = ("/schedule daily 08:30", "/schedule mon,thu 18:00", "/schedule instant", "/schedule after-arxiv")


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Change the schedule; the answer says when the next digest comes."""
    words = speak(request)
    if not request.args:
        there = await services.schedules.of_chat(request.chat.id)
        if there is None:
            line = words.gettext("No digest is planned: subscribe to something, or choose a time:")
        else:
            # Not within an f-string, where no catalogue finds it.
            line = served(there, words) + " " + words.gettext("To change that:")
        return usage(line, *_EXAMPLES)
    try:
        schedule = parse_schedule(request.args)
    except UnreadableScheduleError as error:
        line = words.gettext(SCHEDULE_PROBLEMS[error.code]).format(**error.params)
        return usage(line, f"/schedule {error.suggestion}")
    stored = await services.schedules.set_rule(request.chat, schedule, now=request.now)
    return Reply((Text(served(stored, words), "ok"),))


SPEC = CommandSpec(
    name="schedule", usage=N_("daily 08:30 | instant | after-arxiv | off"),
    summary=N_("when this chat gets its digest"), handle=handle, aliases=("定时",), changes=True,
)  # fmt: skip
