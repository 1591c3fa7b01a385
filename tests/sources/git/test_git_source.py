"""Git sources against real repositories on disk."""

from __future__ import annotations

import asyncio
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from git_repository import Repository

from bot.domain.sources.source import Cursor
from bot.domain.sources.source_uri import parse_source_uri
from bot.errors import TooLargeError, UnreachableError
from bot.sources.git.git_source import GitReader, chosen_ref
from bot.sources.git.program import GitLimits
from bot.sources.git.store import locked, store_name
from bot.sources.web.guard import Guard

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="the program git is not installed")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """An empty published repository."""
    return Repository(tmp_path)


async def test_first_reading_gives_all_documents(repository: Repository) -> None:
    """All documents of the tip are read, with any names, and nothing else."""
    names = ["b.md", "a \"q\" 's'.md", "论文/扩散 模型.md", "x/tab\there.json", "new\nline.md"]
    commit = repository.publish({name: name for name in [*names, "pic.png", ".hidden.md"]})
    reading = await repository.read()
    assert repository.paths(reading) == sorted(names, key=str.encode)
    assert [document.body.decode() for document in reading.documents] == sorted(names, key=str.encode)
    assert reading.cursor == Cursor(commit=commit)


async def test_only_new_and_changed_files_are_read_again(repository: Repository) -> None:
    """The next reading gives what was added, changed or renamed since; removed files are ignored."""
    repository.publish({"a.md": "1", "b.md": "2", "c.md": "3", "d.md": "4"})
    first = await repository.read()
    repository.publish({"a.md": "changed", "new.md": "5"})
    commit = repository.publish({"b.md": None, "c.md": None, "moved.md": "3"})
    second = await repository.read(cursor=first.cursor)
    assert {d.name.rpartition("#")[2]: d.body for d in second.documents} == {
        "a.md": b"changed",
        "moved.md": b"3",
        "new.md": b"5",
    }
    assert second.cursor == Cursor(commit=commit)


async def test_unchanged_repository_says_so(repository: Repository) -> None:
    """Without a new commit nothing is fetched, and a commit that changes no document is no change."""
    repository.publish({"a.md": "1"})
    first = await repository.read()
    second = await repository.read(cursor=first.cursor)
    assert (second.documents, second.unchanged, second.cursor) == ((), True, first.cursor)
    commit = repository.publish({"pic.png": "x"})
    third = await repository.read(cursor=first.cursor)
    assert (third.documents, third.unchanged, third.cursor) == ((), True, Cursor(commit=commit))


async def test_only_the_tip_is_fetched(repository: Repository) -> None:
    """The store holds the tips, not their history."""
    old = repository.publish({"a.md": "1"})
    repository.publish({"a.md": "2"})
    await repository.read()
    store = repository.cache / store_name(str(repository.bare))
    objects = repository.git("rev-list", "--all", cwd=store).split()
    assert len(objects) == 1
    assert old not in objects


async def test_rewritten_history_and_lost_commits_are_read_whole(repository: Repository) -> None:
    """A force-pushed branch is compared with what was read; an unknown commit means to read all."""
    repository.publish({"a.md": "1", "b.md": "2"})
    first = await repository.read()
    repository.git("checkout", "--quiet", "--orphan", "other")
    commit = repository.publish({"b.md": "rewritten"})
    second = await repository.read(cursor=first.cursor)
    assert repository.paths(second) == ["b.md"]
    assert second.cursor.commit == commit
    for lost in ("0" * 40, "--output=x", "garbage"):
        assert repository.paths(await repository.read(cursor=Cursor(commit=lost))) == ["a.md", "b.md"]


async def test_lost_cache_reads_all_again(repository: Repository) -> None:
    """With another cache folder the last commit is not there, so all is read."""
    repository.publish({"a.md": "1"})
    first = await repository.read()
    repository.publish({"b.md": "2"})
    repository.cache = repository.cache.with_name("cache2")
    assert repository.paths(await repository.read(cursor=first.cursor)) == ["a.md", "b.md"]


async def test_empty_repository_is_no_error(repository: Repository) -> None:
    """A repository without commits has no documents, and its first commit is read later."""
    reading = await repository.read()
    assert (reading.documents, reading.failures) == ((), ())
    repository.publish({"a.md": "1"})
    assert repository.paths(await repository.read(cursor=reading.cursor)) == ["a.md"]


@pytest.mark.parametrize(
    ("subpath", "expected"),
    [
        ("#posts", ["posts/a.md", "posts/x/b.md"]),
        ("#posts/x/", ["posts/x/b.md"]),
        ("#posts/a.md", ["posts/a.md"]),
        ("#posts/pic.png", ["posts/pic.png"]),
        ("#posts/**/*.md", ["posts/a.md", "posts/x/b.md"]),
        ("#*/*.md", ["posts/a.md"]),
        ("#.github", [".github/e.md"]),
        ("#none/*.md", []),
    ],
)
async def test_path_may_be_folder_file_or_pattern(
    repository: Repository, subpath: str, expected: list[str]
) -> None:
    """What is behind # selects the documents."""
    files = ("posts/a.md", "posts/x/b.md", "posts/pic.png", "d.md", ".github/e.md")
    repository.publish(dict.fromkeys(files, "x"))
    assert repository.paths(await repository.read(subpath)) == expected


