"""Which files are backups, and which of them may go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.operations.backups import KEEP, backup_name, made_at, newest, surplus

AT = datetime(2026, 1, 31, 4, 5, 6, tzinfo=UTC)

databases = st.sampled_from(["paperwire", "papers-20260131-040506", "a.b", "a+b", "a", "论文"])
times = st.integers(946_684_800, 4_102_444_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
odd_names = st.sampled_from([
    "paperwire.sqlite3", "paperwire.sqlite3-wal", "paperwire-2026.sqlite3", "notes.txt",
    "paperwire.sqlite3.before-0005-from-0004",
]) | st.from_regex(r"paperwire-[0-9]{7,9}-[0-9]{5,7}\.sqlite3(\.part)?\n?", fullmatch=True)  # fmt: skip


def test_a_name_says_when_in_utc() -> None:
    """Whatever the zone of the clock."""
    there = AT.astimezone(timezone(timedelta(hours=8)))
    assert backup_name("paperwire", there) == "paperwire-20260131-040506.sqlite3"


@pytest.mark.parametrize(
    "name",
    [
        "paperwire-20260131-040506.sqlite3.part",
        "paperwire-20260131-040506.sqlite3\n",
        "paperwire-20260131-0405067.sqlite3",
        "paperwire-20260231-040506.sqlite3",
        "paperwire-20260131-046006.sqlite3",
        "paperwire-２０２６0131-040506.sqlite3",
        "my-paperwire-20260131-040506.sqlite3",
        "paperwire-copy-20260131-040506.sqlite3",
        "Paperwire-20260131-040506.sqlite3",
        "paperwire.sqlite3",
    ],
)
def test_what_is_named_otherwise_is_no_backup(name: str) -> None:
    """A file that is not exactly of the pattern belongs to somebody else."""
    assert made_at("paperwire", name) is None


@given(databases, times)
def test_a_name_reads_as_its_time(database: str, at: datetime) -> None:
    """What is written is read, and as no other database's."""
    name = backup_name(database, at)
    assert made_at(database, name) == at
    assert made_at(f"{database}x", name) is None


@given(databases, st.sets(times, max_size=30), st.sets(odd_names, max_size=10), st.randoms())
def test_the_newest_seven_stay(database: str, made: set[datetime], odd: set[str], random: object) -> None:
    """Of any files, in any order, only backups go, and only those with seven newer ones."""
    names = sorted({backup_name(database, at) for at in made} | odd)
    random.shuffle(names)  # type: ignore[attr-defined] # Hypothesis' own random numbers
    gone = surplus(database, names)
    ours = sorted(
        (name for name in names if made_at(database, name)), key=lambda n: made_at(database, n) or AT
    )
    assert sorted(gone) == sorted(ours[:-KEEP])
    assert newest(database, names) == (made_at(database, ours[-1]) if ours else None)
