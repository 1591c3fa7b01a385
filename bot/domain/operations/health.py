"""Turns the facts about an installation into findings: ok, warning or problem."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from bot.domain.schedules.arxiv_calendar import FED, is_late
from bot.domain.text.iso_time import iso_utc

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet
    from datetime import date

    from bot.domain.operations.health_facts import (
        ArchiveFacts,
        DatabaseFacts,
        Facts,
        InstalledFacts,
        LeaseFacts,
        SourceFacts,
    )
    from bot.domain.sources.backfill import Backfill

Level = Literal["ok", "warning", "problem"]

OVERDUE: Final = 600
"""Seconds after which what is due and was not done means that nothing runs that would do it."""

_SCARCE: Final = 1_000_000_000
"""Bytes; below it a day's papers and a backup may not fit any more."""

_FAILING: Final = 86_400
"""Seconds without an answer from a source after which it will not mend itself."""

_BACKUP: Final = timedelta(hours=48)
"""One is made each night, so an older one means that two nights failed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `paperwire doctor`.

    Attributes:
        level: `ok`, `warning` for what may become worse, `problem` for what does not work.
        check: what was looked at.
        text: what was found, and where it is not well what to do next.
    """

    level: Level
    check: str
    text: str


def findings(facts: Facts, now: datetime, holidays: AbstractSet[date]) -> list[Finding]:
    """Judge an installation.

    Args:
        facts: as it was found.
        now: timezone-aware.
        holidays: arXiv's dates without mailing.
    """
    found = [Finding("ok", "settings", ", ".join(facts.settings) or "none is set, all are as by default")]
    found += _database(facts.database)
    if facts.exposed:
        names = ", ".join(facts.exposed)
        text = f"others may read {names}: the next start mends what is its user's, else chmod go="
        found.append(Finding("warning", "files", text))
    if facts.archive:
        found += _archive(facts, facts.archive, now, holidays)
    if facts.database.there:
        found.append(_backup(facts, now))
    return found


def _archive(
    facts: Facts, archive: ArchiveFacts, now: datetime, holidays: AbstractSet[date]
) -> Iterator[Finding]:
    seconds = int(now.timestamp())
    yield (
        Finding("ok", "index", "complete")
        if archive.indexed
        else Finding(
            "warning",
            "index",
            "made by another paperwire, or not whole: paperwire run makes it anew while it answers",
        )
    )
    if not archive.sources:
        yield Finding("warning", "sources", "none is polled: paperwire sources add arxiv:cs.CV")
    yield from (_source(source, seconds) for source in archive.sources)
    yield from _arxiv(facts, archive, now, holidays)
    yield from map(_backfill, archive.backfills)
    if archive.incomplete:
        text = f"{archive.incomplete:,} papers lack authors or categories: paperwire run asks arXiv for them"
        yield Finding("ok", "completing", text)
    if not archive.leases:
        yield Finding("ok", "leases", "none is held")
    yield from (_lease(lease, seconds) for lease in archive.leases)
    yield (
        Finding("problem", "schedules", f"{_late(archive.schedules_late)}: start paperwire run")
        if archive.schedules_late
        else Finding("ok", "schedules", "none is late")
    )
    yield (
        Finding("warning", "matching", f"{archive.unmatched:,} papers wait for it: paperwire run does it")
        if archive.unmatched
        else Finding("ok", "matching", "no paper waits for it")
    )
    yield from _outbox(archive)
    if archive.installed.workspaces:
        yield _installed(archive.installed)


def _database(database: DatabaseFacts) -> Iterator[Finding]:
    check, url = "database", database.url
    if not database.there:
        yield Finding(
            "warning", check, f"{url} is not there yet: paperwire run makes it, or mend DATABASE_URL"
        )
        return
    if database.unsound:
        yield Finding(
            "problem", check, f"{url}: quick_check found {database.unsound}: stop the bot, restore a backup"
        )
    elif database.error:
        yield Finding("problem", check, f"{url}: {database.error}")
    elif database.revision is None:
        yield Finding("warning", check, f"{url} is empty: paperwire run makes its tables")
    elif database.revision != database.head:
        yield _other_revision(database, database.revision)
    else:
        size = f", {_bytes(database.size)}" if database.size is not None else ""
        yield Finding("ok", check, f"{url}, {database.version}, revision {database.revision}{size}")
    if database.free is not None:
        scarce = database.free < _SCARCE
        text = f"{_bytes(database.free)} free beside the database"
        yield Finding("warning" if scarce else "ok", "disk", f"{text}: make room" if scarce else text)


def _other_revision(database: DatabaseFacts, revision: str) -> Finding:
    text = f"{database.url} is at revision {revision}, this paperwire at {database.head}"
    # Revisions are numbers of four digits.
    if revision > database.head:
        return Finding("problem", "database", f"{text}: upgrade paperwire")
    return Finding("warning", "database", f"{text}: restart the bot, which upgrades it after a backup")


