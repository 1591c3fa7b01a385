"""What every database promises about leases."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.storage.operations import leases

if TYPE_CHECKING:
    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

NOW = 1_750_000_000


async def take(database: Database, owner: str, *, now: int, name: str = "poll") -> bool:
    """Ask for a lease of 60 seconds in a transaction of its own."""
    async with database.write() as connection:
        return await leases.take(connection, name, owner, now=now, seconds=60)


async def test_a_lease_has_one_owner(database: Database) -> None:
    """Another owner is refused until the last second; another name is free."""
    assert await take(database, "a", now=NOW)
    assert not await take(database, "b", now=NOW)
    assert not await take(database, "b", now=NOW + 59)
    assert await take(database, "b", now=NOW, name="send")


async def test_an_expired_lease_is_taken_over(database: Database) -> None:
    """After the takeover the first owner is refused."""
    assert await take(database, "a", now=NOW)
    assert await take(database, "b", now=NOW + 60)
    assert not await take(database, "a", now=NOW + 61)


async def test_an_owner_renews_its_lease(database: Database) -> None:
    """The time runs from the renewal."""
    assert await take(database, "a", now=NOW)
    assert await take(database, "a", now=NOW + 50)
    assert not await take(database, "b", now=NOW + 109)
    assert await take(database, "b", now=NOW + 110)


async def test_only_the_owner_gives_a_lease_back(database: Database) -> None:
    """Somebody else's or an unknown lease stays as it is."""
    assert await take(database, "a", now=NOW)
    async with database.write() as connection:
        await leases.give_back(connection, "poll", "b")
        await leases.give_back(connection, "unknown", "a")
    assert not await take(database, "b", now=NOW)
    async with database.write() as connection:
        await leases.give_back(connection, "poll", "a")
    assert await take(database, "b", now=NOW)


async def test_of_several_at_once_one_gets_the_lease(database: Database) -> None:
    """Whether it is new or has run out."""
    for now in (NOW, NOW + 60):
        got = await asyncio.gather(*(take(database, f"{now} {owner}", now=now) for owner in range(6)))
        assert sum(got) == 1
