"""The facts that `paperwire doctor` collects about an installation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.domain.sources.backfill import Backfill


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseFacts:
    """The database itself.

    Attributes:
        url: without its password.
        head: the revision that this paperwire works on.
        there: whether it exists; a SQLite file may not be made yet.
        error: why it can't be read, or None.
        version: the database's own, such as `SQLite 3.40.1`.
        revision: the revision it is at, or None where it has no paperwire tables.
        size: bytes, or None where unknown.
        unsound: what `PRAGMA quick_check` found first, or None; PostgreSQL has no such check.
        free: bytes free where a SQLite file is, or None on PostgreSQL.
    """

    url: str
    head: str
    there: bool = True
    error: str | None = None
    version: str = ""
    revision: str | None = None
    size: int | None = None
    unsound: str | None = None
    free: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """A source that is polled. Times are UTC epoch seconds.

    Attributes:
        label: its name without credentials.
        kind: as in `bot.domain.sources.source`.
        failures: how often it failed in a row.
        last_success_at: when it last answered, or None.
        last_new_at: when it last brought a new paper, or None.
        last_error: what went wrong last, or None where the last poll went well.
    """

    label: str
    kind: str
    failures: int = 0
    last_success_at: int | None = None
    last_new_at: int | None = None
    last_error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseFacts:
    """A lease that is held.

    Attributes:
        name: what it is for.
        owner: who took it.
        expires_at: when it ends, UTC epoch seconds.
        dead: whether its holder was a process of this host that is gone.
    """

    name: str
    owner: str
    expires_at: int
    dead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledFacts:
    """The Slack workspaces that installed the app.

    Attributes:
        has_key: whether the settings name a key at all.
        workspaces: how many there are.
        unreadable: those of which no key opens what is stored, by their ids.
    """

    has_key: bool = True
    workspaces: int = 0
    unreadable: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveFacts:
    """The contents of a database at the current revision.

    Attributes:
        indexed: whether all papers are in the search index.
        sources: those that are polled.
        backfills: those that are read, or that brought what a feed left out within a day.
        incomplete: papers that lack authors or categories, for which arXiv is asked.
        leases: those taken.
        schedules_late: how many have been due for longer than `bot.domain.operations.health.OVERDUE`.
        unmatched: papers and events not yet matched against the subscriptions.
        outbox: how many deliveries are in each state.
        deliveries_late: how many have been due for longer than `bot.domain.operations.health.OVERDUE`.
        installed: the workspaces of Slack that installed the app.
    """

    indexed: bool = True
    sources: Sequence[SourceFacts] = ()
    backfills: Sequence[Backfill] = ()
    incomplete: int = 0
    leases: Sequence[LeaseFacts] = ()
    schedules_late: int = 0
    unmatched: int = 0
    outbox: Mapping[str, int] = field(default_factory=dict)
    deliveries_late: int = 0
    installed: InstalledFacts = field(default_factory=InstalledFacts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts about an installation.

    Attributes:
        settings: those that are set, as they may be shown.
        database: the database itself.
        archive: what is in it, or None where that can't be read.
        backups: the folder of backups, or None where they are not paperwire's to make.
        newest_backup: when the newest was made, timezone-aware, or None where there is none.
        poll_interval: seconds between two polls of a source.
        exposed: the files of a SQLite database, copies included, that not only their owner may read.
    """

    settings: Sequence[str]
    database: DatabaseFacts
    archive: ArchiveFacts | None = None
    backups: str | None = None
    newest_backup: datetime | None = None
    poll_interval: int = 1800
    exposed: Sequence[str] = ()
