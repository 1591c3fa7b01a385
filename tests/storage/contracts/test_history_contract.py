"""What every database promises about pruning: what is old and settled goes, all else stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

import pytest
from sqlalchemy import func, insert, select, update

from bot.domain.chat.command import ChatKey
from bot.domain.delivery.delivery import State
from bot.domain.papers.paper import Paper
from bot.storage.archive import papers
from bot.storage.chats import chats, subscriptions
from bot.storage.delivery import digests
from bot.storage.operations import retention
from bot.storage.schema import (
    deliveries,
    metadata,
    paper_events,
    seen,
    updates,
    waiting,
)

if TYPE_CHECKING:
    from sqlalchemy import Table

    from bot.storage.engine.database import Connection, Database

pytest_plugins = ("database_fixtures",)

DAY = 86_400
NOW = 1_750_000_000
BEFORE = NOW - 100 * DAY
OLD, YOUNG = BEFORE - 1, BEFORE
KINDS = {kind.name: kind for kind in retention.KINDS}


@pytest.fixture
async def chat(database: Database) -> int:
    """A chat."""
    async with database.write() as connection:
        key = ChatKey("telegram", "1")
        return (await chats.add(connection, key, language="en", zone="UTC", now=OLD)).id


async def prune(database: Database) -> dict[str, int]:
    """Prune all kinds; return how many rows of each went."""
    went = {}
    for kind in retention.KINDS:
        went[kind.name] = 0
        after: retention.Key = ()
        while True:
            async with database.read() as connection:
                keys = await retention.old(connection, kind, before=BEFORE, now=NOW, after=after)
            if not keys:
                break
            assert len(keys) <= kind.at_once
            async with database.write() as connection:
                went[kind.name] += await retention.forget(connection, kind, keys, before=BEFORE, now=NOW)
            after = keys[-1]
    return went


async def deliver(connection: Connection, chat: int, state: State, *, at: int, **values: Any) -> int:
    """Store a digest with a delivery; return the digest's row."""
    digest = await digests.add(connection, chat, now=at)
    row = {"key": f"digest:{digest}", "chat_id": chat, "digest_id": digest, "state": state}
    row |= {"due_at": at, "created_at": at, "changed_at": at} | values
    await connection.execute(insert(deliveries).values(**row))
    return digest


async def rows(database: Database, table: Table) -> int:
    """Count the rows of a table."""
    async with database.read() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


async def add_papers(connection: Connection, count: int) -> list[int]:
    """Store papers; return their rows."""
    made = [Paper(canonical_id=f"title:{n}", title=str(n), first_seen_at=OLD) for n in range(count)]
    return await papers.insert(connection, made, now=OLD)


async def test_old_digests_go_with_what_they_showed(database: Database, chat: int) -> None:
    """Their `seen` and `updates` rows too, on both sides of the limit to the second; papers stay."""
    async with database.write() as connection:
        a, b, c = await add_papers(connection, 3)
        for paper, at in ((a, OLD), (b, YOUNG), (c, NOW)):
            await digests.record(connection, chat, [(paper, ())], now=at)
            event = insert(paper_events).values(paper_id=paper, kind="version", version=2, at=at)
            new = (await connection.execute(event.returning(paper_events.c.id))).scalar_one()
            digest = select(seen.c.digest_id).where(seen.c.paper_id == paper).scalar_subquery()
            await connection.execute(insert(updates).values(chat_id=chat, event_id=new, digest_id=digest))
    assert (await prune(database))["digests"] == 1
    assert [await rows(database, table) for table in (seen, updates, metadata.tables["digests"])] == [2, 2, 2]
    assert [await rows(database, table) for table in (metadata.tables["papers"], paper_events)] == [3, 3]
    async with database.read() as connection:
        assert await digests.seen_among(connection, chat, [a, b, c]) == {b, c}


async def test_only_settled_deliveries_go(database: Database, chat: int) -> None:
    """However old, what is open or uncertain stays, and its digest with it."""
    states: tuple[State, ...] = get_args(State)
    async with database.write() as connection:
        for state in states:
            await deliver(connection, chat, state, at=OLD)
        await deliver(connection, chat, "sent", at=YOUNG)
    went = await prune(database)
    assert (went["deliveries"], went["digests"]) == (3, 3)
    async with database.read() as connection:
        found = await connection.execute(select(deliveries.c.state, deliveries.c.created_at))
        left = {tuple(row) for row in found}
    kept = {(state, OLD) for state in states if state not in {"sent", "failed", "cancelled"}}
    assert left == kept | {("sent", YOUNG)}


async def test_a_delivery_is_as_old_as_its_last_change(database: Database, chat: int) -> None:
    """One that was settled lately stays, though it was made long ago, and so does its digest."""
    async with database.write() as connection:
        await deliver(connection, chat, "sent", at=OLD, changed_at=YOUNG)
        await deliver(connection, chat, "sent", at=NOW)
    went = await prune(database)
    assert (went["deliveries"], went["digests"]) == (0, 0)


