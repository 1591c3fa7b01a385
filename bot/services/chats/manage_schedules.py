"""Stores when and how a chat is served."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.domain.delivery.digest import CARDS
from bot.domain.schedules.next_slot import INSTANT, NextDue, first_due
from bot.domain.schedules.quiet_hours import parse_quiet, show_quiet
from bot.domain.schedules.schedule import parse_schedule, show_schedule
from bot.domain.schedules.time_zone import zone_of
from bot.storage.chats import chats, schedules
from bot.storage.chats.schedules import ChatSchedule
from bot.storage.delivery import digests, waiting

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.chat.command import Chat
    from bot.domain.schedules.quiet_hours import Quiet
    from bot.domain.schedules.schedule import Schedule
    from bot.storage.engine.database import Connection, Database

USUAL: Final = "daily 08:30"
"""How a chat that subscribes for the first time is served."""


class ManageSchedules:
    """The schedules of chats; each change returns the next time.

    Args:
        database: where they are kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_chat(self, chat_id: int) -> ChatSchedule | None:
        """Return a chat's schedule, or None where it never chose one nor subscribed."""
        async with self._database.read() as connection:
            return await schedules.of_chat(connection, chat_id)

    async def set_rule(self, chat: Chat, schedule: Schedule, *, now: datetime) -> ChatSchedule:
        """Serve a chat by another schedule."""
        return await self._change(chat.id, now, rule=show_schedule(schedule))

    async def set_quiet(self, chat: Chat, quiet: Quiet | None, *, now: datetime) -> ChatSchedule:
        """Give a chat quiet hours, or none."""
        return await self._change(chat.id, now, quiet=show_quiet(quiet) if quiet else None)

    async def set_most(self, chat: Chat, most: int, *, now: datetime) -> ChatSchedule:
        """Bring a chat at most so many papers in a digest."""
        return await self._change(chat.id, now, most=most)

    async def set_versions(self, chat: Chat, versions: str, *, now: datetime) -> ChatSchedule:
        """Tell a chat of new versions as it wants: `off`, `line` or `card`."""
        return await self._change(chat.id, now, versions=versions)

    async def set_zone(self, chat: Chat, zone: str, *, now: datetime) -> ChatSchedule | None:
        """Move a chat to another time zone; its schedule follows where it has one."""
        async with self._database.write() as connection:
            await chats.set_zone(connection, chat.id, zone)
            there = await schedules.of_chat(connection, chat.id)
            return await _store(connection, there, now) if there else None

    async def _change(self, chat_id: int, now: datetime, **changed: str | int | None) -> ChatSchedule:
        async with self._database.write() as connection:
            there = await ensure_schedule(connection, chat_id, now=now)
            return await _store(connection, replace(there, **changed), now)  # type: ignore[arg-type] # its fields


async def ensure_schedule(connection: Connection, chat_id: int, *, now: datetime) -> ChatSchedule:
    """Return a chat's schedule; where it has none, store the usual one.

    Args:
        connection: the transaction that stores why the chat wants to be served.
        chat_id: the chat.
        now: timezone-aware.
    """
    there = await schedules.of_chat(connection, chat_id)
    if there:
        return there
    chat = await chats.by_id(connection, chat_id)
    assert chat is not None, "a chat that is served is stored"  # noqa: S101 (invariant)
    usual = ChatSchedule(chat_id, USUAL, None, None, None, CARDS, "line", chat.zone)
    return await _store(connection, usual, now)


async def _store(connection: Connection, wanted: ChatSchedule, now: datetime) -> ChatSchedule:
    """Store a schedule with its next time."""
    before = await schedules.of_chat(connection, wanted.chat_id, lock=True)
    seconds = int(now.timestamp())
    schedule = parse_schedule(wanted.rule)
    if before and before.rule == wanted.rule and _is_due(before, seconds):
        due = NextDue(before.next_due_at, before.slot)  # the next tick serves it
    elif schedule.kind == "instant" and await waiting.count(connection, wanted.chat_id):
        # With the last digest's row, no slot is used twice in one second.
        last = await digests.last_id(connection, wanted.chat_id)
        due = NextDue(seconds, f"{INSTANT}at-{seconds}-{last}")
    else:
        quiet = parse_quiet(wanted.quiet) if wanted.quiet else None
        served = await schedules.last_day(connection, wanted.chat_id)
        due = first_due(schedule, quiet, zone_of(wanted.zone), now, last_slot=served)
    stored = replace(wanted, next_due_at=due.at, slot=due.slot)
    await schedules.put(connection, stored)
    return stored


def _is_due(one: ChatSchedule, now: int) -> bool:
    """Whether a slot was due that was not served yet, perhaps because the chat is quiet."""
    if one.next_due_at is None:
        return False
    return one.next_due_at <= now or parse_schedule(one.rule).at is None