async def test_path_that_is_not_there_is_an_error(repository: Repository) -> None:
    """A mistyped folder is told, not silently empty."""
    repository.publish({"a.md": "1"})
    with pytest.raises(UnreachableError, match="no such file or folder in the repository"):
        await repository.read("#post")


async def test_branches_and_tags_can_be_named(repository: Repository) -> None:
    """A file URL may name a branch or a tag, and an unknown one is answered with the branches."""
    repository.publish({"a.md": "main"})
    repository.publish({"a.md": "dev"}, branch="feature/x")
    repository.git("tag", "--annotate", "v1", "--message=x")
    repository.publish({"a.md": "later"}, branch="feature/x")
    repository.git("push", "--quiet", str(repository.bare), "v1")
    reader = GitReader(cache=repository.cache, guard=Guard())
    for branch, expected in (("feature/x", b"later"), ("v1", b"dev"), ("main", b"main")):
        source = parse_source_uri(f"git+file://{repository.bare}@{branch}")
        assert [d.body for d in (await reader.read(source, Cursor())).documents] == [expected]
    with pytest.raises(UnreachableError, match=r"no branch or tag nope; its branches: feature/x, main"):
        await reader.read(parse_source_uri(f"git+file://{repository.bare}@nope"), Cursor())


async def test_head_that_names_a_missing_branch_is_mended(repository: Repository) -> None:
    """A bare repository made with another default branch is read at its only branch."""
    repository.publish({"a.md": "1"}, branch="trunk")
    assert repository.paths(await repository.read()) == ["a.md"]


@pytest.mark.parametrize(
    ("refs", "branch", "expected"),
    [
        (["HEAD", "refs/heads/a"], None, "HEAD"),
        (["refs/heads/a"], None, "refs/heads/a"),
        (["refs/heads/a", "refs/heads/main"], None, "refs/heads/main"),
        (["refs/heads/a", "refs/heads/master"], None, "refs/heads/master"),
        (["HEAD", "refs/heads/a", "refs/tags/a"], "a", "refs/heads/a"),
        (["HEAD", "refs/tags/a"], "a", "refs/tags/a"),
        (["refs/heads/a", "refs/heads/b"], None, None),
        (["HEAD"], "a", None),
    ],
)
def test_reference_is_chosen(refs: list[str], branch: str | None, expected: str | None) -> None:
    """HEAD, the named branch or tag, the only branch, main, master; else an error that names the branches."""
    known = dict.fromkeys(refs, "0" * 40)
    if expected:
        assert chosen_ref(known, branch, "source") == expected
    else:
        with pytest.raises(UnreachableError, match="branch"):
            chosen_ref(known, branch, "source")


async def test_too_large_file_fails_alone(repository: Repository) -> None:
    """A file over the cap is a failure that names it; the others are read."""
    repository.publish({"a.md": "ok", "b.md": "x" * 11})
    reader = GitReader(cache=repository.cache, guard=Guard(), file_bytes=10)
    reading = await repository.read(reader=reader)
    assert repository.paths(reading) == ["a.md"]
    assert [(type(f), f.document) for f in reading.failures] == [
        (TooLargeError, f"git+{repository.bare}#b.md")
    ]


async def test_links_in_the_repository_are_not_followed(repository: Repository) -> None:
    """A symbolic link in a repository could name any file of this machine: it is no document."""
    repository.publish({"a.md": "1"})
    (repository.work / "link.md").symlink_to("/etc/passwd")
    (repository.work / "folder").symlink_to("/etc")
    repository.publish()
    assert repository.paths(await repository.read()) == ["a.md"]


async def test_many_files_come_in_several_readings(repository: Repository) -> None:
    """Where one reading is full the next continues, also when the repository moves on in between."""
    repository.publish({f"{number}.md": str(number) * 10 for number in range(5)})
    reader = GitReader(cache=repository.cache, guard=Guard(), reading_bytes=25)
    first = await repository.read(reader=reader)
    assert (repository.paths(first), first.next_poll_in) == (["0.md", "1.md"], 0.0)
    commit = repository.publish({"0.md": "changed", "4.md": None})
    second = await repository.read(cursor=first.cursor, reader=reader)
    assert (repository.paths(second), second.next_poll_in) == (["0.md", "2.md"], 0.0)
    third = await repository.read(cursor=second.cursor, reader=reader)
    assert (repository.paths(third), third.next_poll_in, third.cursor) == (
        ["3.md"],
        None,
        Cursor(commit=commit),
    )


