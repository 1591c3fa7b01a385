"""Lists the files of a commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

LIST_TREE: Final = ("ls-tree", "-r", "-l", "-z", "--full-tree")
"""The command that lists a commit's files as `parse_tree` reads them."""

_REGULAR_FILE: Final = "100"  # a symbolic link is 120000, a submodule 160000; neither is followed


@dataclass(frozen=True, slots=True)
class File:
    """One version of a file.

    Attributes:
        path: its path.
        blob: the id of its content.
        size: bytes; 0 where it is not known yet.
        day: the day (UTC) of the commit that brought it, or None where nobody asked.
    """

    path: str
    blob: str
    size: int = 0
    day: date | None = None


def is_regular(mode: str) -> bool:
    """Whether a mode, as git writes it, is that of a file with content of its own."""
    return mode.startswith(_REGULAR_FILE)


def parse_tree(listing: bytes) -> list[File]:
    """Return the regular files of a commit."""
    files = []
    for line in names(listing):
        details, _, path = line.partition("\t")
        mode, _, blob, size = details.split()
        if is_regular(mode):
            files.append(File(path, blob, int(size)))
    return files


def names(listing: bytes) -> Iterator[str]:
    """Yield what git lists with `-z`."""
    return (name.decode(errors="replace") for name in listing.split(b"\0") if name)
