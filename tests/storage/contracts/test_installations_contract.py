"""What every database promises about installations, their states, and all chats of a workspace."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from bot.domain.chat.command import ChatKey
from bot.storage.chats import chats
from bot.storage.delivery import digests, outbox
from bot.storage.engine.database import Database
from bot.storage.platform_state import installations
from bot.storage.platform_state.installations import StoredInstallation
from bot.storage.schema import installations as table
from bot.storage.schema import oauth_states

if TYPE_CHECKING:
    from bot.storage.engine.database import Connection

pytest_plugins = ("database_fixtures",)

NOW = 1_750_000_000
ROW = StoredInstallation("slack", "", "T1", "", "sealed", NOW)


async def put(database: Database, *rows: StoredInstallation) -> None:
    """Store installations in a transaction of their own."""
    async with database.write() as connection:
        for row in rows:
            await installations.put(connection, row)


async def bot(database: Database, tenant: str, platform: str = "slack") -> StoredInstallation | None:
    """Return what is stored for the bot of a tenant."""
    async with database.read() as connection:
        return await installations.bot(connection, platform, tenant)


async def installer(database: Database, tenant: str, user_id: str | None = None) -> str | None:
    """Return what is stored for a user of a tenant, or the newest of anybody's."""
    async with database.read() as connection:
        row = await installations.installer(connection, "slack", tenant, user_id)
    return row.sealed if row else None


async def open_chat(connection: Connection, name: str, tenant: str = "T1", platform: str = "slack") -> int:
    """Return the row of a stored chat."""
    key = ChatKey(platform, name, tenant)
    return (await chats.add(connection, key, language="en", zone="UTC", now=NOW)).id


async def test_an_installation_is_stored_once(database: Database) -> None:
    """Storing it again replaces what the same user of the same workspace gave; others stay."""
    others = [replace(ROW, platform="other"), replace(ROW, team_id="T2"), replace(ROW, user_id="U1")]
    await put(database, ROW, *others)
    again = replace(ROW, sealed="again", installed_at=NOW + 5)
    await put(database, again)
    assert await bot(database, "T1") == again
    assert await bot(database, "T1", "other") == others[0]
    assert await bot(database, "T2") == others[1]
    assert await installer(database, "T1", "U1") == "sealed"
    assert await bot(database, "T3") is None


async def test_the_newest_installer_is_found(database: Database) -> None:
    """Of a workspace without saying whose; what belongs to the bot is nobody's."""
    await put(database, replace(ROW, installed_at=NOW + 9))
    assert await installer(database, "T1") is None
    for user, at in (("U1", 1), ("U2", 3), ("U3", 2)):
        await put(database, replace(ROW, user_id=user, sealed=user, installed_at=NOW + at))
    assert await installer(database, "T1") == "U2"
    assert await installer(database, "T1", "U3") == "U3"
    assert await installer(database, "T1", "U4") is None
    assert await installer(database, "T2", "U3") is None


async def test_an_organisation_is_no_workspace(database: Database) -> None:
    """What an organisation installed is found by its id, what its workspace installed by the workspace's."""
    await put(
        database,
        replace(ROW, enterprise_id="E1", team_id="", sealed="whole"),
        replace(ROW, enterprise_id="E1", team_id="T1", sealed="one"),
    )
    found = [await bot(database, tenant) for tenant in ("E1", "T1", "T2", "")]
    assert [row and (row.sealed, row.tenant) for row in found] == [("whole", "E1"), ("one", "T1"), None, None]
    async with database.write() as connection:
        await installations.remove_bot(connection, "slack", "E1")
    assert await bot(database, "E1") is None
    assert await bot(database, "T1") is not None


async def test_a_workspace_that_joins_an_organisation_is_the_same(database: Database) -> None:
    """It is found as before, and what it installs then replaces what it had."""
    await put(database, ROW, replace(ROW, user_id="U1"))
    await put(database, replace(ROW, enterprise_id="E1", sealed="joined", installed_at=NOW - 1))
    found = await bot(database, "T1")
    assert found is not None
    assert (found.sealed, found.enterprise_id) == ("joined", "E1")
    assert await installer(database, "T1", "U1") == "sealed"
    async with database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(table))).scalar_one() == 2


async def test_removing(database: Database) -> None:
    """The bot's own, one user's and all users' go apart, and only what is not newer than a time."""
    await put(
        database,
        ROW,
        *(replace(ROW, user_id=f"U{n}", sealed=f"U{n}", installed_at=NOW + n) for n in range(4)),
    )
    await put(database, replace(ROW, team_id="T2"), replace(ROW, team_id="T2", user_id="U0"))
    async with database.write() as connection:
        await installations.remove_bot(connection, "slack", "T1", until=NOW - 1)
        await installations.remove_installers(connection, "slack", "T1", user_id="U3", until=NOW + 2)
    assert await bot(database, "T1")
    assert await installer(database, "T1") == "U3"
    async with database.write() as connection:
        await installations.remove_bot(connection, "slack", "T1", until=NOW)
        await installations.remove_installers(connection, "slack", "T1", user_id="U3", until=NOW + 3)
    assert await bot(database, "T1") is None
    assert await installer(database, "T1") == "U2"
    async with database.write() as connection:
        await installations.remove_installers(connection, "slack", "T1")
    assert await installer(database, "T1") is None
    assert await bot(database, "T2")
    assert await installer(database, "T2") == "sealed"