async def test_repository_over_the_cap_is_refused_and_removed(repository: Repository) -> None:
    """A store that grows over its cap is an error, and its bytes don't stay on the disk."""
    repository.work.joinpath("noise.bin").write_bytes(os.urandom(300_000))
    repository.publish({"a.md": "1"})
    limits = GitLimits(store_bytes=200_000)
    reader = GitReader(cache=repository.cache, guard=Guard(), limits=limits)
    with pytest.raises(TooLargeError, match="larger than the limit"):
        await repository.read(reader=reader)
    assert not (repository.cache / store_name(str(repository.bare))).exists()


async def test_missing_repository_and_folder_without_one_are_clear_errors(tmp_path: Path) -> None:
    """A missing path and a folder that is no repository are told apart, each in one line."""
    reader = GitReader(cache=tmp_path / "cache", guard=Guard())
    (tmp_path / "plain").mkdir()
    for name, reason in (("none", "no such file or folder"), ("plain", "not a git repository")):
        with pytest.raises(UnreachableError, match=reason) as caught:
            await reader.read(parse_source_uri(f"git+{tmp_path / name}"), Cursor())
        assert "\n" not in str(caught.value)


async def test_what_a_killed_git_left_is_cleared(repository: Repository) -> None:
    """Lock files and half packs of a dead git don't stop the next reading."""
    repository.publish({"a.md": "1"})
    first = await repository.read()
    store = repository.cache / store_name(str(repository.bare))
    (store / "shallow.lock").touch()
    (store / "refs/paperwire/tip.lock").touch()
    (store / "objects/pack/tmp_pack_x").touch()
    repository.publish({"b.md": "2"})
    assert repository.paths(await repository.read(cursor=first.cursor)) == ["b.md"]
    assert not (store / "objects/pack/tmp_pack_x").exists()


@pytest.mark.parametrize("damage", ["objects", "HEAD", "everything"])
async def test_damaged_store_is_fetched_anew(repository: Repository, damage: str) -> None:
    """A store with broken objects, without HEAD or that is no store at all is rebuilt at once."""
    commit = repository.publish({"a.md": "1"})
    first = await repository.read()
    commit = repository.publish({"b.md": "2"})
    store = repository.cache / store_name(str(repository.bare))
    for path in sorted(store.rglob("*")):
        if path.is_file() and (damage == "everything" or damage in str(path.relative_to(store))):
            path.chmod(0o600)
            path.write_bytes(b"broken")
    reading = await repository.read(cursor=first.cursor)
    assert "b.md" in repository.paths(reading)
    assert reading.cursor.commit == commit


async def test_store_that_another_process_uses_is_left_alone(repository: Repository) -> None:
    """While somebody else holds the store's lock, the reading fails in one line and may be tried again."""
    repository.publish({"a.md": "1"})
    async with locked("other", repository.cache / store_name(str(repository.bare))):
        with pytest.raises(UnreachableError, match="try again"):
            await repository.read()
    assert repository.paths(await repository.read()) == ["a.md"]


async def test_cache_that_can_not_be_written_is_a_clear_error(repository: Repository) -> None:
    """A cache folder that is a file is named with the system's reason."""
    repository.publish({"a.md": "1"})
    repository.cache.write_text("")
    with pytest.raises(UnreachableError, match=r"the cache folder .*cache: "):
        await repository.read()


async def test_two_readers_of_one_repository_take_turns(repository: Repository) -> None:
    """Two sources in one repository can be read at the same time by one reader."""
    repository.publish({"a/x.md": "1", "b/y.md": "2"})
    reader = GitReader(cache=repository.cache, guard=Guard())
    readings = await asyncio.gather(
        repository.read("#a", reader=reader), repository.read("#b", reader=reader)
    )
    assert [repository.paths(reading) for reading in readings] == [["a/x.md"], ["b/y.md"]]


async def test_hooks_and_settings_of_others_are_not_run(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither the user's settings nor hooks in the store or the templates take part."""
    evil = tmp_path / "evil"
    (tmp_path / "gitconfig").write_text(
        f'[core]\n\tsshCommand = "touch {evil}"\n\tfsmonitor = "touch {evil}"\n'
    )
    for name in ("GIT_CONFIG_GLOBAL", "GIT_DIR", "GIT_SSH_COMMAND", "GIT_PROXY_COMMAND", "GIT_TRACE"):
        monkeypatch.setenv(name, str(tmp_path / "gitconfig"))
    repository.publish({"a.md": "1"})
    hook = repository.cache / store_name(str(repository.bare)) / "hooks" / "reference-transaction"
    hook.parent.mkdir(parents=True)
    hook.write_text(f"#!/bin/sh\ntouch {evil}\n")
    hook.chmod(0o755)
    assert repository.paths(await repository.read()) == ["a.md"]
    assert not evil.exists()


def test_store_names_differ_by_url_and_show_no_secret() -> None:
    """Each URL has its own store, and the folder's name holds no password."""
    one, other = store_name("https://me:s3cret@h.example/r"), store_name("https://me:other@h.example/r")
    assert one != other
    assert "s3cret" not in one
    assert one.startswith("https-h-example-r-")
