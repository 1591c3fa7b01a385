"""The console as processes see it: pipes, files and a real pseudo-terminal."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from bot.platforms.console.prompt import CommandCompleter, PromptedLines

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[3]
CHAT = (sys.executable, str(Path(__file__).with_name("fake_console_chat.py")))
LIMIT = 60.0
"""Seconds until a process that should have answered counts as hung."""
INTERRUPT, END_OF_INPUT = b"\x03", b"\x04"


def environment(**changes: str) -> dict[str, str]:
    """Return our environment for the chat's process."""
    inherited = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
    return {**inherited, "PYTHONPATH": str(ROOT), **changes}


def run(typed: str | bytes, **changes: str) -> subprocess.CompletedProcess[bytes]:
    """Pipe lines into the chat."""
    given = typed.encode() if isinstance(typed, str) else typed
    return subprocess.run(
        CHAT, input=given, capture_output=True, timeout=LIMIT, check=False, env=environment(**changes)
    )


def test_each_line_of_a_pipe_is_answered() -> None:
    """Every line that isn't blank is a command, and the chat ends with its input."""
    done = run("/one two\n\n  \nvideo editing\r\n扩散")
    heard = ("/one two", "video editing", "扩散")
    assert done.stdout.decode() == "".join(f"✔ console local heard {text!r}\n\n" for text in heard)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_pipe_gets_plain_text() -> None:
    """A card in a pipe is plain lines."""
    assert run("/paper\n").stdout == b"Walking Backwards\n   arxiv:2401.00001\n   Authors: Ada First\n\n"


def test_a_pipe_loads_no_terminal_library() -> None:
    """A pipe does not wait for libraries that only a terminal needs."""
    assert run("/modules\n").stdout == b"loaded: []\n\n"


def test_the_language_changes_within_a_chat() -> None:
    """The chat's language is asked before each line."""
    assert "   作者: Ada First" in run("/language zh\n/paper\n").stdout.decode()


@pytest.mark.parametrize("word", ["/quit", "/EXIT"])
def test_quit_ends_a_pipe(word: str) -> None:
    """What follows /quit is not asked."""
    done = run(f"/one\n{word}\n/two\n")
    assert done.stdout == b"\xe2\x9c\x94 console local heard '/one'\n\n"
    assert done.returncode == 0


@pytest.mark.parametrize("command", ["/break", "/pipe"])
def test_a_failure_does_not_end_the_chat(command: str) -> None:
    """A command that fails says what to do, is logged with its traceback, and makes a pipe's status 1."""
    done = run(f"{command}\n/next\n")
    assert b"\xe2\x9c\x97 That failed" in done.stdout
    assert done.stdout.endswith(b"heard '/next'\n\n")
    assert done.returncode == 1
    assert b"command failed" in done.stderr
    assert b"on purpose" in done.stderr


def test_a_failed_first_command_in_another_locale() -> None:
    """Pipes are UTF-8 in every locale, and bytes that are not become U+FFFD."""
    done = run(
        b"\xff\xe6\x89\xa9\n", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", PYTHONIOENCODING="latin-1"
    )
    assert done.stdout.decode() == "✔ console local heard '\ufffd扩'\n\n"


def test_a_reader_that_leaves_is_no_failure() -> None:
    """With `| head -1` the chat ends quietly."""
    done = subprocess.run(
        ["/bin/bash", "-c", '"$@" | head -1; echo ${PIPESTATUS[0]}', "bash", *CHAT],
        input=b"/paper\n" * 20_000,
        capture_output=True,
        timeout=LIMIT,
        check=False,
        env=environment(),
    )
    assert (done.stdout, done.stderr) == (b"Walking Backwards\n0\n", b"")


def test_a_file_is_read_like_a_pipe(tmp_path: Path) -> None:
    """Input from a file and output to a file work as in a pipe."""
    (tmp_path / "in").write_text("/one\n")
    with (tmp_path / "in").open("rb") as commands, (tmp_path / "out").open("wb") as answers:
        done = subprocess.run(
            CHAT, stdin=commands, stdout=answers, timeout=LIMIT, check=False, env=environment()
        )
    assert done.returncode == 0
    assert (tmp_path / "out").read_text() == "✔ console local heard '/one'\n\n"


def test_no_input_at_all_is_its_end() -> None:
    """A closed standard input ends the chat."""
    done = subprocess.run(
        ["/bin/sh", "-c", '"$@" <&-', "sh", *CHAT],
        capture_output=True,
        timeout=LIMIT,
        check=False,
        env=environment(),
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_silent_pipe_does_not_hold_up_the_end() -> None:
    """SIGTERM ends a chat that waits for a line nobody writes."""
    with subprocess.Popen(
        CHAT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"/one\n")
        process.stdin.flush()
        assert process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT) == 143
        assert process.stderr
        assert process.stderr.read() == b""


