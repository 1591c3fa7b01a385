"""`paperwire chat` where standard input is not a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from invented_digests import overview

if TYPE_CHECKING:
    from command_line import CommandLine

pytest_plugins = ("command_line_fixtures",)

FIRST_RUN = "First run: read "


async def test_first_run_reads_the_samples_and_says_what_to_type(new_paperwire: CommandLine) -> None:
    """The first run says in one line that it read the samples, names commands, then answers each line."""
    done = await new_paperwire("chat", typed="/subscribe diffusion\n/search video editing\n")
    assert (done.status, done.err) == (0, "")
    first, *rest = done.lines
    assert first.startswith(FIRST_RUN)
    assert "invented sample papers" in first
    assert any("/help" in line for line in rest[:4])
    assert any(line.startswith("✔ #1 diffusion") for line in rest)
    assert any(line.startswith("video editing: ") for line in rest)
    assert any("Video Editing" in line for line in rest)


async def test_second_run_reads_no_samples_and_remembers(new_paperwire: CommandLine) -> None:
    """The samples are read once; subscriptions and what was shown outlast the process."""
    first = await new_paperwire("chat", typed="/subscribe diffusion\n/digest\n")
    second = await new_paperwire("chat", typed="/subscriptions\n/digest\n")
    assert FIRST_RUN in first.out
    assert FIRST_RUN not in second.out
    assert "#1 diffusion" in second.out
    shown = {line.strip() for line in first.lines if line.startswith("   arxiv:")}
    assert shown
    assert not shown & {line.strip() for line in second.lines}
    assert second.status == 0


async def test_no_samples_beside_real_papers(paperwire: CommandLine) -> None:
    """Whoever has papers of their own never sees the samples."""
    paperwire.write("a.md", overview(("2503.00001v1", "A Real Paper", "About rivers.")))
    await paperwire("ingest", "a.md")
    done = await paperwire("chat", typed="/start\n")
    assert FIRST_RUN not in done.out
    assert "1 paper is known." in done.out


async def test_no_samples_where_a_source_is_configured(paperwire: CommandLine) -> None:
    """A configured source that brought nothing yet is no reason for samples."""
    paperwire.settings["DIGEST_SOURCES"] = "missing.md"
    done = await paperwire("chat", typed="/start\n")
    assert FIRST_RUN not in done.out
    assert "missing.md could not be reached since " in done.out
    assert "missing.md" in done.err


async def test_a_reader_that_leaves_ends_the_chat_quietly(paperwire: CommandLine) -> None:
    """`| head -1` gets its line; nothing is said about it, and the status is 0."""
    paperwire.write("in.txt", "/help\n" * 200)
    done = await paperwire.shell("paperwire chat < in.txt | head -n 1")
    assert done.err == ""
    assert len(done.lines) == 1
    assert done.status == 0


async def test_no_input_at_all(paperwire: CommandLine) -> None:
    """An empty input, blank lines and /quit end without an answer of their own."""
    paperwire.write("a.md", overview(("2503.00001v1", "A Real Paper", "About rivers.")))
    await paperwire("ingest", "a.md")
    assert (await paperwire("chat")).out == ""
    assert (await paperwire("chat", typed="\n  \n/quit\n/help\n")).out == ""


async def test_odd_lines_are_answered_and_never_fail(paperwire: CommandLine) -> None:
    """Nothing that is typed ends the chat or shows a traceback; the last line is still answered."""
    lines = [
        b"/nosuchcommand",
        b"/",
        b"//",
        b"/ ",
        b"/@",
        b"\xff\xfe\x00\x01",
        b"/subscribe " + b"x" * 10_000,
        b"/search \x1b[2J",
        b"/edit " + b"9" * 400 + b" diffusion",
        b"/unsubscribe " + b"9" * 400,
        b"/search diffusion " + b"9" * 400,
        b"/latest " + b"9" * 5000,
        b"/paper " + b"9" * 400,
        b"/search diffusion page:" + b"9" * 400,
        "/latest ².".encode(),
        "/edit ² diffusion".encode(),
        b'/search "',
        b"/search (((((((((((",
        b"/search after:0000 x",
        b"/explain arxiv:",
        b"/similar doi:",
        b"/language " + b"z" * 5000,
        "／帮助".encode(),
        b"/subscriptions",
    ]
    done = await paperwire("chat", typed=b"\n".join(lines))
    assert done.err == ""
    assert done.status == 0
    assert "Traceback" not in done.out
    assert "\x1b" not in done.out
    assert "You have no subscription yet." in done.out


async def test_language_of_answers(paperwire: CommandLine) -> None:
    """After `/language zh` the answers are Chinese, also in the next run and in a C locale."""
    first = await paperwire("chat", typed="/language zh\n/foo\n")
    second = await paperwire("chat", typed="/start\n")
    assert "没有命令 /foo" in first.out
    assert "我阅读" in second.out or "论文" in second.out
    assert (first.status, second.status) == (0, 0)


async def test_default_language(paperwire: CommandLine) -> None:
    """DEFAULT_LANGUAGE is the language of a new chat, of the first run's line too."""
    paperwire.settings["DEFAULT_LANGUAGE"] = "zh"
    done = await paperwire("chat", typed="/foo\n")
    assert FIRST_RUN not in done.out
    assert "论文" in done.lines[0]
    assert "没有命令 /foo" in done.out
