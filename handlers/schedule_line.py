"""One line that says when a chat is served, and times as its clock shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.domain.schedules.time_zone import zone_of

if TYPE_CHECKING:
    from bot.i18n import Translator
    from bot.storage.chats.schedules import ChatSchedule


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