class Terminal:
    """A pseudo-terminal with the chat in it."""

    def __init__(self, *arguments: str, **changes: str) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
        # A terminal that nobody answers for can't be asked where its cursor is.
        changes = {"TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1", **changes}
        self.process = subprocess.Popen(
            [*CHAT, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env=environment(**changes),
        )
        os.close(slave)
        self.output = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def type(self, keys: str | bytes) -> None:
        """Press keys."""
        os.write(self._master, keys.encode() if isinstance(keys, str) else keys)

    def until(self, text: str) -> str:
        """Read until a text was shown; return what was shown since the last call."""
        end = time.monotonic() + LIMIT
        while text not in self.output:
            assert time.monotonic() < end, f"{text!r} was not shown, but: {self.output!r}"
            if select.select([self._master], [], [], 1.0)[0]:
                self.output += self._decoder.decode(os.read(self._master, 65536))
        shown, self.output = self.output.split(text, 1)
        return shown + text

    def ends(self) -> int:
        """Wait for the chat's end; return its status."""
        return self.process.wait(LIMIT)

    def __enter__(self) -> Self:
        """Open the terminal."""
        return self

    def __exit__(self, *failure: object) -> None:
        """End the chat in any case."""
        self.process.kill()
        self.process.wait(LIMIT)
        os.close(self._master)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """A terminal with the chat at its first prompt."""
    with Terminal(str(tmp_path / "state" / "history")) as opened:
        opened.until("paperwire")
        yield opened


def test_a_person_gets_a_prompt_colours_and_history(terminal: Terminal, tmp_path: Path) -> None:
    """On a terminal there are a prompt, coloured answers and a history only its owner reads; Ctrl-D ends."""
    terminal.type("/paper\r")
    assert "\x1b[1m" in terminal.until("Walking Backwards")
    terminal.until("paperwire")
    terminal.type(END_OF_INPUT)
    assert terminal.ends() == 0
    history = tmp_path / "state" / "history"
    assert "+/paper\n" in history.read_text()
    assert history.stat().st_mode & 0o777 == 0o600


def test_interrupt_empties_the_line(terminal: Terminal) -> None:
    """Ctrl-C at the prompt gives a new one; nothing of the old line is asked."""
    terminal.type("forgotten")
    terminal.until("forgotten")
    terminal.type(INTERRUPT)
    terminal.until("paperwire")
    terminal.type("/one\r")
    terminal.until("heard '/one'")
    terminal.type("/quit\r")
    assert terminal.ends() == 0


def test_interrupt_stops_a_command(terminal: Terminal) -> None:
    """Ctrl-C while a command runs stops that command, and the chat continues."""
    terminal.type("/wait\r")
    terminal.until("…")
    terminal.type(INTERRUPT)
    terminal.until("Stopped.")
    terminal.until("paperwire")
    terminal.type("/one\r")
    terminal.until("heard '/one'")


def test_a_failure_on_a_terminal_ends_well(terminal: Terminal) -> None:
    """On a terminal a failed command was seen, so the status stays 0."""
    terminal.type("/break\r")
    terminal.until("That failed")
    terminal.until("paperwire")
    terminal.type(END_OF_INPUT)
    assert terminal.ends() == 0


def test_commands_are_completed(terminal: Terminal) -> None:
    """What is typed after a slash is completed, with the command's help beside it."""
    terminal.type("/se")
    terminal.until("find papers")
    terminal.type("\t\r")
    terminal.until("heard '/search'")


def test_a_dumb_terminal_is_answered(tmp_path: Path) -> None:
    """With TERM=dumb the chat works without any sequence."""
    with Terminal(str(tmp_path / "history"), TERM="dumb") as dumb:
        dumb.until("paperwire> ")
        dumb.type("/paper\r")
        assert "\x1b" not in dumb.until("Ada First")


def completions(typed: str) -> list[str]:
    """Return what a typed text is completed to."""
    completer = CommandCompleter((("search", "find papers"), ("subscribe", "get new papers")))
    return [found.text for found in completer.get_completions(Document(typed), CompleteEvent())]


def test_only_names_of_commands_are_completed() -> None:
    """Completion begins with the slash and ends with the name."""
    assert completions("/") == ["/search", "/subscribe"]
    assert completions("/SUB") == ["/subscribe"]
    assert completions("/search se") == completions("se") == completions("") == []


def test_a_history_that_cannot_be_kept_is_no_reason_to_fail(tmp_path: Path) -> None:
    """Where the history file can't be written, lines are kept in memory."""
    (tmp_path / "file").touch()
    lines = PromptedLines(tmp_path / "file" / "history", ())
    assert type(lines._session.history).__name__ == "InMemoryHistory"
