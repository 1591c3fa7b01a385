"""/schedule: the times at which this chat gets its digest."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.domain.chat.command import Reply, Text
from bot.domain.schedules.schedule import SCHEDULE_PROBLEMS, UnreadableScheduleError, parse_schedule
from bot.domain.schedules.time_zone import zone_of
from bot.i18n import N_
from handlers.spec import CommandSpec
from handlers.wording import speak, usage

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.i18n import Translator
    from bot.services.chat_services import ChatServices
    from bot.storage.chats.schedules import ChatSchedule

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


def served(schedule: ChatSchedule, words: Translator) -> str:
    """Return how a chat is served, and when next."""
    kinds = {
        "instant": words.gettext("Your digest comes as soon as something matches."),
        "after-arxiv": words.gettext("Your digest comes when arXiv's new papers of the day are in."),
        "off": words.gettext("No digest is sent; /digest shows what waits."),
    }
    if schedule.rule in kinds:
        line = kinds[schedule.rule]
    else:
        line = words.gettext("Your digest comes {rule} ({zone}), next on {when}.").format(
            rule=schedule.rule, zone=schedule.zone, when=local_time(schedule.next_due_at or 0, schedule.zone)
        )
    if schedule.quiet:
        line += " " + words.gettext("Quiet hours: {quiet}.").format(quiet=schedule.quiet)
    return line


def local_time(seconds: int, zone: str) -> str:
    """Return a time (UTC epoch seconds) as a chat's clock shows it."""
    return f"{datetime.fromtimestamp(seconds, UTC).astimezone(zone_of(zone)):%Y-%m-%d %H:%M}"


SPEC = CommandSpec(
    name="schedule", usage=N_("daily 08:30 | instant | after-arxiv | off"),
    summary=N_("when this chat gets its digest"), handle=handle, aliases=("定时",), changes=True,
)  # fmt: skip
