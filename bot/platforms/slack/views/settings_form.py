"""The settings of a chat as input blocks, and the commands that a submitted form stands for.

Rules and wording of refusals are those of the commands: a form is only another way to write them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.delivery.digest import CARDS
from bot.domain.schedules.quiet_hours import QUIET_PROBLEMS, UnreadableQuietError, parse_quiet
from bot.domain.schedules.schedule import (
    SCHEDULE_PROBLEMS,
    UnreadableScheduleError,
    parse_schedule,
    show_schedule,
)
from bot.domain.schedules.time_zone import ZONE_PROBLEMS, UnknownZoneError, parse_zone
from bot.i18n import N_, translator
from bot.platforms.slack.blocks.block_kit import plain_text
from bot.platforms.slack.blocks.elements import field, option, select, typed
from bot.services.chats.manage_schedules import USUAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.domain.chat.command import Chat
    from bot.i18n import Translator
    from bot.platforms.slack.blocks.block_kit import Json
    from bot.platforms.slack.blocks.elements import Value
    from bot.storage.chats.schedules import ChatSchedule

_DAYS: Final = (
    ("mon", N_("Monday")),
    ("tue", N_("Tuesday")),
    ("wed", N_("Wednesday")),
    ("thu", N_("Thursday")),
    ("fri", N_("Friday")),
    ("sat", N_("Saturday")),
    ("sun", N_("Sunday")),
)
_CHOSEN: Final = "weekly"
_TIMED: Final = (
    ("daily", N_("every day"), N_("every day at {time}")),
    ("weekdays", N_("from Monday to Friday"), N_("from Monday to Friday at {time}")),
    ("weekends", N_("at weekends"), N_("at weekends at {time}")),
    (_CHOSEN, N_("on the days chosen below"), N_("{days} at {time}")),
)
_UNTIMED: Final = (
    ("instant", N_("as soon as something matches")),
    ("after-arxiv", N_("when arXiv's new papers of the day are in")),
    ("off", N_("never")),
)
_LANGUAGES: Final = (("en", "English"), ("zh_Hans", "中文"))
_VERSIONS: Final = (
    ("line", N_("a line in the next digest")),
    ("card", N_("as cards")),
    ("off", N_("not at all")),
)
_USUAL_TIME: Final = "08:30"
_MOST_PAPERS: Final = 50
_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class Settings:
    """What a chat chose.

    Attributes:
        rule: its schedule, the usual one where it has none.
        zone: its time zone.
        most: papers in a digest.
        quiet: its quiet hours, empty where it has none.
        versions: `off`, `line` or `card`.
        language: of answers.
    """

    rule: str
    zone: str
    most: int
    quiet: str
    versions: str
    language: str


def settings_of(chat: Chat, schedule: ChatSchedule | None) -> Settings:
    """Return what a chat chose, or what it has where it chose nothing."""
    if schedule is None:
        return Settings(USUAL, chat.zone, CARDS, "", "line", chat.language)
    return Settings(
        schedule.rule, chat.zone, schedule.most, schedule.quiet or "", schedule.versions, chat.language
    )


def schedule_words(rule: str, words: Translator) -> str:
    """Return a schedule as people say it.

    Args:
        rule: as `bot.domain.schedules.schedule.show_schedule` writes it.
        words: of the reader's language.
    """
    kinds = dict(_UNTIMED)
    if rule in kinds:
        return words.gettext(kinds[rule])
    which, chosen, time = _parts(rule)
    form = next(form for name, _, form in _TIMED if name == which)
    days = [words.gettext(name) for day, name in _DAYS if day in chosen]
    return words.gettext(form).format(days=", ".join(days), time=time)


def settings_blocks(now: Settings, words: Translator) -> list[Json]:
    """Return the inputs of the form, filled in with what a chat chose."""
    _ = words.gettext
    which, chosen, time = _parts(now.rule)
    kinds = [option(_(label), name) for name, label, _form in _TIMED]
    kinds += [option(_(label), name) for name, label in _UNTIMED]
    weekdays = [option(_(label), name) for name, label in _DAYS]
    marked = [one for one in weekdays if one["value"] in chosen]
    days: Json = {
        "type": "multi_static_select",
        "action_id": "modal:days",
        "placeholder": plain_text(f"{_('Monday')}, {_('Thursday')} …"),
        "options": weekdays,
        **({"initial_options": marked} if marked else {}),
    }
    clock: Json = {"type": "timepicker", "action_id": "modal:time", "initial_time": time}
    most: Json = {
        "type": "number_input",
        "action_id": "modal:most",
        "is_decimal_allowed": False,
        "initial_value": str(now.most),
        "min_value": "1",
        "max_value": str(_MOST_PAPERS),
    }
    zone = typed("modal:zone", now.zone, placeholder="Asia/Shanghai", most=_LONGEST)
    quiet = typed("modal:quiet", now.quiet, placeholder="22:00-07:00", most=_LONGEST)
    versions = [option(_(label), name) for name, label in _VERSIONS]
    languages = [option(label, name) for name, label in _LANGUAGES]
    return [
        field("when", _("Your digest comes"), select("modal:when", kinds, which)),
        field("days", _("Days"), days, optional=True),
        field("time", _("Time"), clock),
        field("zone", _("Time zone"), zone, hint=_("A city, or an offset such as UTC+8.")),
        field("most", _("Papers in a digest, at most"), most),
        field(
            "quiet",
            _("Quiet hours"),
            quiet,
            hint=_("What is due in them comes when they end."),
            optional=True,
        ),
        field("versions", _("New versions come"), select("modal:versions", versions, now.versions)),
        field("language", _("Language"), select("modal:language", languages, now.language)),
    ]


def commands_of(values: Mapping[str, Value], now: Settings) -> dict[str, str]:
    """Return the commands that bring a chat from what it chose to what a form says, by the input's block.

    Args:
        values: what was filled in.
        now: what the chat chose before.
    """
    zone, most, quiet = (_text(values, name) for name in ("zone", "most", "quiet"))
    versions, language = _text(values, "versions"), _text(values, "language")
    wanted = {
        "zone": (zone != now.zone, f"/timezone {zone}"),
        _place_of_schedule(values): (_rule(values) != now.rule, f"/schedule {_rule(values)}"),
        "quiet": (quiet != now.quiet, f"/quiet {quiet or 'off'}"),
        "most": (most != str(now.most), f"/limit {most}"),
        "versions": (versions != now.versions, f"/versions {versions}"),
        # The last: what went wrong before is told in the language of the form.
        "language": (language != now.language, f"/language {language}"),
    }
    return {block: command for block, (is_new, command) in wanted.items() if is_new}


def problems_of(values: Mapping[str, Value], language: str) -> dict[str, str]:
    """Return what can't be read in a form, by the input's block: nothing is changed before all of it can.

    Args:
        values: what was filled in.
        language: of the form.
    """
    words = translator(language)
    found: dict[str, str] = {}
    try:
        parse_schedule(_rule(values))
    except UnreadableScheduleError as error:
        told = words.gettext(SCHEDULE_PROBLEMS[error.code]).format(**error.params)
        found[_place_of_schedule(values)] = told
    try:
        parse_zone(_text(values, "zone"))
    except UnknownZoneError as error:
        found["zone"] = words.gettext(ZONE_PROBLEMS[error.code]).format(**error.params)
    try:
        parse_quiet(_text(values, "quiet") or "off")
    except UnreadableQuietError as error:
        found["quiet"] = words.gettext(QUIET_PROBLEMS[error.code]).format(**error.params)
    return found


def _text(values: Mapping[str, Value], name: str) -> str:
    value = values.get(name)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _rule(values: Mapping[str, Value]) -> str:
    """Return the schedule that a form says, canonical where it can be read."""
    which = _text(values, "when")
    if which in dict(_UNTIMED):
        return which
    days = values.get("days")
    named = ",".join(days) if isinstance(days, tuple) else ""
    written = f"{(named or _CHOSEN) if which == _CHOSEN else which} {_text(values, 'time')}"
    try:
        return show_schedule(parse_schedule(written))
    except UnreadableScheduleError:
        return written


def _place_of_schedule(values: Mapping[str, Value]) -> str:
    """Return the input at which a mistake of the schedule is shown."""
    if not _text(values, "time") and _text(values, "when") not in dict(_UNTIMED):
        return "time"
    return "days" if _text(values, "when") == _CHOSEN and not values.get("days") else "when"


def _parts(rule: str) -> tuple[str, frozenset[str], str]:
    """Return which days a schedule has, those that are named one by one, and its time."""
    if rule in dict(_UNTIMED):
        return rule, frozenset(), _USUAL_TIME
    which, _, time = rule.rpartition(" ")
    if which in {"daily", "weekdays", "weekends"}:
        return which, frozenset(), time
    return _CHOSEN, frozenset(which.removeprefix("weekly ").split(",")), time
