"""What the command says about settings and databases that can't be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from command_line import CommandLine

pytest_plugins = ("command_line_fixtures",)


async def test_bad_settings_are_one_line(new_paperwire: CommandLine) -> None:
    """All settings that can't be used are in one line; the status is 2, and nothing was made."""
    new_paperwire.settings |= {
        "POLL_INTERVAL": "soon",
        "DEFAULT_TZ": "Mars",
        "SLACK_BOT_TOKEN_FILE": "/nosuch",
    }
    done = await new_paperwire("chat")
    assert done.status == 2
    assert done.out == ""
    assert len(done.problems) == 1
    for name in ("POLL_INTERVAL", "DEFAULT_TZ", "SLACK_BOT_TOKEN_FILE"):
        assert name in done.problems[0]
    assert not new_paperwire.database.parent.exists()


async def test_settings_of_the_working_folder(new_paperwire: CommandLine) -> None:
    """`.env` of the working folder counts: the database it names is made there."""
    new_paperwire.write(".env", "DATABASE_URL=sqlite:///here.sqlite3\nDIGEST_SOURCES=arxiv:cs.CV\n")
    done = await new_paperwire("sources", "list")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("arxiv:cs.CV")
    assert (new_paperwire.work / "here.sqlite3").is_file()
    assert not new_paperwire.database.exists()


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("mysql://ada:hush-hush@127.0.0.1/papers", 2),
        ("nonsense:hush-hush", 2),
        ("postgresql://ada:hush-hush@127.0.0.1:9/papers", 1),
        ("sqlite:////proc/nosuch/hush-hush.sqlite3", 1),
    ],
)
async def test_databases_that_cannot_be_used(new_paperwire: CommandLine, url: str, status: int) -> None:
    """A database that can't be opened is one line without its password."""
    new_paperwire.settings["DATABASE_URL"] = url
    done = await new_paperwire("sources", "list")
    assert done.status == status
    assert done.out == ""
    assert len(done.problems) == 1
    assert done.problems[0].startswith("paperwire: ")
    if "://ada" in url:
        assert "hush" not in done.err


async def test_a_file_that_is_no_database(new_paperwire: CommandLine) -> None:
    """A file that is no database is refused in one line and left as it is."""
    new_paperwire.write("notes.txt", "not a database, but a text of some length\n" * 100)
    new_paperwire.settings["DATABASE_URL"] = "sqlite:///notes.txt"
    done = await new_paperwire("chat", typed="/start\n")
    assert done.status == 1
    assert len(done.problems) == 1
    assert (new_paperwire.work / "notes.txt").read_text().startswith("not a database")


async def test_version_and_help(new_paperwire: CommandLine) -> None:
    """--version prints the version alone; --help lists the commands; neither makes a file."""
    assert (await new_paperwire("--version")).out == "0.1.0\n"
    done = await new_paperwire("--help")
    for command in ("chat", "run", "poll", "ingest", "parse", "search", "sources"):
        assert command in done.out
    assert not new_paperwire.database.parent.exists()