def _source(source: SourceFacts, now: int) -> Finding:
    check = f"source {source.label}"
    read = source.last_success_at
    last = f"read {iso_utc(read)}" if read is not None else "never read"
    if source.failures:
        times = "once" if source.failures == 1 else f"{source.failures:,} times"
        text = f"{last}; failed {times} since: {source.last_error or 'no reason was stored'}"
        return Finding("problem" if read is None or now - read > _FAILING else "warning", check, text)
    if read is None:
        return Finding("warning", check, "never read: paperwire poll --once, or paperwire run")
    if source.last_error:
        return Finding("warning", check, f"{last}; not all of it: {source.last_error}")
    return Finding("ok", check, last)


def _backfill(one: Backfill) -> Finding:
    check = f"arxiv {one.categories}"
    if one.news:
        text = f"the feed of {one.label} left it out; its query API gave {one.papers:,} papers"
        return Finding("warning", check, f"{text}, since {iso_utc(one.created_at)}")
    text = f"{one.label}: {one.days_read} of {one.days} past days read, {one.papers:,} papers"
    return (
        Finding("warning", check, f"{text}; pauses: {one.error}") if one.error else Finding("ok", check, text)
    )


def _arxiv(
    facts: Facts, archive: ArchiveFacts, now: datetime, holidays: AbstractSet[date]
) -> Iterator[Finding]:
    """Judge all of arXiv's feeds as one: a paper that two of them hold is new in one only."""
    feeds = [source for source in archive.sources if source.kind == "arxiv"]
    if not feeds:
        return
    newest = max((source.last_new_at for source in feeds if source.last_new_at is not None), default=None)
    brought = None if newest is None else datetime.fromtimestamp(newest, UTC)
    grace = FED + timedelta(seconds=facts.poll_interval)
    last = "no new paper yet" if newest is None else f"last new paper {iso_utc(newest)}"
    if is_late(brought, now, holidays, grace=grace):
        text = f"{last}, the newest announcement was not read: see status.arxiv.org, paperwire sources check"
        yield Finding("warning", "arxiv", text)
    else:
        yield Finding("ok", "arxiv", last)


def _lease(lease: LeaseFacts, now: int) -> Finding:
    check = f"lease {lease.name}"
    if lease.expires_at <= now:
        return Finding("ok", check, f"free, left by {lease.owner}, which did not give it back")
    if lease.dead:
        text = f"its holder {lease.owner} was killed; the next process of this host takes it over"
        return Finding("warning", check, text)
    return Finding("ok", check, f"held by {lease.owner} until {iso_utc(lease.expires_at)}")


def _outbox(archive: ArchiveFacts) -> Iterator[Finding]:
    counts = ", ".join(f"{count:,} {state}" for state, count in archive.outbox.items() if count)
    yield Finding("ok", "outbox", counts or "empty")
    if archive.deliveries_late:
        text = f"{_late(archive.deliveries_late)}: start paperwire run, with the token of their platform"
        yield Finding("problem", "outbox", text)
    if uncertain := archive.outbox.get("uncertain", 0):
        text = f"{uncertain:,} may have arrived or not: paperwire outbox ls --state uncertain"
        yield Finding("warning", "outbox", text)
    if failed := archive.outbox.get("failed", 0):
        yield Finding("warning", "outbox", f"{failed:,} failed: paperwire outbox ls --state failed")


def _installed(installed: InstalledFacts) -> Finding:
    many = "1 workspace" if installed.workspaces == 1 else f"{installed.workspaces:,} workspaces"
    check, count = "slack", f"{many} installed the app"
    if not installed.has_key:
        return Finding("warning", check, f"{count}; without SLACK_TOKEN_KEY nothing is sent there")
    if not installed.unreadable:
        return Finding("ok", check, count)
    return Finding(
        "problem",
        check,
        f"{count}; no key opens the tokens of {', '.join(installed.unreadable)}: write the key that was "
        "used before into SLACK_TOKEN_KEY, after the new one and a blank; where it is lost, they have to "
        "install again",
    )


def _backup(facts: Facts, now: datetime) -> Finding:
    if facts.backups is None:
        return Finding("ok", "backup", "not by paperwire: back up PostgreSQL with pg_dump")
    if facts.newest_backup is None:
        return Finding("warning", "backup", f"none in {facts.backups}: paperwire backup")
    made = f"{iso_utc(int(facts.newest_backup.timestamp()))} in {facts.backups}"
    age = now - facts.newest_backup
    if age > _BACKUP:
        return Finding("warning", "backup", f"the newest is {age.days} days old, {made}: paperwire backup")
    return Finding("ok", "backup", made)


def _late(count: int) -> str:
    return f"{count:,} due for more than {OVERDUE // 60} minutes"


def _bytes(count: int) -> str:
    return f"{count / 1e9:,.1f} GB" if count >= _SCARCE else f"{count / 1e6:,.1f} MB"