async def test_what_was_retried_between_look_and_deletion_stays(database: Database, chat: int) -> None:
    """The deletion looks again."""
    kind = KINDS["deliveries"]
    async with database.write() as connection:
        await deliver(connection, chat, "failed", at=OLD)
        await deliver(connection, chat, "failed", at=OLD)
        await deliver(connection, chat, "sent", at=NOW)
    async with database.read() as connection:
        keys = await retention.old(connection, kind, before=BEFORE, now=NOW, after=())
    async with database.write() as connection:
        first = update(deliveries).where(deliveries.c.id == keys[0][0])
        await connection.execute(first.values(state="pending", changed_at=NOW))
        assert await retention.forget(connection, kind, keys, before=BEFORE, now=NOW) == 1
    assert await rows(database, deliveries) == 2


async def test_numbers_are_not_used_twice(database: Database, chat: int) -> None:
    """Though all is old, a new digest and delivery get numbers that chats never saw."""
    async with database.write() as connection:
        last = [await deliver(connection, chat, "sent", at=OLD) for _ in range(3)][-1]
    for _ in range(3):
        await prune(database)
    async with database.write() as connection:
        new = await deliver(connection, chat, "pending", at=NOW)
        numbers = set((await connection.execute(select(deliveries.c.id))).scalars())
    assert new > last
    assert max(numbers) == 4


async def test_a_digest_s_number_is_not_used_twice(database: Database, chat: int) -> None:
    """Nor where no digest was ever sent: uncertain deliveries still name the one that offered them."""
    async with database.write() as connection:
        last = [await digests.add(connection, chat, now=OLD) for _ in range(3)][-1]
    assert (await prune(database))["digests"] == 2
    async with database.write() as connection:
        assert await digests.add(connection, chat, now=NOW) > last


async def test_more_than_a_unit_of_work_holds(database: Database, chat: int) -> None:
    """All of it goes, page by page, and the young among it stay."""
    count = KINDS["deliveries"].at_once + 201  # the last, which always stays, is a young one
    async with database.write() as connection:
        for _ in range(KINDS["digests"].at_once + 5):
            await digests.add(connection, chat, now=OLD)
        digest = await digests.add(connection, chat, now=NOW)
        made = [
            {
                "key": str(n), "chat_id": chat, "digest_id": digest, "state": "sent", "due_at": OLD,
                "created_at": OLD, "changed_at": YOUNG if n % 100 == 0 else OLD,
            }
            for n in range(count)
        ]  # fmt: skip
        await connection.execute(insert(deliveries), made)
    went = await prune(database)
    young = len(range(0, count, 100))
    assert went["deliveries"] == count - young
    assert went["digests"] == KINDS["digests"].at_once + 5
    assert await rows(database, deliveries) == count - went["deliveries"]


async def test_papers_that_waited_too_long_go(database: Database, chat: int) -> None:
    """So do new versions that no digest told; what one told lately stays, and so do papers and events."""
    async with database.write() as connection:
        for number, paper in enumerate(await add_papers(connection, 4)):
            at = OLD if number % 2 else YOUNG
            values = {"chat_id": chat, "paper_id": paper, "score": 1, "numbers": "[1]", "at": at}
            await connection.execute(insert(waiting).values(**values))
            event = insert(paper_events).values(paper_id=paper, kind="version", version=2, at=at)
            new = (await connection.execute(event.returning(paper_events.c.id))).scalar_one()
            await connection.execute(insert(updates).values(chat_id=chat, event_id=new))
        lately = await digests.add(connection, chat, now=NOW)
        event = insert(paper_events).values(paper_id=paper, kind="version", version=3, at=OLD)
        new = (await connection.execute(event.returning(paper_events.c.id))).scalar_one()
        await connection.execute(insert(updates).values(chat_id=chat, event_id=new, digest_id=lately))
    went = await prune(database)
    assert (went["waiting papers"], went["updates"]) == (2, 2)
    assert [await rows(database, table) for table in (waiting, updates, paper_events)] == [2, 3, 5]


async def test_removed_subscriptions_go_after_30_days(database: Database, chat: int) -> None:
    """But not one in use, nor the newest of a chat: its number must not be given again."""
    long_ago = NOW - 30 * DAY - 1
    async with database.write() as connection:
        made = [
            await subscriptions.add(
                connection, chat, source_text=str(n), canonical=str(n), grammar=1, per_day=None, now=OLD
            )
            for n in range(5)
        ]
        await subscriptions.set_state(connection, [made[0].id], "removed", now=long_ago)
        await subscriptions.set_state(connection, [made[1].id], "removed", now=long_ago + 1)
        await subscriptions.set_state(connection, [made[2].id], "paused", now=OLD)
        await subscriptions.set_state(connection, [made[4].id], "removed", now=OLD)
    assert (await prune(database))["removed subscriptions"] == 1
    async with database.write() as connection:
        new = await subscriptions.add(
            connection, chat, source_text="x", canonical="x", grammar=1, per_day=None, now=NOW
        )
        left = await subscriptions.changed(connection, since=0, after_id=0, limit=99)
    assert new.number == 6
    assert [one.number for one in left] == [2, 3, 4, 5, 6]


async def test_nothing_else_is_ever_pruned() -> None:
    """The archive itself, what chats chose and what is polled are in no kind."""
    pruned = {kind.table.name for kind in retention.KINDS}
    own = {"deliveries", "digests", "updates", "waiting", "subscriptions"}
    assert pruned == own | {"inbox", "card_messages", "unannounced"}
