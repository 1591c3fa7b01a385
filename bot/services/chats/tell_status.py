"""Answers `/status`: the next digest, the last one, and why there was none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from bot.domain.schedules.arxiv_calendar import is_late, why_none
from bot.domain.schedules.time_zone import zone_of
from bot.domain.sources.source import reason_of
from bot.services.installation.hold_lease import is_held_now
from bot.services.platform_state.platform_health import recent
from bot.services.reading.poll_rounds import late_sources
from bot.services.reading.poll_sources import POLL_LEASE
from bot.storage.archive import backfills, papers, sources
from bot.storage.archive.sources import ARXIV_KINDS
from bot.storage.chats import schedules, subscriptions
from bot.storage.delivery import digests, missed, waiting

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from datetime import date

    from bot.domain.chat.command import Chat
    from bot.domain.sources.backfill import Backfill
    from bot.services.platform_state.platform_health import Outage
    from bot.storage.chats.schedules import ChatSchedule
    from bot.storage.delivery.digests import StoredDigest
    from bot.storage.engine.database import Connection, Database

GRACE: Final = timedelta(hours=8)
"""After an announcement, until its papers count as late: the feeds follow four hours after it."""

_RECENT: Final = 2
_REMOTE: Final = ("telegram", "slack")

Freshness = Literal["fresh", "never", "late", "down", "weekend", "holiday", "slow"]
Nothing = Literal["skipped", "no_subscription", "paused", "no_paper", "no_match"]


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """The state of a source.

    Attributes:
        label: its URI without credentials.
        freshness: `down` where it fails, `late` where arXiv's last announcement is overdue, `weekend` or
            `holiday` where nothing is to be expected, `never` where it was not read yet, `slow` where the
            last digests went out before it was read.
        since: since when it fails, when it last brought a paper, or until when the digests waited for it
            (UTC epoch seconds), or None.
        error: why it fails, or None.
    """

    label: str
    freshness: Freshness
    since: int | None
    error: str | None


@dataclass(frozen=True, slots=True)
class LastDigest:
    """A chat's last scheduled digest.

    Attributes:
        digest: the digest.
        state: what happened to its message, or None where there was nothing to send.
        nothing: why there was nothing, or None where there was something.
        considered: how many papers had come in since the digest before.
        no_batch: why arXiv announced nothing for that day, or None where it did.
    """

    digest: StoredDigest
    state: str | None
    nothing: Nothing | None
    considered: int
    no_batch: Literal["weekend", "holiday"] | None


@dataclass(frozen=True, slots=True)
class Status:
    """How a chat is served.

    Attributes:
        schedule: its schedule, or None where it has none.
        subscriptions: how many subscriptions are active.
        last: its last scheduled digest, or None.
        waiting: how many papers wait for the next one.
        missed: how many deliveries did not arrive, or perhaps not.
        sources: the sources that are polled.
        past: what arXiv's query API is asked for: past days of new sources, and what feeds left out.
        troubles: chat platforms that can't be reached, or could not within the last 24 hours.
    """

    schedule: ChatSchedule | None
    subscriptions: int
    last: LastDigest | None
    waiting: int
    missed: int
    sources: tuple[SourceStatus, ...]
    troubles: tuple[Outage, ...]
    past: tuple[Backfill, ...] = ()


@dataclass(frozen=True, slots=True)
class EmptyArchive:
    """An archive without papers.

    Attributes:
        sources: the sources that are polled.
        is_being_read: whether a process that lives reads sources now.
    """

    sources: tuple[SourceStatus, ...]
    is_being_read: bool


class TellStatus:
    """Reads the status of a chat.

    Args:
        database: the archive.
        holidays: arXiv's dates without mailing.
    """

    def __init__(self, database: Database, holidays: AbstractSet[date]) -> None:
        self._database = database
        self._holidays = holidays

    async def of_chat(self, chat: Chat, *, now: datetime) -> Status:
        """Return how a chat is served."""
        async with self._database.read() as connection:
            mine = await subscriptions.of_chat(connection, chat.id)
            active = sum(one.state == "active" for one in mine)
            slow = await late_sources(connection)
            return Status(
                schedule=await schedules.of_chat(connection, chat.id),
                subscriptions=active,
                last=await self._last(connection, chat, active=active, any_at_all=bool(mine)),
                waiting=await waiting.count(connection, chat.id),
                missed=len(await missed.of_chat(connection, chat.id, limit=100)),
                sources=tuple(
                    self._source(one, now, slow.get(one.id)) for one in await sources.active(connection)
                ),
                past=tuple(
                    one
                    for one in await backfills.of_active_sources(connection)
                    if one.is_told(int(now.timestamp()))
                ),
                troubles=tuple(await recent(connection, _platforms(chat), now=int(now.timestamp()))),
            )

    async def of_empty_archive(self, *, now: datetime) -> EmptyArchive | None:
        """Return how sources do where no paper is known; None where one is."""
        async with self._database.read() as connection:
            if await papers.count(connection):
                return None
            polled = await sources.active(connection)
            is_being_read = await is_held_now(connection, POLL_LEASE, now=now.timestamp())
        return EmptyArchive(tuple(self._source(one, now, None) for one in polled), is_being_read)

    async def _last(
        self, connection: Connection, chat: Chat, *, active: int, any_at_all: bool
    ) -> LastDigest | None:
        recent = await digests.scheduled(connection, chat.id, limit=_RECENT)
        if not recent:
            return None
        last, before = recent[0], recent[1].compiled_at if len(recent) > 1 else None
        since = before if before is not None else last.compiled_at - int(timedelta(days=1).total_seconds())
        considered = await papers.count(connection, since=since, before=last.compiled_at)
        state = await missed.state_of_digest(connection, last.id)
        day = datetime.fromtimestamp(last.compiled_at, UTC).astimezone(zone_of(chat.zone)).date()
        nothing = None
        if state is None:
            nothing = _why_nothing(last, considered, active=active, any_at_all=any_at_all)
        return LastDigest(last, state, nothing, considered, why_none(day, self._holidays))

    def _source(self, one: sources.StoredSource, now: datetime, slow: int | None) -> SourceStatus:
        if slow is not None and (one.last_polled_at is None or one.last_polled_at < slow):
            return SourceStatus(one.label, "slow", slow, None)
        if one.failures:
            error = reason_of(one.last_error, one.label) if one.last_error else None
            return SourceStatus(one.label, "down", one.failing_since, error)
        if one.last_success_at is None:
            return SourceStatus(one.label, "never", None, None)
        new = datetime.fromtimestamp(one.last_new_at, UTC) if one.last_new_at is not None else None
        freshness: Freshness = "fresh"
        if one.kind in ARXIV_KINDS:
            if is_late(new, now, self._holidays, grace=GRACE):
                freshness = "late"
            else:
                freshness = why_none(now.astimezone(UTC).date(), self._holidays) or "fresh"
        return SourceStatus(one.label, freshness, one.last_new_at, None)


def _platforms(chat: Chat) -> tuple[str, ...]:
    """Return the platforms whose troubles matter in a chat: its own; in the terminal sits the operator."""
    return _REMOTE if chat.key.platform == "console" else (chat.key.platform,)


def _why_nothing(last: StoredDigest, considered: int, *, active: int, any_at_all: bool) -> Nothing:
    if last.skipped:
        return "skipped"
    if not any_at_all:
        return "no_subscription"
    if not active:
        return "paused"
    return "no_match" if considered else "no_paper"
