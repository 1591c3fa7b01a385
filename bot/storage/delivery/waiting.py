"""Matches and paper updates that wait for the next digest of a chat."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, bindparam, delete, func, insert, select, update

from bot.storage.engine.statements import as_json, batches, insert_for
from bot.storage.schema import paper_events, seen, unmatched, updates, waiting

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True)
class Arrival:
    """A new paper or event that was not yet matched against the subscriptions.

    Attributes:
        id: its row.
        paper_id: the paper.
        event_id: what happened to a paper that was known, or None where the paper is new.
    """

    id: int
    paper_id: int
    event_id: int | None


class WaitingMatch(NamedTuple):
    """A match that no digest brought yet; a tuple, for there may be a million.

    Attributes:
        chat_id: the chat.
        paper_id: the paper.
        score: how well it fits, more is better.
        numbers: the subscriptions that match it.
    """

    chat_id: int
    paper_id: int
    score: int
    numbers: tuple[int, ...]


async def add_arrivals(
    connection: AsyncConnection, paper_ids: Sequence[int], event_ids: Sequence[int]
) -> None:
    """Store that papers are new, and that events happened; in the transaction that stores them."""
    if paper_ids:
        await connection.execute(insert(unmatched), [{"paper_id": paper_id} for paper_id in paper_ids])
    for chunk in batches(event_ids):
        events = select(paper_events.c.paper_id, paper_events.c.id).where(paper_events.c.id.in_(chunk))
        await connection.execute(insert(unmatched).from_select(["paper_id", "event_id"], events))


async def arrivals(connection: AsyncConnection, *, limit: int) -> list[Arrival]:
    """Return what was not yet matched, the oldest first."""
    statement = select(unmatched).order_by(unmatched.c.id).limit(limit)
    return [Arrival(**row._asdict()) for row in await connection.execute(statement)]


async def take(connection: AsyncConnection, taken: Sequence[Arrival]) -> set[int]:
    """Remove arrivals; return the rows that were still there."""
    there: set[int] = set()
    for chunk in batches([one.id for one in taken]):
        statement = delete(unmatched).where(unmatched.c.id.in_(chunk)).returning(unmatched.c.id)
        there.update((await connection.execute(statement)).scalars())
    return there


async def add(connection: AsyncConnection, matches: Sequence[WaitingMatch], *, now: int) -> None:
    """Store matches, in the order of chat and paper; one that waits already stays as it is."""
    if not matches:
        return
    statement = insert_for(connection, waiting).on_conflict_do_nothing()
    numbers = {one.numbers: as_json(one.numbers) for one in matches}
    rows = [
        {
            "chat_id": one.chat_id,
            "paper_id": one.paper_id,
            "score": one.score,
            "numbers": numbers[one.numbers],
            "at": now,
        }
        for one in matches
    ]
    await connection.execute(statement, rows)


async def of_chats(connection: AsyncConnection, chat_ids: Collection[int]) -> list[WaitingMatch]:
    """Return what waits for chats and was not shown to them meanwhile."""
    found: list[WaitingMatch] = []
    shown = (seen.c.chat_id == waiting.c.chat_id) & (seen.c.paper_id == waiting.c.paper_id)
    parsed: dict[str, tuple[int, ...]] = {}
    for chunk in batches(sorted(chat_ids)):
        statement = (
            select(waiting.c.chat_id, waiting.c.paper_id, waiting.c.score, waiting.c.numbers)
            .where(waiting.c.chat_id.in_(chunk))
            .where(~select(seen.c.paper_id).where(shown).exists())
        )
        for chat_id, paper_id, score, numbers in await connection.execute(statement):
            if numbers not in parsed:
                parsed[numbers] = tuple(json.loads(numbers))
            found.append(WaitingMatch(chat_id, paper_id, score, parsed[numbers]))
    return found


async def remove(connection: AsyncConnection, rows: Sequence[tuple[int, int]]) -> None:
    """Take matches (chat, paper) out, since a digest brings them or nobody wants them any more."""
    if rows:
        # One by one by their key: SQLite looks for a list of pairs in the whole table.
        which = (waiting.c.chat_id == bindparam("chat")) & (waiting.c.paper_id == bindparam("paper"))
        keys = [{"chat": chat_id, "paper": paper_id} for chat_id, paper_id in rows]
        await connection.execute(delete(waiting).where(which), keys)


async def forget(connection: AsyncConnection, chat_id: int, number: int) -> None:
    """Let nothing wait for a subscription whose query is another one now; what others match stays."""
    mine = [one for one in await of_chats(connection, [chat_id]) if number in one.numbers]
    await remove(connection, [(chat_id, one.paper_id) for one in mine if one.numbers == (number,)])
    for one in mine:
        if one.numbers != (number,):
            others = as_json(tuple(other for other in one.numbers if other != number))
            which = and_(waiting.c.chat_id == chat_id, waiting.c.paper_id == one.paper_id)
            await connection.execute(update(waiting).where(which).values(numbers=others))


async def count(connection: AsyncConnection, chat_id: int) -> int:
    """Return how many matches wait for a chat that it was not shown meanwhile.

    Who is killed between storing matches and taking their arrivals leaves them to be stored again.
    """
    shown = (seen.c.chat_id == waiting.c.chat_id) & (seen.c.paper_id == waiting.c.paper_id)
    statement = select(func.count()).select_from(waiting).where(waiting.c.chat_id == chat_id)
    unseen = statement.where(~select(seen.c.paper_id).where(shown).exists())
    return (await connection.execute(unseen)).scalar_one()


async def add_updates(connection: AsyncConnection, event_ids: Sequence[int]) -> list[int]:
    """Let events wait for the chats that were shown their papers before; return these chats."""
    told: set[int] = set()
    for chunk in batches(event_ids):
        statement = (
            select(seen.c.chat_id, paper_events.c.id)
            .join(paper_events, paper_events.c.paper_id == seen.c.paper_id)
            .where(paper_events.c.id.in_(chunk) & (seen.c.at <= paper_events.c.at))
            .order_by(seen.c.chat_id, paper_events.c.id)
        )
        rows = [{"chat_id": row[0], "event_id": row[1]} for row in await connection.execute(statement)]
        if rows:
            await connection.execute(insert_for(connection, updates).on_conflict_do_nothing(), rows)
            told.update(row["chat_id"] for row in rows)
    return sorted(told)


async def updates_of_chats(
    connection: AsyncConnection, chat_ids: Collection[int]
) -> dict[int, list[tuple[int, int]]]:
    """Return the events that wait for chats, each with its paper, oldest first."""
    found: dict[int, list[tuple[int, int]]] = {}
    for chunk in batches(sorted(chat_ids)):
        statement = (
            select(updates.c.chat_id, updates.c.event_id, paper_events.c.paper_id)
            .join(paper_events, paper_events.c.id == updates.c.event_id)
            .where(updates.c.chat_id.in_(chunk) & updates.c.digest_id.is_(None))
            .order_by(updates.c.chat_id, updates.c.event_id)
        )
        for chat_id, event_id, paper_id in await connection.execute(statement):
            found.setdefault(chat_id, []).append((event_id, paper_id))
    return found
