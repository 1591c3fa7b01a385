"""From facts to findings: what is ok, what is a warning, what is a problem."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.delivery.delivery import State
from bot.domain.operations.health import Level, findings
from bot.domain.operations.health_facts import (
    ArchiveFacts,
    DatabaseFacts,
    Facts,
    InstalledFacts,
    LeaseFacts,
    SourceFacts,
)

if TYPE_CHECKING:
    from bot.domain.operations.health import Finding

# A Wednesday; arXiv announced on Tuesday at 20:00 in New York, which is 01:00 UTC.
NOW = datetime(2026, 2, 11, 12, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
HOUR = 3600
LATELY = SECONDS - HOUR
SOURCE = SourceFacts(label="arxiv:cs.CV", kind="arxiv", last_success_at=LATELY, last_new_at=LATELY)
DATABASE = DatabaseFacts(
    url="sqlite:///p.sqlite3", head="0005", revision="0005", version="SQLite 3", size=5_000_000, free=10**10
)
WELL = Facts(
    settings=["POLL_INTERVAL=600"],
    database=DATABASE,
    archive=ArchiveFacts(sources=[SOURCE], outbox={"sent": 4}),
    backups="/b",
    newest_backup=NOW - timedelta(hours=20),
)
HOLIDAYS = frozenset({date(2026, 1, 1)})


def judge(facts: Facts) -> list[Finding]:
    """Return the findings on the test's day."""
    return findings(facts, NOW, HOLIDAYS)


def with_archive(**facts: Any) -> Facts:
    """Return a healthy installation but for these facts of its archive."""
    assert WELL.archive is not None
    return replace(WELL, archive=replace(WELL.archive, **facts))


def with_source(**facts: Any) -> Facts:
    """Return a healthy installation but for these facts of its only source."""
    return with_archive(sources=[replace(SOURCE, **facts)])


def with_database(**facts: Any) -> Facts:
    """Return a healthy installation but for these facts of its database."""
    return replace(WELL, database=replace(DATABASE, **facts))


def lease(ends_in: int, *, dead: bool) -> Facts:
    """Return a healthy installation but for a lease."""
    held = LeaseFacts(name="poll", owner="here:12", expires_at=SECONDS + ends_in, dead=dead)
    return with_archive(leases=[held])


def test_all_is_well() -> None:
    """Every check says so, once."""
    found = judge(WELL)
    assert {finding.level for finding in found} == {"ok"}
    assert [finding.check for finding in found] == [
        "settings", "database", "disk", "index", "source arxiv:cs.CV", "arxiv", "leases", "schedules",
        "matching", "outbox", "backup",
    ]  # fmt: skip


CASES: list[tuple[Facts, str, Level, str]] = [
    (replace(WELL, settings=()), "settings", "ok", "none is set"),
    (with_database(there=False), "database", "warning", "not there yet"),
    (with_database(error="it is locked"), "database", "problem", "it is locked"),
    (with_database(unsound="row 3 missing"), "database", "problem", "restore a backup"),
    (with_database(revision=None), "database", "warning", "is empty"),
    (with_database(revision="0004"), "database", "warning", "restart the bot"),
    (with_database(revision="0006"), "database", "problem", "upgrade paperwire"),
    (with_database(free=999_999_999), "disk", "warning", "1,000.0 MB free"),
    (with_database(free=1_000_000_000), "disk", "ok", "1.0 GB free"),
    (with_archive(installed=InstalledFacts(workspaces=2)), "slack", "ok", "2 workspaces installed the app"),
    (
        with_archive(installed=InstalledFacts(workspaces=1, has_key=False)),
        "slack",
        "warning",
        "1 workspace installed the app; without SLACK_TOKEN_KEY",
    ),
    (
        with_archive(installed=InstalledFacts(workspaces=2, unreadable=["T1"])),
        "slack",
        "problem",
        "tokens of T1: write the key",
    ),
    (with_archive(indexed=False), "index", "warning", "paperwire run makes it anew"),
    (with_archive(sources=()), "sources", "warning", "paperwire sources add"),
    (with_source(last_success_at=None, last_new_at=None), "source arxiv:cs.CV", "warning", "never read: "),
    (with_source(last_error="a.md: torn"), "source arxiv:cs.CV", "warning", "not all of it: a.md: torn"),
    (with_source(failures=1, last_error="HTTP 500"), "source arxiv:cs.CV", "warning", "failed once since: H"),
    (
        with_source(failures=3, last_error="HTTP 500", last_success_at=SECONDS - 24 * HOUR - 1),
        "source arxiv:cs.CV", "problem", "read 2026-02-10T11:59:59Z; failed 3 times since: HTTP 500",
    ),
    (
        with_source(failures=2, last_error="no such host", last_success_at=None),
        "source arxiv:cs.CV", "problem", "never read; failed 2 times since: no such host",
    ),
    (with_source(last_new_at=SECONDS - 12 * HOUR), "arxiv", "warning", "last new paper 2026-02-11T00:00:00Z"),
    (with_source(last_new_at=SECONDS - 11 * HOUR), "arxiv", "ok", "2026-02-11T01:00:00Z"),
    (with_source(last_new_at=None), "arxiv", "ok", "no new paper yet"),
    (lease(60, dead=False), "lease poll", "ok", "held by here:12 until 2026-02-11T12:01:00Z"),
    (lease(60, dead=True), "lease poll", "warning", "its holder here:12 was killed"),
    (lease(0, dead=True), "lease poll", "ok", "free, left by here:12"),
    (with_archive(schedules_late=3), "schedules", "problem", "3 due for more than 10 minutes: start paperw"),
    (with_archive(unmatched=1_234), "matching", "warning", "1,234 papers wait"),
    (with_archive(outbox={}), "outbox", "ok", "empty"),
    (with_archive(outbox={"sent": 4, "pending": 0}), "outbox", "ok", "4 sent"),
    (with_archive(deliveries_late=2), "outbox", "problem", "2 due for more than 10 minutes"),
    (with_archive(outbox={"uncertain": 2}), "outbox", "warning", "paperwire outbox ls --state uncertain"),
    (with_archive(outbox={"failed": 2}), "outbox", "warning", "paperwire outbox ls --state failed"),
    (replace(WELL, newest_backup=None), "backup", "warning", "none in /b: paperwire backup"),
    (replace(WELL, newest_backup=NOW - timedelta(hours=48)), "backup", "ok", "2026-02-09T12:00:00Z in /b"),
    (replace(WELL, newest_backup=NOW - timedelta(hours=49)), "backup", "warning", "is 2 days old"),
    (replace(WELL, newest_backup=NOW + timedelta(days=9)), "backup", "ok", "2026-02-20"),
    (replace(WELL, backups=None, newest_backup=None), "backup", "ok", "pg_dump"),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "check", "level", "text"), CASES, ids=lambda value: str(value)[:40])
