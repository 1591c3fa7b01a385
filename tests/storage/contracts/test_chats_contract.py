"""What every database promises about chats and their subscriptions."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from bot.domain.chat.command import Chat, ChatKey
from bot.errors import StorageError
from bot.storage.chats import chats, subscriptions
from bot.storage.schema import subscriptions as table

if TYPE_CHECKING:
    from bot.domain.subscriptions.subscription import Subscription
    from bot.storage.engine.database import Connection, Database

pytest_plugins = ("database_fixtures",)

NOW = 1_750_000_000
KEY = ChatKey("telegram", "-1001234567890")


async def open_chat(connection: Connection, key: ChatKey = KEY) -> Chat:
    """Return a stored chat."""
    return await chats.add(connection, key, language="en", zone="Asia/Shanghai", now=NOW)


async def subscribe(connection: Connection, chat: Chat, query: str, *, now: int = NOW) -> Subscription:
    """Return a stored subscription."""
    return await subscriptions.add(
        connection, chat.id, source_text=query, canonical=query, grammar=1, per_day=0.25, now=now
    )


async def test_a_chat_is_stored_once(database: Database) -> None:
    """Adding it again gives it as stored, with what it chose since."""
    async with database.write() as connection:
        assert await chats.find(connection, KEY) is None
        chat = await open_chat(connection)
        assert chat == Chat(chat.id, KEY, "en", "Asia/Shanghai")
        await chats.set_language(connection, chat.id, "zh_Hans")
        again = await chats.add(connection, KEY, language="en", zone="UTC", now=NOW + 1)
        assert again == await chats.find(connection, KEY) == Chat(chat.id, KEY, "zh_Hans", "Asia/Shanghai")


async def test_chats_differ_by_every_part_of_their_name(database: Database) -> None:
    """Platform, tenant, id and thread each make another chat."""
    keys = [
        ChatKey("slack", "C1"),
        ChatKey("slack", "C1", tenant="T1"),
        ChatKey("slack", "C1", tenant="T1", thread="1.2"),
        ChatKey("console", "C1"),
        ChatKey("slack", "c1"),
    ]
    async with database.write() as connection:
        assert len({(await open_chat(connection, key)).id for key in keys}) == len(keys)


async def test_subscriptions_come_by_number_as_they_were_stored(database: Database) -> None:
    """Numbers start at 1 in each chat; any text is kept."""
    texts = ["扩散模型 OR 'nerf'", '"quoted" \\ %_', "x" * 500]
    async with database.write() as connection:
        chat = await open_chat(connection)
        other = await open_chat(connection, ChatKey("slack", "C1"))
        made = [await subscribe(connection, chat, text) for text in texts]
        assert (await subscribe(connection, other, texts[0])).number == 1
        assert await subscriptions.of_chat(connection, chat.id) == made
    assert [one.number for one in made] == [1, 2, 3]
    assert [one.source_text for one in made] == texts
    assert {(one.state, one.per_day, one.created_at, one.changed_at) for one in made} == {
        ("active", 0.25, NOW, NOW)
    }


async def test_a_chat_has_a_query_once(database: Database) -> None:
    """The second subscription of one canonical form is refused, until the first one is removed."""
    async with database.write() as connection:
        chat = await open_chat(connection)
        first = await subscribe(connection, chat, "nerf")
    with pytest.raises(StorageError):
        async with database.write() as connection:
            await subscribe(connection, chat, "nerf")
    async with database.write() as connection:
        await subscriptions.set_state(connection, [first.id], "removed", now=NOW + 1)
        assert (await subscribe(connection, chat, "nerf")).number == 2


async def test_a_removal_is_undone(database: Database) -> None:
    """What was removed since a time is listed by number and comes back with its number."""
    async with database.write() as connection:
        chat = await open_chat(connection)
        made = [await subscribe(connection, chat, text) for text in "abc"]
        await subscriptions.set_state(connection, [made[0].id], "removed", now=NOW + 1)
        await subscriptions.set_state(connection, [made[2].id, made[1].id], "removed", now=NOW + 5)
        assert await subscriptions.of_chat(connection, chat.id) == []
        removed = await subscriptions.removed_since(connection, chat.id, since=NOW + 5)
        assert [one.number for one in removed] == [2, 3]
        await subscriptions.set_state(connection, [one.id for one in removed], "active", now=NOW + 6)
        back = await subscriptions.of_chat(connection, chat.id)
        assert [(one.number, one.state, one.changed_at) for one in back] == [
            (2, "active", NOW + 6),
            (3, "active", NOW + 6),
        ]
        assert [o.number for o in await subscriptions.removed_since(connection, chat.id, since=0)] == [1]


async def test_undoing_what_was_subscribed_again_is_refused_whole(database: Database) -> None:
    """Two active subscriptions of one query can't be; nothing is half-restored."""
    async with database.write() as connection:
        chat = await open_chat(connection)
        gone = [await subscribe(connection, chat, text) for text in ("a", "b")]
        await subscriptions.set_state(connection, [one.id for one in gone], "removed", now=NOW)
        await subscribe(connection, chat, "b")
    with pytest.raises(StorageError):
        async with database.write() as connection:
            await subscriptions.set_state(connection, [one.id for one in gone], "active", now=NOW)
    async with database.read() as connection:
        assert [one.number for one in await subscriptions.of_chat(connection, chat.id)] == [3]


