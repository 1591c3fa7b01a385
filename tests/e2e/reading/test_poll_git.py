"""`paperwire poll --once` of a git repository on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_repository import Repository
from invented_digests import POST, overview

if TYPE_CHECKING:
    from pathlib import Path

    from command_line import CommandLine

pytest_plugins = ("command_line_fixtures",)

RIVERS = ("2503.00001v1", "Rivers of Noise", "Diffusion models of water.")
LAKES = ("2503.00002v1", "Lakes of Tokens", "Language models of still water.")


async def test_only_new_and_changed_files_are_read(paperwire: CommandLine, tmp_path: Path) -> None:
    """A first poll reads all digests of the path; after a commit the next reads what it changed."""
    repository = Repository(tmp_path)
    repository.publish({"digests/a.md": overview(RIVERS), "README.md": POST})
    source = f"git+{repository.bare}#digests"
    assert (await paperwire("sources", "add", source)).status == 0
    first = await paperwire("poll", "--once")
    assert (first.status, first.err) == (0, "")
    assert first.lines == [f"{source}: 1 document: 1 new paper, 0 merged, 0 unchanged"]

    paperwire.make_due()
    assert (await paperwire("poll", "--once")).lines == [f"{source}: nothing new"]

    repository.publish({"digests/b.md": overview(LAKES)})
    paperwire.make_due()
    second = await paperwire("poll", "--once")
    assert (second.status, second.err) == (0, "")
    assert second.lines == [f"{source}: 1 document: 1 new paper, 0 merged, 0 unchanged"]


async def test_a_post_among_digests_is_reported_once(paperwire: CommandLine, tmp_path: Path) -> None:
    """A file that is no digest is named with its path, and not read again until it changes."""
    repository = Repository(tmp_path)
    repository.publish({"a.md": overview(RIVERS), "post.md": POST})
    await paperwire("sources", "add", f"git+{repository.bare}")
    first = await paperwire("poll", "--once")
    assert first.status == 1
    assert len(first.problems) == 1
    assert "#post.md" in first.problems[0]
    assert "1 new paper" in first.out
    paperwire.make_due()
    second = await paperwire("poll", "--once")
    assert (second.status, second.err) == (0, "")


async def test_a_repository_that_is_not_there(paperwire: CommandLine, tmp_path: Path) -> None:
    """A missing repository is one line, and status 1."""
    await paperwire("sources", "add", f"git+{tmp_path}/nosuch.git")
    done = await paperwire("poll", "--once")
    assert done.status == 1
    assert len(done.problems) == 1
    assert "nosuch.git" in done.problems[0]
