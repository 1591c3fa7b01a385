"""What every database promises about the outbox: claimed once, fenced, nothing vanishes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.domain.chat.command import ChatKey
from bot.storage.chats import chats
from bot.storage.delivery import digests, outbox
from bot.storage.delivery.outbox import Claim

if TYPE_CHECKING:
    from bot.domain.delivery.delivery import Delivery
    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

NOW = 1_750_000_000
LEASE = 60
PLATFORMS = ("telegram", "slack")


async def fill(database: Database, count: int, *, due_at: int = NOW) -> int:
    """Store so many deliveries for one chat; return the chat's row."""
    async with database.write() as connection:
        chat = await chats.add(connection, ChatKey("telegram", "1"), language="en", zone="UTC", now=NOW)
        items = []
        for number in range(count):
            digest = await digests.add(connection, chat.id, now=NOW)
            items.append((f"digest:{due_at}:{number}", chat.id, digest))
        for _ in range(2):  # a key is stored once
            await outbox.enqueue(connection, items, due_at=due_at, now=NOW)
    return chat.id


async def claim(database: Database, owner: str, *, now: int = NOW, limit: int = 100) -> list[Delivery]:
    """Claim in a transaction of its own."""
    async with database.write() as connection:
        return await outbox.claim(connection, Claim(owner, now, now + LEASE), PLATFORMS, limit=limit)


async def begin(database: Database, owner: str, claimed: list[Delivery], *, now: int = NOW) -> set[int]:
    """Begin in a transaction of its own."""
    async with database.write() as connection:
        return await outbox.begin(connection, owner, claimed, now=now)


async def acknowledge(database: Database, owner: str, sent: list[Delivery], *, now: int = NOW) -> set[int]:
    """Acknowledge in a transaction of its own."""
    async with database.write() as connection:
        return await outbox.acknowledge(connection, owner, [(one, f"m{one.id}") for one in sent], now=now)


async def states(database: Database) -> dict[str, int]:
    """Return how many deliveries are in each state."""
    async with database.read() as connection:
        return await outbox.count_by_state(connection)


async def test_each_delivery_is_claimed_once(database: Database) -> None:
    """Of several that claim at the same time none gets what another has, and all is claimed."""
    await fill(database, 30)
    claimed = await asyncio.gather(*(claim(database, f"w{number}", limit=10) for number in range(4)))
    rows = [one.id for part in claimed for one in part]
    assert len(rows) == len(set(rows))
    rows += [one.id for one in await claim(database, "last")]
    assert sorted(rows) == sorted(set(rows))
    assert len(rows) == 30
    assert await claim(database, "again") == []


async def test_what_is_not_due_waits(database: Database) -> None:
    """A delivery is claimed from its time on, the longest due first."""
    await fill(database, 1, due_at=NOW + 10)
    await fill(database, 1, due_at=NOW + 5)
    assert await claim(database, "a", now=NOW + 4) == []
    [first] = await claim(database, "a", now=NOW + 20, limit=1)
    [second] = await claim(database, "a", now=NOW + 20, limit=1)
    assert first.id > second.id


async def test_from_claim_to_sent(database: Database) -> None:
    """A delivery is leased, then being sent, then sent, with its attempts counted."""
    await fill(database, 3)
    claimed = await claim(database, "a")
    assert await states(database) == {"leased": 3}
    assert await begin(database, "a", claimed) == {one.id for one in claimed}
    assert await states(database) == {"sending": 3}
    assert await acknowledge(database, "a", claimed[:2]) == {one.id for one in claimed[:2]}
    assert await states(database) == {"sent": 2, "sending": 1}


async def test_a_lease_that_is_over_returns_what_was_not_begun(database: Database) -> None:
    """It is claimed again; what was being sent becomes uncertain and is not."""
    await fill(database, 3)
    claimed = await claim(database, "a")
    await begin(database, "a", claimed[:1])
    async with database.write() as connection:
        assert (await outbox.recover(connection, now=NOW + LEASE - 1)).returned == 0
        taken = await outbox.recover(connection, now=NOW + LEASE)
    assert (taken.returned, taken.uncertain) == (2, (claimed[0].id,))
    again = await claim(database, "b", now=NOW + LEASE)
    assert [one.id for one in again] == [one.id for one in claimed[1:]]


