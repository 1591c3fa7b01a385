"""Files and folders: what is new, what changed, and what can't be read."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.sources.source import Cursor
from bot.domain.sources.source_uri import parse_source_uri
from bot.errors import TooLargeError, UnreachableError
from bot.sources.file_source import FileReader

if TYPE_CHECKING:
    from bot.domain.sources.source import Reading


def _put(path: Path, text: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


async def _read(path: object, cursor: Cursor | None = None, **caps: int) -> Reading:
    return await FileReader(**caps).read(parse_source_uri(str(path)), cursor or Cursor())


def _names(reading: Reading, folder: Path) -> list[str]:
    return [str(Path(document.name).relative_to(folder)) for document in reading.documents]


async def test_file_is_read_once(tmp_path: Path) -> None:
    """A file is read, and not again until it changes."""
    file = _put(tmp_path / "d.md", "one")
    first = await _read(file)
    assert [(d.name, d.body) for d in first.documents] == [(str(file), b"one")]
    second = await _read(file, first.cursor)
    assert (second.documents, second.unchanged, second.cursor) == ((), True, first.cursor)
    _put(file, "other")
    third = await _read(file, second.cursor)
    assert [d.body for d in third.documents] == [b"other"]


async def test_file_of_any_name_may_be_named(tmp_path: Path) -> None:
    """A file that is named itself needs no document suffix and may be hidden."""
    assert len((await _read(_put(tmp_path / ".digest.txt"))).documents) == 1


async def test_touched_file_is_not_changed(tmp_path: Path) -> None:
    """Another time with the same content is no change; the new time is remembered."""
    file = _put(tmp_path / "d.md")
    first = await _read(file)
    os.utime(file, ns=(1, 1))
    second = await _read(file, first.cursor)
    assert second.unchanged
    assert second.cursor.files[str(file)].startswith("1:1:")
    assert second.cursor != first.cursor


async def test_same_size_and_another_content_is_changed(tmp_path: Path) -> None:
    """A change is seen by the time though the size is the same."""
    file = _put(tmp_path / "d.md", "a")
    first = await _read(file)
    _put(file, "b")
    os.utime(file, ns=(1, 1))
    assert [d.body for d in (await _read(file, first.cursor)).documents] == [b"b"]


async def test_folder_gives_its_documents_sorted_at_any_depth(tmp_path: Path) -> None:
    """Documents are found by suffix at any depth; hidden and other files are not read."""
    for name in ("b.md", "a/c.JSON", "a/b/d.xml", "x.png", ".hidden.md", ".git/e.md", "论文/扩散 模型.md"):
        _put(tmp_path / name)
    reading = await _read(tmp_path)
    assert _names(reading, tmp_path) == ["a/b/d.xml", "a/c.JSON", "b.md", "论文/扩散 模型.md"]
    assert reading.failures == ()


async def test_only_new_and_changed_files_are_read_again(tmp_path: Path) -> None:
    """The second reading of a folder gives what was added or changed; what was removed is forgotten."""
    for name in ("a.md", "b.md", "c.md"):
        _put(tmp_path / name)
    first = await _read(tmp_path)
    _put(tmp_path / "b.md", "changed")
    _put(tmp_path / "d.md")
    (tmp_path / "c.md").unlink()
    second = await _read(tmp_path, first.cursor)
    assert _names(second, tmp_path) == ["b.md", "d.md"]
    assert sorted(Path(name).name for name in second.cursor.files) == ["a.md", "b.md", "d.md"]


async def test_pattern_gives_what_it_matches(tmp_path: Path) -> None:
    """A pattern reaches into folders and takes other suffixes too."""
    for name in ("2024/a.md", "2024/b.txt", "2025/c.md", "2025/x/d.md", "e.md"):
        _put(tmp_path / name)
    assert _names(await _read(tmp_path / "*/*.md"), tmp_path) == ["2024/a.md", "2025/c.md"]
    assert _names(await _read(tmp_path / "202?/**/*.md"), tmp_path) == [
        "2024/a.md",
        "2025/c.md",
        "2025/x/d.md",
    ]
    assert _names(await _read(tmp_path / "2024/*.txt"), tmp_path) == ["2024/b.txt"]
    assert (await _read(tmp_path / "2024/*.xml")).documents == ()


async def test_name_with_brackets_is_a_file_first(tmp_path: Path) -> None:
    """A path that exists is that path, though it could be read as a pattern."""
    _put(tmp_path / "[a].md", "brackets")
    _put(tmp_path / "a.md")
    assert [d.body for d in (await _read(tmp_path / "[a].md")).documents] == [b"brackets"]


@pytest.mark.parametrize("name", ["no.md", "no/", "no/*.md", "file.md/x.md"])
async def test_missing_path_is_one_clear_line(tmp_path: Path, name: str) -> None:
    """A path that is not there is named with the reason."""
    _put(tmp_path / "file.md")
    with pytest.raises(UnreachableError, match="no such file or folder") as caught:
        await _read(f"{tmp_path}/{name}")
    assert str(tmp_path) in str(caught.value)


async def test_too_large_file_fails_alone(tmp_path: Path) -> None:
    """A file over the cap is a failure that names it; the others are read; it is not opened."""
    _put(tmp_path / "a.md", "ok")
    with (tmp_path / "b.md").open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    reading = await _read(tmp_path)
    assert [d.body for d in reading.documents] == [b"ok"]
    assert [type(failure) for failure in reading.failures] == [TooLargeError]
    assert str(reading.failures[0]) == f"{tmp_path / 'b.md'}: larger than the limit of 5 MB"
    assert list(reading.cursor.files) == [str(tmp_path / "a.md")]


async def test_cap_is_exact(tmp_path: Path) -> None:
    """A file of exactly the cap is read."""
    _put(tmp_path / "a.md", "x" * 10)
    assert len((await _read(tmp_path, file_bytes=10)).documents) == 1
    assert len((await _read(tmp_path, file_bytes=9)).failures) == 1


async def test_pipes_sockets_and_dead_links_fail_alone_and_block_nobody(tmp_path: Path) -> None:
    """What is no regular file is named with what it is; nobody waits for a pipe's writer."""
    _put(tmp_path / "a.md")
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "dead.md").symlink_to("nowhere.md")
    (tmp_path / "loop.md").symlink_to("loop.md")
    (tmp_path / "null.md").symlink_to("/dev/null")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "sock.md"))
        reading = await _read(tmp_path)
    assert _names(reading, tmp_path) == ["a.md"]
    reasons = {Path(failure.document).name: failure.reason for failure in reading.failures}
    assert reasons == {
        "pipe.md": "it is a pipe, not a file",
        "sock.md": "it is a socket, not a file",
        "null.md": "it is a device, not a file",
        "dead.md": "no such file or folder",
        "loop.md": "its symbolic links lead in a circle",
    }


