"""`paperwire doctor` and `paperwire backup`."""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from invented_digests import overview

if TYPE_CHECKING:
    from command_line import CommandLine

pytest_plugins = ("command_line_fixtures", "database_fixtures")

RIVERS = ("2503.00001v1", "Rivers of Noise", "Diffusion models of water.")


def execute(command: CommandLine, statement: str) -> None:
    """Change the database behind the command's back."""
    with closing(sqlite3.connect(command.database)) as connection, connection:
        connection.execute(statement)


async def test_all_is_well(paperwire: CommandLine) -> None:
    """After a poll and a backup each check is one line that says ok; the status is 0."""
    paperwire.write("a.md", overview(RIVERS))
    paperwire.settings["DIGEST_SOURCES"] = "a.md"
    await paperwire("poll", "--once")
    execute(paperwire, "DELETE FROM unmatched")
    await paperwire("backup")
    done = await paperwire("doctor")
    assert (done.status, done.err) == (0, "")
    assert {line.split()[0] for line in done.lines} == {"ok"}
    checks = [line[8:].partition(": ")[0] for line in done.lines]
    assert checks[:4] == ["settings", "database", "disk", "index"]
    assert checks[-1] == "backup"
    assert f"sqlite:///{paperwire.database}, SQLite 3" in done.lines[1]


async def test_looking_changes_nothing(paperwire: CommandLine) -> None:
    """Neither rows nor files."""
    before = paperwire.contents()
    names = sorted(file.name for file in paperwire.database.parent.iterdir())
    await paperwire("doctor")
    assert paperwire.contents() == before
    assert sorted(file.name for file in paperwire.database.parent.iterdir()) == names


async def test_on_a_new_machine(new_paperwire: CommandLine) -> None:
    """There is no database yet, which is no problem, and none is made."""
    done = await new_paperwire("doctor")
    assert (done.status, done.err) == (0, "")
    assert [line.split()[0] for line in done.lines] == ["ok", "warning"]
    assert "is not there yet" in done.lines[1]
    assert not new_paperwire.database.parent.exists()


async def test_secrets_are_only_said_to_be_set(paperwire: CommandLine) -> None:
    """No token and no password of a URL is printed, the values of other settings are."""
    paperwire.settings |= {
        "TELEGRAM_BOT_TOKEN": "123456:invented-token",
        "DIGEST_SOURCES": "https://ada:hush-hush@example.org/feed",
        "DATABASE_URL": "postgresql://ada:hush-hush@127.0.0.1:9/papers",
        "TICK_SECONDS": "5",
    }
    for name in ("ARXIV_API_URL", "BACKFILL_DAYS", "COMPLETE_PAPERS"):
        del paperwire.settings[name]
    done = await paperwire("doctor")
    assert done.status == 1
    told = "ok      settings: DATABASE_URL set, DIGEST_SOURCES set, TELEGRAM_BOT_TOKEN set, TICK_SECONDS=5.0"
    assert done.lines[0] == told
    assert "hush" not in done.out + done.err
    assert "invented" not in done.out + done.err
    assert done.lines[1].startswith("problem database: postgresql://ada:***@127.0.0.1:9/papers: ")


DELIVERY = (
    "INSERT INTO deliveries(id, key, chat_id, digest_id, state, due_at, created_at, changed_at)"
    " VALUES (1, 'a', 1, 1, '{}', 1, 1, 1)"
)
NOT_WELL = {
    "INSERT INTO schedules VALUES (1, 'daily 08:30', 1, '2026-01-01', NULL, 10, 'line')": (
        1,
        "problem schedules: 1 due for more than 10 minutes: start paperwire run",
    ),
    DELIVERY.format("pending"): (
        1,
        "problem outbox: 1 due for more than 10 minutes: start paperwire run, with",
    ),
    DELIVERY.format("uncertain"): (
        0,
        "warning outbox: 1 may have arrived or not: paperwire outbox ls --state uncertain",
    ),
    "DELETE FROM meta WHERE name = 'search_index'": (
        0,
        "warning index: made by another paperwire, or not whole: paperwire run makes it anew",
    ),
    "UPDATE alembic_version SET version_num = '9999'": (1, "at revision 9999, this paperwire at"),
}


