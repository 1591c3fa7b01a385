"""Reads documents from this machine: a file, a folder or a glob pattern; only new and changed ones."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.papers.parsed_entry import Document
from bot.domain.sources.path_pattern import fixed_folder, is_pattern, selects
from bot.domain.sources.source import Cursor, Reading
from bot.errors import DocumentError, TooLargeError, UnreachableError
from bot.sources.size_limits import DOCUMENT_BYTES, MEGABYTE, READING_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.sources.source import SourceUri

_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISDIR, "a folder"),
)
_REASONS = {
    errno.ENOENT: "no such file or folder",
    errno.ENOTDIR: "no such file or folder",
    errno.EACCES: "no permission to read it",
    errno.EPERM: "no permission to read it",
    errno.ELOOP: "its symbolic links lead in a circle",
    errno.ENAMETOOLONG: "its name is too long",
}


@dataclass(slots=True)
class _Progress:
    """What one reading has gathered so far."""

    documents: list[Document] = field(default_factory=list)
    failures: list[DocumentError] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    held: int = 0
    more: bool = False


class FileReader:
    """Reads files and folders.

    A file's fingerprint is `mtime_ns:size:sha1`. Where the first two are as they were the file is not
    opened; where only these differ (touched, copied back) it is not read as changed.
    """

    def __init__(self, *, file_bytes: int = DOCUMENT_BYTES, reading_bytes: int = READING_BYTES) -> None:
        self._file_bytes = file_bytes
        self._reading_bytes = reading_bytes

    async def read(self, source: SourceUri, cursor: Cursor) -> Reading:
        """Return the new and changed files.

        Where they are more than one reading holds, `next_poll_in` is 0: the rest is not in the cursor yet.

        Raises:
            UnreachableError: the path itself is not there or can't be read.
        """
        return await asyncio.to_thread(self._read, source, cursor)

    def _read(self, source: SourceUri, cursor: Cursor) -> Reading:
        progress = _Progress()
        path = os.path.expanduser(source.target)  # noqa: PTH111 (a pattern is no Path)
        try:
            for found in _walk(path, progress.failures):
                self._take(found, cursor, progress)
        except OSError as error:
            raise UnreachableError(source.label, _reason(error)) from None
        return Reading(
            documents=tuple(progress.documents),
            cursor=Cursor(files=progress.files),
            failures=tuple(progress.failures),
            unchanged=not progress.documents and not progress.failures,
            next_poll_in=0.0 if progress.more else None,
        )

    def _take(self, path: str, cursor: Cursor, progress: _Progress) -> None:
        name = _printable(path)
        before = cursor.files.get(name, "")
        try:
            found = os.stat(path)  # noqa: PTH116 (names that are not UTF-8 stay as they are)
            _check(name, found, self._file_bytes)
            stamp = f"{found.st_mtime_ns}:{found.st_size}:"
            if before.startswith(stamp):
                progress.files[name] = before
                return
            if progress.documents and progress.held + found.st_size > self._reading_bytes:
                progress.more = True
                if before:
                    progress.files[name] = before
                return
            body = _read_file(name, path, self._file_bytes)
        except OSError as error:
            progress.failures.append(UnreachableError(name, _reason(error)))
            return
        except DocumentError as error:
            progress.failures.append(error)
            return
        digest = hashlib.sha1(body, usedforsecurity=False).hexdigest()
        progress.files[name] = stamp + digest
        if before.rpartition(":")[2] != digest:
            progress.documents.append(Document(name=name, body=body))
            progress.held += len(body)


def _walk(path: str, failures: list[DocumentError]) -> Iterator[str]:
    """Return the paths that a source names, sorted; what is no readable folder goes to the failures.

    Raises:
        OSError: the path itself can't be read.
    """
    if is_pattern(path) and not Path(path).exists():
        folder = fixed_folder(path) or "."
        pattern = path.removeprefix("./") if folder == "." else path[len(folder.rstrip("/")) + 1 :]
    elif Path(path).is_dir():
        folder, pattern = path, ""
    else:
        os.stat(path)  # noqa: PTH116 (raises where there is none)
        yield path
        return
    os.scandir(folder).close()  # raises where there is none
    seen = {_identity(folder)}
    for inside in _inside(folder, "", frozenset(seen), seen, failures):
        if selects(pattern, inside):
            yield os.path.join(folder, inside)  # noqa: PTH118 (`Path` would drop a leading ./)


def _inside(
    root: str,
    prefix: str,
    above: frozenset[tuple[int, int]],
    seen: set[tuple[int, int]],
    failures: list[DocumentError],
) -> Iterator[str]:
    """Return the relative paths below a folder, each real folder once."""
    folder = os.path.join(root, prefix)  # noqa: PTH118 (as above)
    try:
        with os.scandir(folder) as entries:
            children = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        failures.append(UnreachableError(_printable(folder), _reason(error)))
        return
    for child in children:
        inside = f"{prefix}{child.name}"
        try:
            is_folder = child.is_dir()
            identity = _identity(child.path) if is_folder else (0, 0)
        except OSError as error:
            failures.append(UnreachableError(_printable(child.path), _reason(error)))
            continue
        if not is_folder:
            yield inside
        elif identity in above:
            failures.append(UnreachableError(_printable(child.path), "the folder leads back to itself"))
        elif identity not in seen:
            seen.add(identity)
            yield from _inside(root, f"{inside}/", above | {identity}, seen, failures)


def _identity(folder: str) -> tuple[int, int]:
    found = os.stat(folder)  # noqa: PTH116 (as above)
    return found.st_dev, found.st_ino


def _check(name: str, found: os.stat_result, limit: int) -> None:
    """Refuse what is no regular file of a size that we read.

    Raises:
        DocumentError: it is not.
    """
    if not stat.S_ISREG(found.st_mode):
        kind = next((kind for is_kind, kind in _KINDS if is_kind(found.st_mode)), "something else")
        raise UnreachableError(name, f"it is {kind}, not a file")
    if found.st_size > limit:
        raise TooLargeError(name, f"larger than the limit of {limit / MEGABYTE:g} MB")


def _read_file(name: str, path: str, limit: int) -> bytes:
    # What was a file a moment ago may be a pipe now: opening must not wait for its writer.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        _check(name, os.fstat(file.fileno()), limit)
        body = file.read(limit + 1)
    if len(body) > limit:
        raise TooLargeError(name, f"larger than the limit of {limit / MEGABYTE:g} MB")
    return body


def _reason(error: OSError) -> str:
    return _REASONS.get(error.errno or 0, error.strerror or "it can't be read")


def _printable(path: str) -> str:
    """Return a path as text that any database and terminal takes."""
    return os.fsencode(path).decode(errors="replace")
