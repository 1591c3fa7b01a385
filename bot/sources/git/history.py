"""Reads older versions of files in a git repository, for repositories that overwrite one file each day.

The commits of these days are fetched beside the tip, and each version of a file that a commit brought is a
document of its own, but for the one that the tip has.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from bot.domain.sources.path_pattern import selects
from bot.errors import UnreachableError
from bot.sources.git.program import FETCH, GitFailedError, reason_of
from bot.sources.git.tree import LIST_TREE, File, is_regular, parse_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.sources.git.program import GitProgram

_PAST: Final = "refs/paperwire/past"
_ENTRY: Final = ":"
_NONE_SELECTED: Final = ("no commits selected", "dumb http", "the remote end hung up")


async def old_files(
    git: GitProgram, url: str, ref: str, *, since: date, subpath: str, name: str
) -> list[File]:
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
    try:
        await git.run(*FETCH, f"--shallow-since={since.isoformat()}", "--", url, f"+{ref}:{_PAST}")
    except GitFailedError as error:
        if any(said in error.message for said in _NONE_SELECTED):
            return []  # nothing was committed since then, or a plain web server has no shallow fetches
        raise UnreachableError(name, reason_of(error.message)) from None
    raw = ("--raw", "-r", "--no-abbrev", "--no-renames", "--diff-filter=AM", "-z", "--format=%x01%ct")
    try:
        log = await git.run("log", *raw, _PAST)
        there = await git.run(*LIST_TREE, _PAST)
    except GitFailedError as error:
        raise UnreachableError(name, reason_of(error.message)) from None
    seen = {file.blob for file in parse_tree(there)}
    found = []
    for file in _versions(log):
        if file.blob not in seen and selects(subpath, file.path):
            seen.add(file.blob)
            found.append(file)
    return found


async def with_sizes(git: GitProgram, files: Sequence[File]) -> list[File]:
    """Return files with their sizes; those whose content is not there are left out."""
    answer = "".join(f"{file.blob}\n" for file in files).encode()
    lines = (await git.run("cat-file", "--batch-check", answer=answer)).decode().splitlines()
    return [
        replace(file, size=int(line.split()[2]))
        for file, line in zip(files, lines, strict=True)
        if line.split()[1:2] == ["blob"]
    ]


def _versions(log: bytes) -> Iterator[File]:
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
            if is_regular(mode):
                yield File(path, blob, day=day)