@pytest.mark.parametrize("statement", NOT_WELL)
async def test_what_is_not_well(paperwire: CommandLine, statement: str) -> None:
    """One line names it and the next step; the status is 1 where something does not work."""
    status, line = NOT_WELL[statement]
    execute(paperwire, "INSERT INTO chats VALUES (1, 'telegram', '', '7', '', 'en', 'UTC', 1, NULL)")
    execute(paperwire, "INSERT INTO digests(id, chat_id, compiled_at) VALUES (1, 1, 1)")
    execute(paperwire, statement)
    done = await paperwire("doctor")
    assert done.status == status
    assert done.err == ""
    assert len([one for one in done.lines if line in one]) == 1


async def test_a_holder_that_is_gone(paperwire: CommandLine) -> None:
    """The lease of a process of this host that ended is told apart from one that is held."""
    ended = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await ended.wait()
    host = socket.gethostname()[:40]
    with closing(sqlite3.connect(paperwire.database)) as connection, connection:
        held = [("poll", f"{host}:{ended.pid}"), ("deliver", f"{host}:{os.getpid()}")]
        connection.executemany("INSERT INTO leases VALUES (?, ?, 1, 4000000000)", held)
    done = await paperwire("doctor")
    assert done.status == 0
    until = "2096-10-02T07:06:40Z"
    gone = f"warning lease poll: its holder {host}:{ended.pid} was killed; "
    assert [line for line in done.lines if line.startswith(gone)]
    assert f"ok      lease deliver: held by {host}:{os.getpid()} until {until}" in done.lines


async def test_a_database_on_postgresql(paperwire: CommandLine, new_postgres: str) -> None:
    """Its version is named and its backup is not ours; `backup` says in one line what to use."""
    paperwire.settings["DATABASE_URL"] = new_postgres
    empty = await paperwire("doctor")
    assert any("is empty: paperwire run makes its tables" in line for line in empty.lines)
    await paperwire("sources", "list")
    done = await paperwire("doctor")
    assert done.status == 0
    assert any(", PostgreSQL 1" in line for line in done.lines)
    assert done.lines[-1] == "ok      backup: not by paperwire: back up PostgreSQL with pg_dump"
    refused = await paperwire("backup")
    assert (refused.status, refused.out) == (1, "")
    told = "paperwire: paperwire copies SQLite files only: back up PostgreSQL with pg_dump"
    assert refused.problems == [told]


async def test_a_backup_at_once(paperwire: CommandLine) -> None:
    """Its path is printed; it is a database that paperwire works on, and searches find what they found."""
    paperwire.write("a.md", overview(RIVERS))
    await paperwire("ingest", "a.md")
    paperwire.settings["BACKUP_FOLDER"] = "copies"
    done = await paperwire("backup")
    assert (done.status, done.err) == (0, "")
    [path] = done.lines
    assert Path(path).parent == Path("copies")
    paperwire.settings["DATABASE_URL"] = f"sqlite:///{path}"
    found = await paperwire("search", "diffusion")
    assert "Rivers of Noise" in found.out
    assert (await paperwire("doctor")).status == 0


async def test_beside_a_process_that_writes(paperwire: CommandLine) -> None:
    """Looking does not wait for it, and sees what was committed."""
    with closing(sqlite3.connect(paperwire.database, isolation_level=None)) as bot:
        bot.execute("BEGIN IMMEDIATE")
        bot.execute("DELETE FROM meta WHERE name = 'search_index'")
        done = await paperwire("doctor")
        bot.execute("ROLLBACK")
    assert (done.status, done.err) == (0, "")
    assert "ok      index: complete" in done.lines


async def test_a_backup_that_can_not_be_written(paperwire: CommandLine) -> None:
    """One line with the reason, status 1."""
    paperwire.write("file", "not a folder")
    paperwire.settings["BACKUP_FOLDER"] = "file/x"
    done = await paperwire("backup")
    assert (done.status, done.out) == (1, "")
    assert len(done.problems) == 1
    assert "can't be written to file/x: Not a directory" in done.problems[0]
