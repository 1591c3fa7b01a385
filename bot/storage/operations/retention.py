"""Deletes rows after their retention time: digests, deliveries, and papers that wait for a digest.

Each kind is found in a view, which no writer waits for, and deleted by key in short transactions that look
again whether it is still old: a delivery may have been retried meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, Table, and_, bindparam, delete, func, or_, select, tuple_

from bot.storage.engine.statements import batches
from bot.storage.schema import (
    card_messages,
    deliveries,
    digests,
    inbox,
    paper_events,
    subscriptions,
    unannounced,
    updates,
    waiting,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

Key = tuple[int | str, ...]
"""The primary key of a row."""

_REMOVED_DAYS: Final = 30
_INBOX_DAYS: Final = 2
_UNANNOUNCED_DAYS: Final = 30
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Kind:
    """Rows of one table that are deleted when they are old.

    Attributes:
        name: what they are, in plural.
        table: where they are.
        is_old: the condition of those that go, from the time before which all is old and the time now, both
            UTC epoch seconds.
        rising: a column that rises with the row's number, so that a search may end at the first young row;
            None where there is none.
        at_once: how many are deleted in a transaction.
    """

    name: str
    table: Table
    is_old: Callable[[int, int], ColumnElement[bool]]
    rising: str | None = None
    at_once: int = 1_000


async def old(connection: AsyncConnection, kind: Kind, *, before: int, now: int, after: Key) -> list[Key]:
    """Return keys of old rows, ascending, as many as one transaction deletes.

    Args:
        connection: an open view.
        kind: which rows.
        before: what is older goes, UTC epoch seconds.
        now: UTC epoch seconds.
        after: the key after which to continue; empty at first.
    """
    key = list(kind.table.primary_key.columns)
    statement = select(*key).where(kind.is_old(before, now)).order_by(*key).limit(kind.at_once)
    if after:
        statement = statement.where(tuple_(*key) > tuple_(*after))
    if kind.rising:
        # Not as a subquery: among very many rows each database would have its own idea of how to run it.
        first = select(*key).where(kind.table.c[kind.rising] >= before).order_by(*key).limit(1)
        young = (await connection.execute(first)).scalar()
        if young is not None:
            statement = statement.where(key[0] < young)
    return [tuple(row) for row in await connection.execute(statement)]


async def forget(
    connection: AsyncConnection, kind: Kind, keys: Sequence[Key], *, before: int, now: int
) -> int:
    """Delete rows of these keys that are still old; return how many.

    Args:
        connection: an open transaction.
        kind: which rows.
        keys: as `old` returned them.
        before: as for `old`.
        now: as for `old`.
    """
    key = list(kind.table.primary_key.columns)
    # One key at a time: SQLite reads a whole table for `(a, b) IN (...)`.
    named = and_(*(column == bindparam(f"key_{number}") for number, column in enumerate(key)))
    statement = delete(kind.table).where(named & kind.is_old(before, now))
    deleted = 0
    for chunk in batches(keys):
        rows = [{f"key_{number}": value for number, value in enumerate(one)} for one in chunk]
        deleted += (await connection.execute(statement, rows)).rowcount
    return deleted


async def optimize(connection: AsyncConnection) -> None:
    """Let SQLite renew what it knows of its tables where it sees a need; PostgreSQL does by itself."""
    if connection.dialect.name == "sqlite":
        # Looks at so many rows of an index at most; a writer waits for milliseconds, not for minutes.
        await connection.exec_driver_sql("PRAGMA analysis_limit=400")
        await connection.exec_driver_sql("PRAGMA optimize")


def _old_deliveries(before: int, _now: int) -> ColumnElement[bool]:
    """Those that are settled; what is open, or uncertain and perhaps not offered yet, stays."""
    # Not IN: SQLAlchemy can't spell that for many rows at once.
    settled = or_(*(deliveries.c.state == state for state in ("sent", "failed", "cancelled")))
    return settled & (deliveries.c.changed_at < before) & _not_last(deliveries)


def _old_digests(before: int, _now: int) -> ColumnElement[bool]:
    """Those without a delivery, which would go with its digest; `seen` and `updates` do go with it."""
    delivered = select(deliveries.c.id).where(deliveries.c.digest_id == digests.c.id)
    return (digests.c.compiled_at < before) & ~delivered.exists() & _not_last(digests)


def _not_last(table: Table) -> ColumnElement[bool]:
    """SQLite counts on from the highest number: without that row, numbers that chats know came again."""
    others = table.alias()
    return table.c.id < select(func.max(others.c.id)).scalar_subquery()


def _old_updates(before: int, _now: int) -> ColumnElement[bool]:
    """Those that no digest brought; the others go with their digest."""
    told = select(paper_events.c.at).where(paper_events.c.id == updates.c.event_id).scalar_subquery()
    return updates.c.digest_id.is_(None) & (told < before)


def _old_subscriptions(_before: int, now: int) -> ColumnElement[bool]:
    """Removed ones but the newest of a chat: the next number is counted from it, and none is used twice."""
    others = subscriptions.alias()
    newest = select(func.max(others.c.number)).where(others.c.chat_id == subscriptions.c.chat_id)
    return (
        (subscriptions.c.state == "removed")
        & (subscriptions.c.changed_at < now - _REMOVED_DAYS * _DAY)
        & (subscriptions.c.number < newest.scalar_subquery())
    )


def _old_events(_before: int, now: int) -> ColumnElement[bool]:
    """Platforms repeat what they are not sure of for some hours at most."""
    return inbox.c.at < now - _INBOX_DAYS * _DAY


def _old_card_messages(before: int, _now: int) -> ColumnElement[bool]:
    return card_messages.c.at < before


def _old_unannounced(_before: int, now: int) -> ColumnElement[bool]:
    """Those that nobody announced while they could have been news."""
    return unannounced.c.at < now - _UNANNOUNCED_DAYS * _DAY


def _old_waiting(before: int, _now: int) -> ColumnElement[bool]:
    return waiting.c.at < before


KINDS: Final = (
    # Deliveries first: a digest waits until its delivery is gone.
    Kind("deliveries", deliveries, _old_deliveries, rising="created_at"),
    # Each takes its papers with it.
    Kind("digests", digests, _old_digests, rising="compiled_at", at_once=100),
    Kind("updates", updates, _old_updates),
    Kind("waiting papers", waiting, _old_waiting),
    Kind("marks of papers read back", unannounced, _old_unannounced),
    Kind("removed subscriptions", subscriptions, _old_subscriptions),
    Kind("events of platforms", inbox, _old_events),
    Kind("messages with a card", card_messages, _old_card_messages),
)
"""All that is ever pruned, in this order. Sources, papers, events and subscriptions in use never are."""
