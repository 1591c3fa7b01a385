"""What every database promises to an operator of the outbox, beside a running bot."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, get_args

import pytest
from sqlalchemy import insert, select, update

from bot.domain.chat.command import ChatKey
from bot.domain.delivery.delivery import Delivery, State
from bot.domain.papers.paper import Paper
from bot.storage.archive import papers
from bot.storage.chats import chats
from bot.storage.delivery import digests, outbox, outbox_admin
from bot.storage.delivery.outbox import Claim
from bot.storage.delivery.outbox_admin import FROM, Step
from bot.storage.schema import deliveries, paper_events, updates

if TYPE_CHECKING:
    from bot.storage.delivery.outbox_admin import ChangeReport
    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

NOW = 1_750_000_000
STATES: tuple[State, ...] = get_args(State)
STEPS: tuple[Step, ...] = get_args(Step)


async def fill(database: Database, *states: State, **values: Any) -> list[int]:
    """Store deliveries in these states for one chat; return their rows."""
    async with database.write() as connection:
        chat = await chats.add(connection, ChatKey("telegram", "7"), language="en", zone="UTC", now=NOW)
        rows = []
        for state in states:
            digest = await digests.add(connection, chat.id, now=NOW)
            stored = {"key": f"digest:{digest}", "chat_id": chat.id, "digest_id": digest, "due_at": NOW}
            stored |= {"state": state, "created_at": NOW, "changed_at": NOW} | values
            statement = insert(deliveries).values(**stored).returning(deliveries.c.id)
            rows.append((await connection.execute(statement)).scalar_one())
    return rows


async def stored(database: Database, row: int) -> dict[str, Any]:
    """Return a delivery's columns."""
    async with database.read() as connection:
        found = await connection.execute(select(deliveries).where(deliveries.c.id == row))
        return dict(found.mappings().one())


async def change(database: Database, rows: list[int], step: Step, *, now: int = NOW + 5) -> ChangeReport:
    """Change in a transaction of its own."""
    async with database.write() as connection:
        return await outbox_admin.change(connection, rows, step, now=now)


@pytest.mark.parametrize("step", STEPS)
async def test_a_step_is_possible_from_its_states_only(database: Database, step: Step) -> None:
    """From all other states it is refused with the state, and the delivery stays as it was."""
    rows = dict(zip(STATES, await fill(database, *STATES, owner="bot", error="why"), strict=True))
    before = {state: await stored(database, row) for state, row in rows.items()}
    missing = max(rows.values()) + 1
    changed = await change(database, [*rows.values(), missing], step)
    assert changed.done == {rows[state]: state for state in STATES if state in FROM[step]}
    refused = {rows[state]: state for state in STATES if state not in FROM[step]}
    assert changed.refused == {**refused, missing: None}
    for state, row in rows.items():
        assert (await stored(database, row) == before[state]) == (
            # What is uncertain and not offered yet waits for its offer already.
            state not in FROM[step] or (step, state) == ("offer", "uncertain")
        ), state


def test_what_a_bot_holds_or_has_settled_is_never_touched() -> None:
    """No step begins from the states that belong to a process, or that are final."""
    for states in FROM.values():
        assert not set(states) & {"leased", "sending", "sent", "cancelled"}


async def test_what_is_retried_is_due_now(database: Database) -> None:
    """A bot claims it at once, however long it would have waited; it is offered no more."""
    rows = await fill(database, "failed", "uncertain", "retry", due_at=NOW + 999, offered_in=3, attempts=2)
    await change(database, rows, "retry")
    async with database.write() as connection:
        claimed = await outbox.claim(connection, Claim("bot", NOW + 5, NOW + 99), ["telegram"], limit=9)
    assert [(one.id, one.attempts) for one in claimed] == [(row, 2) for row in rows]
    assert {(await stored(database, row))["offered_in"] for row in rows} == {None}


async def test_what_failed_is_offered(database: Database) -> None:
    """It is uncertain and not yet offered, with the reason; what was offered is to be offered again."""
    rows = await fill(database, "failed", "uncertain", error="refused", offered_in=3)
    await change(database, rows, "offer")
    for row in rows:
        now = await stored(database, row)
        assert (now["state"], now["offered_in"], now["error"]) == ("uncertain", None, "refused")
        assert now["changed_at"] == NOW + 5