async def test_the_dead_are_taken_over_at_once(database: Database) -> None:
    """An owner known to be dead loses its deliveries before its lease is over, others keep theirs."""
    await fill(database, 2)
    await claim(database, "dead", limit=1)
    await claim(database, "alive", limit=1)
    async with database.read() as connection:
        assert await outbox.owners(connection) == {"dead", "alive"}
    async with database.write() as connection:
        assert (await outbox.recover(connection, now=NOW, dead={"dead"})).returned == 1
    assert await states(database) == {"pending": 1, "leased": 1}


async def test_who_slept_past_its_lease_writes_nothing(database: Database) -> None:
    """Its rows belong to another claim, so it may neither begin nor conclude them; the other's stay."""
    await fill(database, 2)
    slept = await claim(database, "a")
    async with database.write() as connection:
        await outbox.recover(connection, now=NOW + LEASE)
    now = NOW + LEASE
    held = await claim(database, "a", now=now, limit=1)  # the same process, but a newer claim
    assert await begin(database, "a", slept, now=now) == set()
    assert await begin(database, "a", held, now=now) == {held[0].id}
    assert await acknowledge(database, "a", slept, now=now) == set()
    async with database.write() as connection:
        stale = next(one for one in slept if one.id == held[0].id)
        assert not await outbox.conclude(connection, "a", stale, state="failed", error="x", now=now)
        assert await outbox.conclude(connection, "a", held[0], state="failed", error="x", now=now)
    assert await states(database) == {"failed": 1, "pending": 1}


async def test_a_late_answer_settles_what_was_uncertain(database: Database) -> None:
    """A process that only slept while it sent may still say that the message arrived."""
    await fill(database, 1)
    claimed = await claim(database, "a")
    await begin(database, "a", claimed)
    async with database.write() as connection:
        await outbox.recover(connection, now=NOW + LEASE)
    assert await states(database) == {"uncertain": 1}
    assert await acknowledge(database, "a", claimed, now=NOW + 2 * LEASE) == {claimed[0].id}
    assert await states(database) == {"sent": 1}


async def test_a_retry_waits_for_its_time(database: Database) -> None:
    """It is claimed again when due, with the attempts so far and without markup where that was refused."""
    await fill(database, 1)
    [one] = await claim(database, "a")
    await begin(database, "a", [one])
    async with database.write() as connection:
        await outbox.conclude(
            connection, "a", one, state="retry", error="429", now=NOW, due_at=NOW + 9, plain=True
        )
        assert await outbox.next_due_at(connection) == NOW + 9
    assert await claim(database, "a", now=NOW + 8) == []
    [again] = await claim(database, "b", now=NOW + 9)
    assert (again.attempts, again.plain, again.epoch) == (1, True, one.epoch + 1)


async def test_renewed_leases_last_longer(database: Database) -> None:
    """Only the rows named, and only those of the owner."""
    await fill(database, 2)
    claimed = await claim(database, "a")
    async with database.write() as connection:
        await outbox.renew(connection, Claim("b", NOW, NOW + 9 * LEASE), [claimed[0].id])
        await outbox.renew(connection, Claim("a", NOW, NOW + 9 * LEASE), [claimed[1].id])
        assert (await outbox.recover(connection, now=NOW + LEASE)).returned == 1


async def test_what_is_given_back_is_free_at_once(database: Database) -> None:
    """A process that ends returns what it did not begin."""
    await fill(database, 2)
    claimed = await claim(database, "a")
    await begin(database, "a", claimed[:1])
    async with database.write() as connection:
        await outbox.give_back(connection, "a", claimed, now=NOW)
    assert [one.id for one in await claim(database, "b")] == [claimed[1].id]


async def test_a_chat_that_is_gone_gets_nothing_more(database: Database) -> None:
    """What was not begun is cancelled, and a claim that was made before can't begin it."""
    chat = await fill(database, 3)
    claimed = await claim(database, "a", limit=2)
    await begin(database, "a", claimed[:1])
    async with database.write() as connection:
        assert await outbox.cancel(connection, chat, reason="blocked", now=NOW) == 2
    assert await begin(database, "a", claimed[1:]) == set()
    assert await states(database) == {"sending": 1, "cancelled": 2}


async def test_only_reachable_platforms_are_claimed(database: Database) -> None:
    """What goes to a platform that this process does not serve is left to another."""
    await fill(database, 1)
    async with database.write() as connection:
        held = Claim("a", NOW, NOW + LEASE)
        assert await outbox.claim(connection, held, ["slack", "console"], limit=9) == []
        assert await outbox.claim(connection, held, [], limit=9) == []
        assert len(await outbox.claim(connection, held, ["telegram"], limit=9)) == 1
