"""Decides which slot of a schedule is served now and which is next, even after the clock changed.

However long nothing ran, a schedule is served once: for its newest slot, or not at all where that is too long
ago, in which case its papers come with the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.domain.schedules.quiet_hours import quiet_until
from bot.domain.schedules.schedule import due_slots_between, next_due

if TYPE_CHECKING:
    from datetime import tzinfo

    from bot.domain.schedules.quiet_hours import Quiet
    from bot.domain.schedules.schedule import Schedule

INSTANT: Final = "instant-"
ARXIV: Final = "arxiv-"
"""What the slots of schedules without a time begin with; the others are local days, `2026-03-29`."""

_DAYS_TRIED: Final = 800
"""A chat that moves its zone or time back and forth is served again after so many slots at the latest."""


@dataclass(frozen=True, slots=True)
class NextDue:
    """When a chat is served next.

    Attributes:
        at: UTC epoch seconds, or None where the clock does not decide.
        slot: what for, or None likewise.
    """

    at: int | None
    slot: str | None


NEVER: Final = NextDue(None, None)


@dataclass(frozen=True, slots=True)
class SlotToServe:
    """A slot that is served now.

    Attributes:
        slot: what for.
        skipped: whether it is too late for it: nothing is sent, the papers come with the next.
        then: when it is served next.
    """

    slot: str
    skipped: bool
    then: NextDue


@dataclass(frozen=True, slots=True)
class Postpone:
    """Nothing is sent now, because the chat has quiet hours.

    Attributes:
        then: when it is served instead.
    """

    then: NextDue


def first_due(
    schedule: Schedule, quiet: Quiet | None, zone: tzinfo, now: datetime, *, last_slot: str | None
) -> NextDue:
    """Return when a schedule is served next, after its quiet hours where it falls into them.

    Args:
        schedule: the schedule.
        quiet: the chat's quiet hours.
        zone: the chat's.
        now: timezone-aware.
        last_slot: the newest local day for which the chat was served; none is served twice.
    """
    due = next_due(schedule, zone, now)
    for _ in range(_DAYS_TRIED):
        if due is None or last_slot is None or due.slot > last_slot:
            break
        due = next_due(schedule, zone, due.at)
    if due is None:
        return NEVER
    return NextDue(int((quiet_until(quiet, zone, due.at) or due.at).timestamp()), due.slot)


def serve(
    schedule: Schedule,
    quiet: Quiet | None,
    zone: tzinfo,
    *,
    due: NextDue,
    now: datetime,
    catch_up: timedelta,
) -> SlotToServe | Postpone:
    """Return what to do about a schedule that was due.

    Args:
        schedule: the schedule.
        quiet: the chat's quiet hours.
        zone: the chat's.
        due: when it was to be served, and what for.
        now: timezone-aware; not before `due`.
        catch_up: how late a slot is still served.
    """
    until = quiet_until(quiet, zone, now)
    if until is not None:
        return Postpone(NextDue(int(until.timestamp()), due.slot))
    slot = due.slot or ""
    if schedule.at is None:
        return SlotToServe(slot, skipped=False, then=NEVER)
    at = datetime.fromtimestamp(due.at or 0, UTC)
    # Quiet hours are shorter than a day, so the slot was due by its own time within the day before.
    missed = due_slots_between(schedule, zone, at - timedelta(days=1, seconds=1), now)
    newest = next((one for one in reversed(missed) if one.slot >= slot), None)
    if newest is not None:
        slot, at = newest.slot, quiet_until(quiet, zone, newest.at) or newest.at
    then = first_due(schedule, quiet, zone, now, last_slot=slot)
    return SlotToServe(slot, skipped=now - at > catch_up, then=then)