async def test_what_is_dropped_says_by_whom(database: Database) -> None:
    """It is cancelled, and no bot claims it."""
    rows = await fill(database, "pending", "retry", "failed", "uncertain")
    await change(database, rows, "drop")
    assert {(await stored(database, row))["state"] for row in rows} == {"cancelled"}
    assert {(await stored(database, row))["error"] for row in rows} == {"dropped by the operator"}
    async with database.write() as connection:
        assert not await outbox.claim(connection, Claim("bot", NOW + 5, NOW + 99), ["telegram"], limit=9)


@pytest.mark.parametrize(("step", "state"), [("retry", "pending"), ("offer", "sent"), ("drop", "cancelled")])
async def test_a_late_answer_after_a_step(database: Database, step: Step, state: State) -> None:
    """A process that slept while it sent settles what is only offered, and nothing that was decided since."""
    [row] = await fill(database, "uncertain", owner="slept", epoch=4)
    await change(database, [row], step)
    late = Delivery(id=row, chat_id=1, digest_id=1, attempts=1, plain=False, epoch=4, created_at=NOW)
    async with database.write() as connection:
        await outbox.acknowledge(connection, "slept", [(late, "m1")], now=NOW + 9)
    assert (await stored(database, row))["state"] == state


async def test_a_bot_and_two_operators_at_once(database: Database) -> None:
    """Each delivery is either claimed or dropped, by one of them."""
    states: list[State] = ["pending"] * 300
    rows = await fill(database, *states)

    async def claim() -> set[int]:
        claimed: set[int] = set()
        for _ in range(10):
            async with database.write() as connection:
                held = Claim("bot", NOW, NOW + 60)
                claimed |= {one.id for one in await outbox.claim(connection, held, ["telegram"], limit=20)}
        return claimed

    async def drop(mine: list[int]) -> set[int]:
        done: set[int] = set()
        for start in range(0, len(mine), 30):
            done |= (await change(database, mine[start : start + 30], "drop")).done.keys()
        return done

    claimed, one, other = await asyncio.gather(claim(), drop(rows[::-1]), drop(rows))
    assert not claimed & one
    assert not claimed & other
    assert not one & other
    assert claimed | one | other == set(rows)
    async with database.read() as connection:
        assert (await outbox.count_by_state(connection)).get("leased", 0) == len(claimed)


async def test_the_newest_are_listed_last(database: Database) -> None:
    """As many as wanted, of the states wanted, with their chat."""
    rows = await fill(database, "failed", "sent", "failed", "uncertain", "failed")
    async with database.read() as connection:
        listed = await outbox_admin.listed(connection, ["failed", "uncertain"], limit=3)
    assert [one.id for one in listed] == [rows[2], rows[3], rows[4]]
    assert {(one.platform, one.external_id) for one in listed} == {("telegram", "7")}


async def test_rows_in_states_come_in_pages(database: Database) -> None:
    """Each once, ascending."""
    states: list[State] = ["failed", "sent"] * 4
    rows = await fill(database, *states)
    async with database.read() as connection:
        first = await outbox_admin.in_states(connection, ["failed"], after_id=0, limit=3)
        rest = await outbox_admin.in_states(connection, ["failed"], after_id=first[-1], limit=3)
    assert first + rest == rows[::2]


async def test_all_of_one_delivery(database: Database) -> None:
    """With its chat, its digest, the digest's papers in their order, and the news it tells."""
    [row] = await fill(database, "failed")
    digest = (await stored(database, row))["digest_id"]
    async with database.write() as connection:
        made = [Paper(canonical_id=f"title:{n}", title=f"Work {n}", first_seen_at=NOW) for n in range(3)]
        a, b, c = await papers.insert(connection, made, now=NOW)
        chat = (await outbox_admin.shown(connection, row)).chat["id"]  # type: ignore[union-attr]
        await digests.record(connection, chat, [(b, ()), (a, ())], now=NOW)
        event = insert(paper_events).values(paper_id=c, kind="version", version=2, at=NOW)
        new = (await connection.execute(event.returning(paper_events.c.id))).scalar_one()
        recorded = digest + 1
        await connection.execute(insert(updates).values(chat_id=chat, event_id=new, digest_id=recorded))
        await connection.execute(update(deliveries).where(deliveries.c.id == row).values(digest_id=recorded))
    async with database.read() as connection:
        shown = await outbox_admin.shown(connection, row)
        assert await outbox_admin.shown(connection, row + 1) is None
    assert shown is not None
    assert shown.papers == (("title:1", "Work 1"), ("title:0", "Work 0"))
    assert shown.updates == (("title:2", "Work 2"),)
    assert (shown.chat["external_id"], shown.digest["id"]) == ("7", recorded)
    assert shown.delivery["state"] == "failed"
