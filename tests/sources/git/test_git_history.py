"""What files of a git repository held before, read from real repositories."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from git_repository import Repository, digest_of, overwritten

from bot.domain.sources.source_uri import parse_source_uri
from bot.errors import UnreachableError
from bot.sources import parse_document
from bot.sources.git.git_source import GitReader
from bot.sources.size_limits import READING_BYTES
from bot.sources.web.guard import Guard

if TYPE_CHECKING:
    from pathlib import Path

    from bot.domain.papers.parsed_entry import Document

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="the program git is not installed")

TODAY = datetime.now(UTC).date()
MONTH_AGO = TODAY - timedelta(days=30)


async def past(
    repository: Repository, subpath: str = "", reading_bytes: int = READING_BYTES
) -> list[tuple[str, str]]:
    """Return what was read of the past: names within the repository, and the papers' titles."""
    reader = GitReader(cache=repository.cache, guard=Guard(), reading_bytes=reading_bytes)
    source = parse_source_uri(f"git+{repository.bare}{subpath}")
    found: tuple[Document, ...] = await reader.history(source, since=MONTH_AGO)
    return [(one.name.rpartition("#")[2], parse_document(one).entries[0].title) for one in found]


async def test_earlier_contents_of_a_month_are_read(tmp_path: Path) -> None:
    """Each version that a commit of these days brought is a document, the oldest first, without the tip's."""
    repository = overwritten(tmp_path)
    days = [(TODAY - timedelta(days=ago)).isoformat() for ago in (21, 14)]
    assert await past(repository) == [
        (f"README.md, {days[0]}", "Rivers of noise 2"),
        (f"README.md, {days[1]}", "Rivers of noise 3"),
    ]


async def test_reading_on_is_as_before(tmp_path: Path) -> None:
    """After the past was read, the next reading of the source gives what is new since the last one."""
    repository = overwritten(tmp_path)
    first = await repository.read()
    assert len(await past(repository)) == 2
    repository.publish({"README.md": digest_of(5)})
    second = await repository.read(cursor=first.cursor)
    assert repository.paths(second) == ["README.md"]


async def test_only_files_that_are_meant(tmp_path: Path) -> None:
    """A path of the source counts for the past too."""
    repository = overwritten(tmp_path)
    repository.publish({"notes/other.md": digest_of(10)})
    assert [title for _, title in await past(repository, "#notes")] == ["Rivers of noise 9"]


async def test_of_very_much_the_newest(tmp_path: Path) -> None:
    """Where the versions are more than one reading holds, the newest of them are read."""
    repository = overwritten(tmp_path)
    assert [title for _, title in await past(repository, reading_bytes=1)] == ["Rivers of noise 3"]


async def test_nothing_happened(tmp_path: Path) -> None:
    """A repository without a commit in these days, or without any, has no past."""
    repository = Repository(tmp_path)
    assert await past(repository) == []
    repository.publish({"README.md": digest_of(1)}, day=TODAY - timedelta(days=90))
    assert await past(repository) == []


async def test_a_repository_that_is_not_there(tmp_path: Path) -> None:
    """It is the same error as that of a reading."""
    with pytest.raises(UnreachableError):
        await past(_Gone(tmp_path))


class _Gone(Repository):
    """A repository that nobody published."""

    def __init__(self, folder: Path) -> None:
        self.bare, self.cache = folder / "gone.git", folder / "cache"