async def test_pipe_that_is_named_itself_is_a_failure(tmp_path: Path) -> None:
    """A pipe in the place of a file is refused too."""
    os.mkfifo(tmp_path / "pipe.md")
    reading = await _read(tmp_path / "pipe.md")
    assert [failure.reason for failure in reading.failures] == ["it is a pipe, not a file"]


async def test_folder_loops_end_and_are_named(tmp_path: Path) -> None:
    """A link to a folder above is a failure; one beside it is read once, so links can't multiply."""
    _put(tmp_path / "a/x.md")
    (tmp_path / "a/up").symlink_to("..")
    (tmp_path / "b").symlink_to("a")
    reading = await _read(tmp_path)
    assert _names(reading, tmp_path) == ["a/x.md"]
    assert [failure.reason for failure in reading.failures] == ["the folder leads back to itself"]


async def test_linked_file_is_read(tmp_path: Path) -> None:
    """A symbolic link to a file is the file, as the folder's owner wants it."""
    target = _put(tmp_path / "elsewhere/x.md", "linked")
    _put(tmp_path / "d/y.md")
    os.symlink(target, tmp_path / "d/x.md")  # noqa: PTH211 (one line, no blocking `Path` in async code)
    assert [d.body for d in (await _read(tmp_path / "d")).documents] == [b"linked", b"x"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
async def test_unreadable_file_and_folder_fail_alone(tmp_path: Path) -> None:
    """A file and a folder without permission are named; the others are read."""
    _put(tmp_path / "a.md")
    _put(tmp_path / "b.md").chmod(0)
    _put(tmp_path / "c/d.md").parent.chmod(0)
    reading = await _read(tmp_path)
    (tmp_path / "c").chmod(0o700)
    assert _names(reading, tmp_path) == ["a.md"]
    assert {failure.reason for failure in reading.failures} == {"no permission to read it"}


async def test_name_that_is_no_utf8_is_read(tmp_path: Path) -> None:
    """A name in another encoding is read and shown with replacement characters."""
    _put(tmp_path / os.fsdecode(b"\xff.md"))
    reading = await _read(tmp_path)
    assert [document.name for document in reading.documents] == [f"{tmp_path}/\ufffd.md"]
    assert (await _read(tmp_path, reading.cursor)).unchanged


async def test_many_files_come_in_several_readings(tmp_path: Path) -> None:
    """Where one reading is full the next continues; after the last all were read once."""
    for number in range(7):
        _put(tmp_path / f"{number}.md", str(number) * 10)
    cursor, seen, waits = Cursor(), list[str](), list[float | None]()
    for _ in range(4):
        reading = await _read(tmp_path, cursor, reading_bytes=25)
        cursor = reading.cursor
        seen += _names(reading, tmp_path)
        waits.append(reading.next_poll_in)
    assert seen == [f"{number}.md" for number in range(7)]
    assert waits == [0.0, 0.0, 0.0, None]


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["a.md", "b/a.md", "b/c.md"]), st.binary(max_size=3)), max_size=4
    )
)
@settings(deadline=None)
async def test_readings_together_give_every_content_once(
    tmp_path_factory: pytest.TempPathFactory, states: list[dict[str, bytes]]
) -> None:
    """Whatever files come, change and go: each new content of a file is read exactly once, in order."""
    folder = tmp_path_factory.mktemp("folder")
    cursor, had = Cursor(), dict[str, bytes]()
    for number, state in enumerate(states):
        for name in set(had) - set(state):
            (folder / name).unlink()
        for name, body in state.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(body)
            os.utime(folder / name, ns=(number, number))
        reading = await _read(folder, cursor)
        expected = {name: body for name, body in state.items() if had.get(name) != body}
        assert (
            dict(zip(_names(reading, folder), [d.body for d in reading.documents], strict=True)) == expected
        )
        cursor, had = reading.cursor, state