async def test_changes_are_walked_through_in_pieces(database: Database) -> None:
    """Across chats and states, and only those since a time."""
    async with database.write() as connection:
        chat = await open_chat(connection)
        other = await open_chat(connection, ChatKey("slack", "C1"))
        made = [await subscribe(connection, chat, str(n)) for n in range(5)]
        made.append(await subscribe(connection, other, "0"))
        await subscriptions.set_state(connection, [made[1].id], "paused", now=NOW)
        await subscriptions.set_state(connection, [made[2].id], "removed", now=NOW)
        await subscriptions.set_state(connection, [], "paused", now=NOW)
        walked: list[tuple[int, str]] = []
        while piece := await subscriptions.changed(
            connection, since=NOW, after_id=walked[-1][0] if walked else 0, limit=3
        ):
            walked += [(one.id, one.state) for one in piece]
        states = ["active", "paused", "removed", "active", "active", "active"]
        assert walked == [(one.id, state) for one, state in zip(made, states, strict=True)]
        assert await subscriptions.changed(connection, since=NOW + 1, after_id=0, limit=3) == []
        listed = await subscriptions.of_chat(connection, chat.id)
    assert [(one.number, one.state) for one in listed][1] == (2, "paused")


async def test_a_query_is_changed_in_place(database: Database) -> None:
    """It keeps its number and state; another subscription's query is refused."""
    async with database.write() as connection:
        chat = await open_chat(connection)
        first, second = [await subscribe(connection, chat, text) for text in "ab"]
        await subscriptions.set_query(
            connection, first.id, source_text="C", canonical="c", grammar=2, per_day=None, now=NOW + 1
        )
        changed, _ = await subscriptions.of_chat(connection, chat.id)
        assert (changed.number, changed.source_text, changed.canonical) == (1, "C", "c")
        assert (changed.per_day, changed.created_at, changed.changed_at) == (None, NOW, NOW + 1)
    with pytest.raises(StorageError):
        async with database.write() as connection:
            await subscriptions.set_query(
                connection, second.id, source_text="C", canonical="c", grammar=2, per_day=None, now=NOW
            )


async def test_600_subscriptions_change_state_at_once(database: Database) -> None:
    """One call takes more rows than one statement."""
    async with database.write() as connection:
        chat = await open_chat(connection)
        rows = [
            {"chat_id": chat.id, "number": n, "source_text": "", "canonical": str(n), "grammar": 1}
            | {"state": "active", "created_at": NOW, "changed_at": NOW}
            for n in range(600)
        ]
        await connection.execute(insert(table), rows)
        made = await subscriptions.changed(connection, since=NOW, after_id=0, limit=1_000)
        assert len(made) == 600
        await subscriptions.set_state(connection, [one.id for one in made], "paused", now=NOW)
        assert {one.state for one in await subscriptions.of_chat(connection, chat.id)} == {"paused"}


async def test_two_additions_at_once_get_two_numbers(database: Database) -> None:
    """Transactions that overlap take turns on one chat."""
    async with database.write() as connection:
        chat = await open_chat(connection)

    async def add(query: str) -> int:
        async with database.write() as connection:
            return (await subscribe(connection, chat, query)).number

    numbers = await asyncio.gather(*(add(str(n)) for n in range(8)))
    assert sorted(numbers) == list(range(1, 9))
