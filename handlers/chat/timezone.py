"""/timezone: the time zone in which this chat's times are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.chat.command import Reply, Text
from bot.domain.schedules.time_zone import ZONE_PROBLEMS, UnknownZoneError, parse_zone, zone_of
from bot.i18n import N_
from handlers.schedule_line import served
from handlers.spec import CommandSpec
from handlers.wording import speak, usage

if TYPE_CHECKING:
    from bot.domain.chat.command import CommandRequest
    from bot.services.chat_services import ChatServices


async def handle(request: CommandRequest, services: ChatServices) -> Reply:
    """Change the time zone; the answer shows what time it is there, so that a wrong one is seen at once."""
    words = speak(request)
    if not request.args:
        line = words.gettext("Times are in {zone}; it is {time} there. To change that:")
        shown = _local_time(request, request.chat.zone)
        return usage(line.format(zone=request.chat.zone, time=shown), "/timezone Asia/Shanghai")
    try:
        zone = parse_zone(request.args)
    except UnknownZoneError as error:
        line = words.gettext(ZONE_PROBLEMS[error.code]).format(**error.params)
        return usage(line, *(f"/timezone {name}" for name in error.suggestions))
    schedule = await services.schedules.set_zone(request.chat, zone, now=request.now)
    line = words.gettext("Times are in {zone} now; it is {time} there.")
    line = line.format(zone=zone, time=_local_time(request, zone))
    if schedule:
        line = f"{line}\n{served(schedule, words)}"
    return Reply((Text(line, "ok"),))


def _local_time(request: CommandRequest, zone: str) -> str:
    return f"{request.now.astimezone(zone_of(zone)):%H:%M}"


SPEC = CommandSpec(
    name="timezone", usage=N_("CITY | UTC+8"), summary=N_("the time zone of this chat"), handle=handle,
    aliases=("tz", "时区"), changes=True,
)  # fmt: skip
