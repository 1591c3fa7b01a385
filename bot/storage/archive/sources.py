"""Sources: their cursors, when they are due, and their failures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import case, delete, func, select, update

from bot.domain.sources.source import Cursor
from bot.storage.engine.statements import batches, insert_for
from bot.storage.schema import backfills, source_files, sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.domain.sources.source import SourceUri

Origin = Literal["command", "settings", "default"]

ARXIV_KINDS = frozenset({"arxiv", "arxiv-query"})
"""Kinds of sources that bring arXiv's own announcements."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSource:
    """A source with its state. Times are UTC epoch seconds.

    Attributes:
        id: its row.
        uri: the canonical URI; may hold credentials.
        label: the URI without credentials.
        kind: as in `SourceUri`.
        active: False where it is kept for its papers only and never polled.
        origin: who named it: a `command`, the `settings`, or nobody (`default`).
        etag: HTTP validator of the last reading.
        last_modified: HTTP validator of the last reading.
        commit_id: the last commit read.
        next_poll_at: when it is due.
        failures: how often it failed in a row.
        last_polled_at: when it was asked last, or None.
        last_success_at: when it last answered, or None.
        last_new_at: when it last brought a new paper, or None.
        last_error: what went wrong last, or None where the last poll went well.
        failing_since: when the first of its failures in a row was, or None where the last poll went well.
    """

    id: int
    uri: str = field(repr=False)
    label: str
    kind: str
    active: bool
    origin: Origin
    etag: str | None
    last_modified: str | None
    commit_id: str | None
    next_poll_at: int
    failures: int
    last_polled_at: int | None
    last_success_at: int | None
    last_new_at: int | None
    last_error: str | None
    failing_since: int | None


_COLUMNS = [column for column in sources.c if column.name != "created_at"]


async def add(
    connection: AsyncConnection, uri: SourceUri, *, now: int, active: bool = True, origin: Origin = "command"
) -> int:
    """Store a source where it is new and return its row.

    A stored one becomes active where asked, never inactive; who named it by command owns it.
    """
    statement = insert_for(connection, sources).values(
        uri=uri.text, label=uri.label, kind=uri.kind, active=active, origin=origin, created_at=now
    )
    said = statement.excluded
    takes_over = said.active & (~sources.c.active | (said.origin == "command"))
    statement = statement.on_conflict_do_update(
        index_elements=[sources.c.uri],
        set_={
            "active": sources.c.active | said.active,
            "origin": case((takes_over, said.origin), else_=sources.c.origin),
            "label": said.label,
        },
    )
    row = await connection.execute(statement.returning(sources.c.id))
    return int(row.scalar_one())


async def deactivate(connection: AsyncConnection, source_id: int) -> None:
    """Stop polling a source; its papers stay, and adding it again reads it from the beginning."""
    statement = (
        update(sources)
        .where(sources.c.id == source_id)
        .values(active=False, etag=None, last_modified=None, commit_id=None, next_poll_at=0)
    )
    await connection.execute(statement)
    for table in (source_files, backfills):
        await connection.execute(delete(table).where(table.c.source_id == source_id))


async def active(connection: AsyncConnection) -> list[StoredSource]:
    """Return the sources that are polled, in the order in which they were added."""
    return await _select(connection, sources.c.active)


async def due(connection: AsyncConnection, *, now: int) -> list[StoredSource]:
    """Return the polled sources whose time has come, the one waiting longest first."""
    return sorted(
        await _select(connection, sources.c.active & (sources.c.next_poll_at <= now)),
        key=lambda source: (source.next_poll_at, source.id),
    )


async def make_due(connection: AsyncConnection, ids: Iterable[int], *, now: int) -> None:
    """Let sources be due now, also those that failed and rest."""
    for chunk in batches(sorted(set(ids))):
        statement = update(sources).where(sources.c.id.in_(chunk), sources.c.next_poll_at > now)
        await connection.execute(statement.values(next_poll_at=now))


async def by_uri(connection: AsyncConnection, uri: str) -> StoredSource | None:
    """Return the source with this canonical URI."""
    found = await _select(connection, sources.c.uri == uri)
    return found[0] if found else None


async def by_id(connection: AsyncConnection, source_id: int) -> StoredSource | None:
    """Return the source of a row."""
    found = await _select(connection, sources.c.id == source_id)
    return found[0] if found else None


async def cursor(connection: AsyncConnection, source: StoredSource) -> Cursor:
    """Return how far a source was read."""
    rows = await connection.execute(
        select(source_files.c.path, source_files.c.fingerprint).where(source_files.c.source_id == source.id)
    )
    files = {row.path: row.fingerprint for row in rows}
    return Cursor(source.etag, source.last_modified, source.commit_id, files)


async def save_reading(
    connection: AsyncConnection,
    source_id: int,
    *,
    before: Cursor,
    after: Cursor,
    now: int,
    next_poll_at: int,
    brought_new: bool,
    error: str | None,
) -> None:
    """Store that a source was read: its new cursor and when it is due again."""
    values: dict[str, Any] = {
        "etag": after.etag,
        "last_modified": after.last_modified,
        "commit_id": after.commit,
        "next_poll_at": next_poll_at,
        "failures": 0,
        "failing_since": None,
        "last_polled_at": now,
        "last_success_at": now,
        "last_error": error,
    }
    if brought_new:
        values["last_new_at"] = now
    await connection.execute(update(sources).where(sources.c.id == source_id).values(values))
    await _save_files(connection, source_id, before.files, after.files)


async def brought_new(connection: AsyncConnection, source_id: int, *, now: int) -> None:
    """Store that a source's news came, though not by the source itself."""
    await connection.execute(update(sources).where(sources.c.id == source_id).values(last_new_at=now))


async def save_failure(
    connection: AsyncConnection, source_id: int, *, error: str, failures: int, now: int, next_poll_at: int
) -> None:
    """Store that a source could not be read; its cursor stays."""
    statement = (
        update(sources)
        .where(sources.c.id == source_id)
        .values(
            failures=failures,
            failing_since=func.coalesce(sources.c.failing_since, now),
            last_polled_at=now,
            last_error=error,
            next_poll_at=next_poll_at,
        )
    )
    await connection.execute(statement)


async def _save_files(
    connection: AsyncConnection, source_id: int, before: Mapping[str, str], after: Mapping[str, str]
) -> None:
    gone = sorted(before.keys() - after.keys())
    for chunk in batches(gone):
        await connection.execute(
            delete(source_files).where(
                (source_files.c.source_id == source_id) & source_files.c.path.in_(chunk)
            )
        )
    changed: Iterable[tuple[str, str]] = (item for item in after.items() if before.get(item[0]) != item[1])
    for pairs in batches(sorted(changed)):
        statement = insert_for(connection, source_files)
        await connection.execute(
            statement.on_conflict_do_update(
                index_elements=[source_files.c.source_id, source_files.c.path],
                set_={"fingerprint": statement.excluded.fingerprint},
            ),
            [
                {"source_id": source_id, "path": path, "fingerprint": fingerprint}
                for path, fingerprint in pairs
            ],
        )


async def _select(connection: AsyncConnection, condition: ColumnElement[bool]) -> list[StoredSource]:
    rows = await connection.execute(select(*_COLUMNS).where(condition).order_by(sources.c.id))
    return [StoredSource(**row._asdict()) for row in rows]
