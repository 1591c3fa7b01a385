"""What files of a git repository held before, as far back as some days: repositories that overwrite one file.

The commits of these days are fetched beside the tip, and each version of a file that a commit brought is a
document of its own, but for the one that the tip has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from bot.domain.path_pattern import selects
from bot.errors import UnreachableError
from bot.sources.git_program import GitFailedError, reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.sources.git_program import GitProgram

_PAST: Final = "refs/paperwire/past"
_ENTRY: Final = ":"
_REGULAR_FILE: Final = "100"  # a symbolic link is 120000, a submodule 160000
_NONE_SELECTED: Final = ("no commits selected", "dumb http", "the remote end hung up")


@dataclass(frozen=True, slots=True)
class OldFile:
    """One version of a file.

    Attributes:
        path: its path.
        blob: the id of its content.
        day: the day (UTC) of the commit that brought it.
        size: bytes.
    """

    path: str
    blob: str
    day: date
    size: int = 0


async def old_files(
    git: GitProgram, url: str, ref: str, *, since: date, subpath: str, name: str
) -> list[OldFile]:
    """Return the versions of files that commits since a day brought, the newest first; sizes are not known.

    Args:
        git: runs git on the store.
        url: of the repository.
        ref: the branch or tag.
        since: the day, UTC.
        subpath: which files are meant.
        name: what errors call the repository.

    Raises:
        UnreachableError: the repository can't be read.
    """
    options = ["--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--quiet"]
    try:
        await git.run("fetch", f"--shallow-since={since.isoformat()}", *options, "--", url, f"+{ref}:{_PAST}")
    except GitFailedError as error:
        if any(said in error.message for said in _NONE_SELECTED):
            return []  # nothing was committed since then, or a plain web server has no shallow fetches
        raise UnreachableError(name, reason_of(error.message)) from None
    raw = ("--raw", "-r", "--no-abbrev", "--no-renames", "--diff-filter=AM", "-z", "--format=%x01%ct")
    try:
        log = await git.run("log", *raw, _PAST)
        there = await git.run("ls-tree", "-r", "-z", "--full-tree", _PAST)
    except GitFailedError as error:
        raise UnreachableError(name, reason_of(error.message)) from None
    seen = {entry.split(b"\t")[0].split()[-1].decode() for entry in there.split(b"\0") if entry}
    found = []
    for file in _versions(log):
        if file.blob not in seen and selects(subpath, file.path):
            seen.add(file.blob)
            found.append(file)
    return found


async def with_sizes(git: GitProgram, files: Sequence[OldFile]) -> list[OldFile]:
    """Return files with their sizes; those whose content is not there are left out."""
    answer = "".join(f"{file.blob}\n" for file in files).encode()
    lines = (await git.run("cat-file", "--batch-check", answer=answer)).decode().splitlines()
    return [
        OldFile(file.path, file.blob, file.day, int(line.split()[2]))
        for file, line in zip(files, lines, strict=True)
        if line.split()[1:2] == ["blob"]
    ]


def _versions(log: bytes) -> Iterator[OldFile]:
    """Read `git log --raw -z`: a commit's time, then a line and a path for each file that it brought."""
    day = date.min
    pieces = iter(log.decode(errors="replace").split("\0"))
    for piece in pieces:
        text = piece.strip("\n")
        if text.startswith("\x01"):
            day = datetime.fromtimestamp(int(text[1:]), UTC).date()
        elif text.startswith(_ENTRY):
            path = next(pieces, "")
            mode, blob = text.split()[1], text.split()[3]
            if mode.startswith(_REGULAR_FILE):
                yield OldFile(path, blob, day)