def test_a_fact_and_its_finding(facts: Facts, check: str, level: Level, text: str) -> None:
    """It has its level and its text, and no other check is worse for it."""
    found = judge(facts)
    mine = [one for one in found if (one.check, one.level) == (check, level) and text in one.text]
    assert len(mine) == 1
    assert {one.level for one in found if one.check != check} == {"ok"}


def test_arxiv_is_late_only_after_its_feeds_had_time() -> None:
    """Four hours after the announcement, one of grace, and a polling interval."""
    stale = with_source(last_new_at=SECONDS - 20 * HOUR)
    announced = datetime(2026, 2, 11, 1, 0, tzinfo=UTC)
    for hours, level in ((5.4, "ok"), (5.6, "warning")):
        found = findings(stale, announced + timedelta(hours=hours), HOLIDAYS)
        assert [one.level for one in found if one.check == "arxiv"] == [level]
    holiday = frozenset({date(2026, 2, 10)})
    assert [one.level for one in findings(stale, NOW, holiday) if one.check == "arxiv"] == ["ok"]


def test_one_of_arxiv_s_feeds_is_enough() -> None:
    """A paper of two feeds is new in the one that is read first."""
    quiet = replace(SOURCE, label="arxiv:cs.LG", last_new_at=SECONDS - 99 * HOUR)
    assert {one.level for one in judge(with_archive(sources=[SOURCE, quiet]))} == {"ok"}


def test_without_an_archive_nothing_is_said_of_it() -> None:
    """A database that can't be read is one problem, not ten."""
    found = judge(replace(with_database(error="no such host"), archive=None))
    assert [one.check for one in found if one.level != "ok"] == ["database"]


times = st.none() | st.integers(0, 2 * SECONDS)
counts = st.integers(0, 10**7)
source_facts = st.builds(
    SourceFacts,
    label=st.just("x"),
    kind=st.sampled_from(["arxiv", "git"]),
    failures=counts,
    last_success_at=times,
    last_new_at=times,
    last_error=st.none() | st.just("why"),
)
lease_facts = st.builds(
    LeaseFacts,
    name=st.just("x"),
    owner=st.just("o"),
    expires_at=st.integers(0, 2 * SECONDS),
    dead=st.booleans(),
)
archive_facts = st.builds(
    ArchiveFacts,
    indexed=st.booleans(),
    sources=st.lists(source_facts, max_size=3),
    leases=st.lists(lease_facts, max_size=3),
    schedules_late=counts,
    unmatched=counts,
    outbox=st.dictionaries(st.sampled_from(get_args(State)), counts),
    deliveries_late=counts,
)


@given(archive_facts)
def test_any_archive_is_judged(archive: ArchiveFacts) -> None:
    """Each source and lease has one line, and each text is one line that is not empty.

    There is a problem exactly where a source is down for a day or nothing runs that would do what is due.
    """
    found = judge(replace(WELL, archive=archive))
    assert sum(one.check == "source x" for one in found) == len(archive.sources)
    assert sum(one.check == "lease x" for one in found) == len(archive.leases)
    assert all(one.text and len(one.text.splitlines()) == 1 for one in found)
    down = any(
        source.failures and (source.last_success_at is None or source.last_success_at < SECONDS - 24 * HOUR)
        for source in archive.sources
    )
    problem = any(one.level == "problem" for one in found)
    assert problem == bool(down or archive.schedules_late or archive.deliveries_late)