async def test_pages_cover_every_installation_once(database: Database) -> None:
    """Of one platform, in pieces of any size, in one order."""
    rows = [
        replace(ROW, enterprise_id=enterprise, team_id=team, user_id=user)
        for enterprise, team in (("", "T1"), ("", "T2"), ("E1", ""), ("E1", "T3"))
        for user in ("", "U1", "U2")
    ]
    await put(database, *rows, replace(ROW, platform="other"))
    for size in (1, 5, 12, 13):
        walked: list[StoredInstallation] = []
        async with database.read() as connection:
            while piece := await installations.page(
                connection, "slack", after=walked[-1] if walked else None, limit=size
            ):
                walked += piece
        assert len(walked) == len(rows)
        assert set(walked) == set(rows)


async def test_sealing_anew_undoes_nothing(database: Database) -> None:
    """What was stored again since it was read keeps what was stored then."""
    other = replace(ROW, team_id="T2")
    await put(database, ROW, other)
    await put(database, replace(other, sealed="newer"))
    async with database.write() as connection:
        await installations.reseal(connection, [])
        await installations.reseal(connection, [(ROW, "anew"), (other, "anew")])
    found = [await bot(database, tenant) for tenant in ("T1", "T2")]
    assert [row and row.sealed for row in found] == ["anew", "newer"]


async def test_the_chats_of_a_tenant_go_and_come_back(database: Database) -> None:
    """All of them and no other; one that was gone before keeps its time."""
    async with database.write() as connection:
        mine = [await open_chat(connection, name) for name in ("C1", "C2")]
        others = [
            await open_chat(connection, "C1", "T2"),
            await open_chat(connection, "C1", "T1", "telegram"),
        ]
        await chats.set_gone(connection, mine[0], now=NOW)
        await installations.lock_chats(connection, "slack", "T1")
        await installations.set_chats_gone(connection, "slack", "T1", now=NOW + 5)
        gone = [await chats.gone_since(connection, chat) for chat in (*mine, *others)]
        assert gone == [NOW, NOW + 5, None, None]
        await installations.set_chats_gone(connection, "slack", "T1", now=None)
        assert {await chats.gone_since(connection, chat) for chat in mine} == {None}


async def test_gone_chats_with_deliveries_are_walked_through(database: Database) -> None:
    """Those for whom something waits, in pieces; a chat that can be reached is not among them."""
    async with database.write() as connection:
        rows = [await open_chat(connection, f"C{number}") for number in range(6)]
        others = await open_chat(connection, "C1", "T2")
        items = []
        for chat in (*rows[1:], others):
            for number in range(2):
                digest = await digests.add(connection, chat, now=NOW)
                items.append((f"{chat}:{number}", chat, digest))
        await outbox.enqueue(connection, items, due_at=NOW, now=NOW)
        await outbox.cancel(connection, rows[2], reason="over", now=NOW)
        for chat in (*rows[:5], others):
            await chats.set_gone(connection, chat, now=NOW)
        walked: list[int] = []
        while piece := await installations.gone_with_deliveries(
            connection, "slack", "T1", after=walked[-1] if walked else 0, limit=2
        ):
            walked += piece
    assert walked == [rows[1], rows[3], rows[4]]


@pytest.fixture
async def state(database: Database) -> str:
    """A state that runs out after 600 seconds."""
    async with database.write() as connection:
        await installations.add_state(connection, "state", now=NOW, expires_at=NOW + 600)
    return "state"


async def use(database: Database, state: str, *, now: int = NOW) -> bool:
    """Use a state in a transaction of its own."""
    async with database.write() as connection:
        return await installations.use_state(connection, state, now=now)


async def test_a_state_is_used_once(database: Database, state: str) -> None:
    """The second use and an unknown one are refused."""
    assert not await use(database, "other")
    assert await use(database, state)
    assert not await use(database, state)


async def test_a_state_runs_out(database: Database, state: str) -> None:
    """It is good up to its last second, and then goes when another is issued."""
    assert not await use(database, state, now=NOW + 600)
    async with database.write() as connection:
        await installations.add_state(connection, "next", now=NOW + 599, expires_at=NOW + 1199)
    assert await use(database, state, now=NOW + 599)
    async with database.write() as connection:
        await installations.add_state(connection, "last", now=NOW + 1199, expires_at=NOW + 1799)
        assert list((await connection.execute(select(oauth_states.c.state))).scalars()) == ["last"]


async def test_of_two_processes_one_uses_a_state(database: Database, database_url: str, state: str) -> None:
    """However many ask at the same time."""
    other = Database(database_url)
    try:
        used = await asyncio.gather(*(use(each, state) for each in (database, other) * 4))
    finally:
        await other.close()
    assert sum(used) == 1
