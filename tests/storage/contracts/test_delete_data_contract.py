"""What every database promises about the data that a chat lets us delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Boolean, Float, Integer, insert, select

from bot.domain.chat.command import Chat, ChatKey
from bot.domain.papers.paper import Paper
from bot.storage.archive import papers
from bot.storage.chats import chats, subscriptions
from bot.storage.delivery import digests, outbox
from bot.storage.delivery.outbox import Claim
from bot.storage.schema import deliveries, metadata

if TYPE_CHECKING:
    from sqlalchemy import Column, Table

    from bot.storage.engine.database import Connection, Database

pytest_plugins = ("database_fixtures",)

NOW = 1_750_000_000
OF_CHATS = [table for table in metadata.sorted_tables if "chat_id" in table.c]
# What stays without content, so that its number is not given again; see `chats.delete_data`.
EMPTY: dict[str, dict[str, Any]] = {
    "subscriptions": {"source_text": "", "canonical": "", "state": "removed", "per_day": None},
    "digests": {"slot": None, "skipped": False, "held_back": 0},
    "deliveries": {"state": "cancelled", "error": None, "reference": None, "offered_in": None},
    "buttons": {"command": "/help"},
}


@pytest.fixture
async def one(database: Database) -> Chat:
    """A chat of which every table has a row."""
    return await full_chat(database, "1")


async def full_chat(database: Database, name: str) -> Chat:
    """Return a chat with a row in every table that has rows of chats."""
    async with database.write() as connection:
        key = ChatKey("telegram", name)
        chat = await chats.add(connection, key, language="zh_Hans", zone="Asia/Shanghai", now=NOW)
        made = [Paper(canonical_id=f"title:{name}", title=name, first_seen_at=NOW)]
        values = {"chat_id": chat.id, "paper_id": (await papers.insert(connection, made, now=NOW))[0]}
        events = metadata.tables["paper_events"]
        event = insert(events).values(paper_id=values["paper_id"], kind="version", at=NOW)
        values["event_id"] = (await connection.execute(event.returning(events.c.id))).scalar_one()
        for table in OF_CHATS:
            row = {column.name: values.get(column.name, _invented(column, name)) for column in table.columns}
            if table.autoincrement_column is not None and "id" in row:
                del row["id"]
            stored = await connection.execute(insert(table).values(**row).returning(*table.primary_key))
            if table.name == "digests":
                values["digest_id"] = stored.scalar_one()
        return chat


def _invented(column: Column[Any], name: str) -> object:
    """Return a value that is not what deletion leaves behind."""
    if isinstance(column.type, Boolean):
        return True
    if isinstance(column.type, Integer):
        return 1
    return 0.5 if isinstance(column.type, Float) else f"x{name}"


async def rows(connection: Connection, table: Table, chat: Chat) -> list[dict[str, Any]]:
    """Return a chat's rows of a table."""
    found = await connection.execute(select(table).where(table.c.chat_id == chat.id))
    return [dict(row) for row in found.mappings()]


async def forget(database: Database, chat: Chat) -> None:
    """Delete a chat's data."""
    async with database.write() as connection:
        await chats.delete_data(connection, chat.id, zone="UTC", now=NOW + 1)


@pytest.mark.parametrize("table", OF_CHATS, ids=lambda table: table.name)
async def test_nothing_of_a_chat_is_left(database: Database, one: Chat, table: Table) -> None:
    """In no table that has rows of chats; of four, an empty row where a number must not be given again."""
    await forget(database, one)
    async with database.read() as connection:
        left = await rows(connection, table, one)
    assert len(left) == (table.name in EMPTY)
    assert all(row | EMPTY[table.name] == row for row in left)


@pytest.mark.parametrize("table", OF_CHATS, ids=lambda table: table.name)
async def test_other_chats_keep_theirs(database: Database, one: Chat, table: Table) -> None:
    """Another chat's rows are what they were; where they are the last ones, no empty row of ours is left."""
    other = await full_chat(database, "2")
    async with database.read() as connection:
        before = await rows(connection, table, other)
    await forget(database, one)
    async with database.read() as connection:
        assert await rows(connection, table, other) == before
        assert before
        left = await rows(connection, table, one)
        assert not left or table.name == "subscriptions"


async def test_the_chat_itself_stays_and_speaks_its_language(database: Database, one: Chat) -> None:
    """So the answer can be read; its time zone is the usual one again."""
    await forget(database, one)
    async with database.read() as connection:
        assert await chats.by_id(connection, one.id) == Chat(one.id, one.key, "zh_Hans", "UTC")


async def test_deleting_twice_and_deleting_nothing(database: Database, one: Chat) -> None:
    """Both are fine."""
    await forget(database, one)
    await forget(database, one)
    async with database.write() as connection:
        empty = await chats.add(connection, ChatKey("slack", "C"), language="en", zone="UTC", now=NOW)
    await forget(database, empty)


async def test_what_was_deleted_is_not_undone_and_its_number_not_given_again(
    database: Database, one: Chat
) -> None:
    """A matcher hears of it as of any removed subscription; /undo finds nothing."""
    await forget(database, one)
    async with database.write() as connection:
        assert await subscriptions.of_chat(connection, one.id) == []
        assert await subscriptions.removed_since(connection, one.id, since=0) == []
        [heard] = await subscriptions.changed(connection, since=NOW + 1, after_id=0, limit=9)
        assert (heard.number, heard.state, heard.canonical) == (1, "removed", "")
        new = await subscriptions.add(
            connection, one.id, source_text="x", canonical="x", grammar=1, per_day=None, now=NOW
        )
        assert new.number == 2


async def test_a_message_on_its_way_confirms_no_other(database: Database) -> None:
    """Who was about to send it may not begin; a later message never has its number, nor its digest's."""
    async with database.write() as connection:
        chat = await chats.add(connection, ChatKey("telegram", "1"), language="en", zone="UTC", now=NOW)
        digest = await digests.add(connection, chat.id, now=NOW)
        await outbox.enqueue(connection, [("a", chat.id, digest)], due_at=NOW, now=NOW)
        claimed = await outbox.claim(connection, Claim("me", NOW, NOW + 60), {"telegram"}, limit=9)
    await forget(database, chat)
    async with database.write() as connection:
        assert await outbox.begin(connection, "me", claimed, now=NOW) == set()
        next_digest = await digests.add(connection, chat.id, now=NOW)
        assert next_digest > digest
        await outbox.enqueue(connection, [("b", chat.id, next_digest)], due_at=NOW, now=NOW)
        again = await outbox.claim(connection, Claim("me", NOW, NOW + 60), {"telegram"}, limit=9)
        assert [one.digest_id for one in again] == [next_digest]
        await outbox.begin(connection, "me", again, now=NOW)
        assert await outbox.acknowledge(connection, "me", [(claimed[0], "m")], now=NOW) == set()
        states = (await connection.execute(select(deliveries.c.state).order_by(deliveries.c.id))).scalars()
        assert list(states) == ["cancelled", "sending"]
