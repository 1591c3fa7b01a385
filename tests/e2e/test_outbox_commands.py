"""The outbox as an operator sees it, and what the commands do to it beside another process."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_line import CommandLine

pytest_plugins = ("command_line_fixtures",)

STATES = ("pending", "leased", "sending", "sent", "retry", "uncertain", "failed", "cancelled")
ROW = {state: number for number, state in enumerate(STATES, start=1)}


@pytest.fixture
def outbox(paperwire: CommandLine) -> CommandLine:
    """The command with one delivery in each state, each of a digest of two papers."""
    with closing(sqlite3.connect(paperwire.database)) as connection, connection:
        connection.execute(
            "INSERT INTO chats(platform, tenant, external_id, thread, language, zone, created_at)"
            " VALUES ('telegram', '', '-100 7', '', 'en', 'UTC', 0)"
        )
        papers = [(f"arxiv:2503.0000{n}", f"Rivers of Noise {n}", f"rivers {n}") for n in range(16)]
        connection.executemany(
            "INSERT INTO papers(canonical_id, title, title_key, authors, abstract, sort_day, categories,"
            " code_urls, project_urls, topics, sources, takeaways, first_seen_at, updated_at)"
            " VALUES (?, ?, ?, '[]', '', '', '[]', '[]', '[]', '[]', '[]', '[]', 0, 0)",
            papers,
        )
        for state, row in ROW.items():
            connection.execute(
                "INSERT INTO digests(id, chat_id, compiled_at, slot) VALUES (?, 1, 0, ?)",
                (row, f"2026-02-0{row}"),
            )
            connection.execute(
                "INSERT INTO deliveries(id, key, chat_id, digest_id, state, due_at, created_at, changed_at,"
                " error, offered_in) VALUES (?, ?, 1, ?, ?, 1770000000, 0, 1770000001, ?, 9)",
                (row, str(row), row, state, "Bad\nRequest" if state == "failed" else None),
            )
            for position in (1, 2):
                paper = 2 * row + 1 - position
                connection.execute(
                    "INSERT INTO seen(chat_id, paper_id, digest_id, position, reasons, at)"
                    " VALUES (1, ?, ?, ?, '[]', 0)",
                    (paper, row, position),
                )
    return paperwire


def states(command: CommandLine) -> dict[int, str]:
    """Return the state of each delivery."""
    return dict(command.rows("SELECT id, state FROM deliveries"))


async def test_the_outbox_at_a_glance(outbox: CommandLine) -> None:
    """Counts in one line, then what is open, uncertain or failed, a line each, the newest last."""
    done = await outbox("outbox", "ls")
    assert (done.status, done.err) == (0, "")
    assert done.lines == [
        "1 pending, 1 leased, 1 sending, 1 sent, 1 retry, 1 uncertain, 1 failed, 1 cancelled",
        "1  pending  telegram -100 7  digest 1  attempts 0  due 2026-02-02T02:40:00Z",
        "2  leased  telegram -100 7  digest 2  attempts 0  since 2026-02-02T02:40:01Z",
        "3  sending  telegram -100 7  digest 3  attempts 0  since 2026-02-02T02:40:01Z",
        "5  retry  telegram -100 7  digest 5  attempts 0  due 2026-02-02T02:40:00Z",
        "6  uncertain  telegram -100 7  digest 6  attempts 0  since 2026-02-02T02:40:01Z",
        "7  failed  telegram -100 7  digest 7  attempts 0  since 2026-02-02T02:40:01Z  Bad Request",
    ]


async def test_listing_some_of_it(outbox: CommandLine) -> None:
    """States that are asked for, so many of the newest, and how many older ones there are."""
    done = await outbox("outbox", "ls", "--state", "sent", "--state", "cancelled")
    assert [line.split("  ")[0] for line in done.lines[1:]] == ["4", "8"]
    done = await outbox("outbox", "ls", "--limit", "2")
    assert done.lines[1] == "not listed: 4 older; --limit 6 lists all"
    assert [line.split("  ")[0] for line in done.lines[2:]] == ["6", "7"]


async def test_listing_for_scripts(outbox: CommandLine) -> None:
    """One object with the counts and the deliveries."""
    done = await outbox("outbox", "ls", "--json", "--state", "failed")
    told = json.loads(done.out)
    assert told["counts"] == dict.fromkeys(STATES, 1)
    assert told["deliveries"] == [
        {
            "id": 7, "state": "failed", "platform": "telegram", "external_id": "-100 7", "digest_id": 7,
            "attempts": 0, "due_at": "2026-02-02T02:40:00Z", "changed_at": "2026-02-02T02:40:01Z",
            "error": "Bad\nRequest",
        }
    ]  # fmt: skip


async def test_an_empty_outbox(paperwire: CommandLine) -> None:
    """It says so, and there is nothing to do for the commands that take all."""
    assert (await paperwire("outbox", "ls")).lines == ["the outbox is empty"]
    assert json.loads((await paperwire("outbox", "ls", "--json")).out) == {"counts": {}, "deliveries": []}
    done = await paperwire("outbox", "retry", "--failed")
    assert (done.status, done.out) == (0, "0 deliveries to be sent at a running bot's next look\n")


async def test_showing_one(outbox: CommandLine) -> None:
    """All that is stored of it, the slot of its digest, and its papers in their order."""
    done = await outbox("outbox", "show", "7")
    assert (done.status, done.err) == (0, "")
    for line in (
        "id: 7", "state: failed", "error: Bad Request", "plain: no", "changed at: 2026-02-02T02:40:01Z",
        "chat platform: telegram", "chat external id: -100 7", "digest slot: 2026-02-07",
    ):  # fmt: skip
        assert line in done.lines
    assert done.lines[-2:] == [
        "1. arxiv:2503.000013  Rivers of Noise 13",
        "2. arxiv:2503.000012  Rivers of Noise 12",
    ]


async def test_retrying(outbox: CommandLine) -> None:
    """What failed, may have arrived or waits is due now; of the second it says that it may come twice."""
    done = await outbox("outbox", "retry", "5", "6", "7")
    assert (done.status, done.err) == (0, "")
    assert done.lines == [
        "3 deliveries to be sent at a running bot's next look",
        "1 of them uncertain: may arrive twice",
    ]
    assert [states(outbox)[row] for row in (5, 6, 7)] == ["pending"] * 3
    [(due,)] = outbox.rows("SELECT min(due_at) FROM deliveries WHERE id IN (5, 6, 7)")
    assert due > 1770000001


async def test_offering(outbox: CommandLine) -> None:
    """What failed counts as uncertain, and both are offered by the next digest, as if never offered."""
    done = await outbox("outbox", "offer", "6", "7")
    assert (done.status, done.lines) == (0, ["2 deliveries to be offered in the next digest of the chat"])
    found = outbox.rows("SELECT id, state, offered_in FROM deliveries WHERE offered_in IS NULL")
    assert found == [(6, "uncertain", None), (7, "uncertain", None)]


async def test_dropping(outbox: CommandLine) -> None:
    """What no process is sending is cancelled, and says by whom."""
    done = await outbox("outbox", "drop", "1", "5", "6", "7")
    assert (done.status, done.lines) == (0, ["4 deliveries dropped"])
    found = outbox.rows("SELECT id FROM deliveries WHERE error = 'dropped by the operator' ORDER BY id")
    assert found == [(1,), (5,), (6,), (7,)]


@pytest.mark.parametrize("step", ["retry", "drop"])
@pytest.mark.parametrize("flags", [["--failed"], ["--uncertain"], ["--failed", "--uncertain"]])
async def test_all_of_a_state(outbox: CommandLine, step: str, flags: list[str]) -> None:
    """Only deliveries of the states that are named change."""
    before = states(outbox)
    done = await outbox("outbox", step, *flags)
    assert (done.status, done.err) == (0, "")
    after = states(outbox)
    changed = {before[row] for row in before if before[row] != after[row]}
    assert changed == {flag.removeprefix("--") for flag in flags}


@pytest.mark.parametrize(
    ("step", "rows"),
    [("retry", [1, 2, 3, 4, 8, 99]), ("offer", [1, 2, 3, 4, 5, 8, 99]), ("drop", [2, 3, 4, 8, 99])],
)
async def test_what_is_refused(outbox: CommandLine, step: str, rows: list[int]) -> None:
    """One line each with the reason, status 1; what is possible is done all the same."""
    before = states(outbox)
    done = await outbox("outbox", step, *map(str, rows), "7")
    assert done.status == 1
    assert len(done.problems) == len(rows)
    for row, line in zip(rows, done.problems, strict=True):
        assert line.startswith(f"paperwire: delivery {row} can't be ")
        assert before.get(row, "none of this number") in line
    after = states(outbox)
    assert {row for row in before if before[row] != after[row]} == {7}


@pytest.mark.parametrize(
    "arguments",
    [
        ["retry"], ["drop"], ["offer"], ["retry", "7", "--failed"], ["ls", "--state", "nosuch"],
    ],
)  # fmt: skip
async def test_what_can_not_be_read(outbox: CommandLine, arguments: list[str]) -> None:
    """One line that says what to write instead, status 2, and nothing changes."""
    before = outbox.contents()
    done = await outbox("outbox", *arguments)
    assert (done.status, done.out) == (2, "")
    assert len(done.problems) == 1
    assert outbox.contents() == before


async def test_no_such_delivery(outbox: CommandLine) -> None:
    """It is named, with the next step."""
    done = await outbox("outbox", "show", "99")
    assert (done.status, done.out) == (1, "")
    assert done.problems == ["paperwire: delivery 99: there is none of this number; paperwire outbox ls"]


async def test_beside_a_process_that_writes(outbox: CommandLine) -> None:
    """Reading does not wait for it; a change does, and is made when it is done."""
    with closing(sqlite3.connect(outbox.database, isolation_level=None)) as bot:
        bot.execute("BEGIN IMMEDIATE")
        bot.execute("UPDATE deliveries SET state = 'sent' WHERE id = 3")
        assert "1 sending" in (await outbox("outbox", "ls")).out
        waiting = asyncio.create_task(outbox("outbox", "retry", "7"))
        assert "state: failed" in (await outbox("outbox", "show", "7")).lines
        bot.execute("COMMIT")
        done = await waiting
    assert (done.status, done.err) == (0, "")
    assert (states(outbox)[3], states(outbox)[7]) == ("sent", "pending")
