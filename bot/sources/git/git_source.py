"""Reads documents from git repositories.

Shallow fetches, and only the files that changed since the last one.

Both the last commit read and the new tip are fetched without history into one bare store, which is enough
to compare their trees. Where the last commit is not there any more (history rewritten, cache removed), all
files are read again; storing papers twice changes nothing.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, TypeVar

from bot.domain.papers.parsed_entry import Document
from bot.domain.sources.path_pattern import is_pattern, selects
from bot.domain.sources.source import Cursor, Reading
from bot.domain.sources.source_uri import git_target
from bot.errors import TooLargeError, UnreachableError
from bot.sources.git.history import old_files, with_sizes
from bot.sources.git.program import FETCH, GitFailedError, GitLimits, GitProgram, reason_of
from bot.sources.git.remote import vetted_remote
from bot.sources.git.store import locked, remove, store_name
from bot.sources.git.tree import LIST_TREE, File, names, parse_tree
from bot.sources.size_limits import DOCUMENT_BYTES, MEGABYTE, READING_BYTES
from bot.sources.web.http_errors import FOREIGN_ERRORS, translated

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import date
    from pathlib import Path

    from bot.domain.sources.source import SourceUri
    from bot.sources.git.remote import Remote
    from bot.sources.web.guard import Guard

_TIP = "refs/paperwire/tip"
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_PINNING_SINCE = (2, 37)
_VERSION = re.compile(rb"(\d+)\.(\d+)")


T = TypeVar("T")


class _DamagedStoreError(Exception):
    """The store can't be read: it is removed and fetched again."""


class GitReader:
    """Reads git sources; `cache` is the folder that holds their stores."""

    def __init__(
        self,
        *,
        cache: Path,
        guard: Guard,
        limits: GitLimits | None = None,
        file_bytes: int = DOCUMENT_BYTES,
        reading_bytes: int = READING_BYTES,
    ) -> None:
        self._cache = cache
        self._guard = guard
        self._limits = limits or GitLimits()
        self._file_bytes = file_bytes
        self._reading_bytes = reading_bytes
        self._turns: dict[str, asyncio.Lock] = {}

    async def read(self, source: SourceUri, cursor: Cursor) -> Reading:
        """Return the files that are new or changed since the cursor's commit.

        Where they are more than one reading holds, `next_poll_in` is 0 and the new cursor's `files` say
        which (path -> blob) were read already.

        Raises:
            FetchError: the repository could not be read.
        """

        async def work(git: GitProgram, remote: Remote) -> Reading:
            return await self._read(git, remote, source, cursor)

        return await self._with_store(source, work)

    async def history(self, source: SourceUri, *, since: date) -> tuple[Document, ...]:
        """Return what the files of a source held before, as commits since a day brought it, the oldest first.

        Of very much, the newest that one reading holds. Documents are named by their day.

        Raises:
            FetchError: the repository could not be read.
        """

        async def work(git: GitProgram, remote: Remote) -> tuple[Document, ...]:
            return await self._history(git, remote, source, since)

        return await self._with_store(source, work)

    async def _with_store(self, source: SourceUri, work: Callable[[GitProgram, Remote], Awaitable[T]]) -> T:
        """Do a work on a source's store, which is locked meanwhile; once more, again, where it is damaged."""
        url = git_target(source.target).url
        try:
            remote = await vetted_remote(source.label, url, self._guard)
        except FOREIGN_ERRORS as error:
            raise translated(source.label, error) from error
        store = self._cache / store_name(url)
        async with self._turns.setdefault(store.name, asyncio.Lock()), locked(source.label, store):
            git = GitProgram(source.label, store, remote, self._limits)
            try:
                return await work(git, remote)
            except _DamagedStoreError:
                await asyncio.to_thread(remove, store)
            except TooLargeError:
                await asyncio.to_thread(remove, store)
                raise
            store.mkdir(parents=True, exist_ok=True)
            try:
                return await work(git, remote)
            except _DamagedStoreError:
                raise UnreachableError(source.label, "the repository is damaged") from None

    async def _history(
        self, git: GitProgram, remote: Remote, source: SourceUri, since: date
    ) -> tuple[Document, ...]:
        ref, _ = await _published(git, remote, source)
        if ref is None:
            return ()
        found = await old_files(git, remote.url, ref, since=since, subpath=source.subpath, name=source.label)
        files = [file for file in await with_sizes(git, found) if file.size <= self._file_bytes]
        chosen, _ = _first_bytes(files, self._reading_bytes, self._file_bytes)
        blobs = await _blobs(git, chosen)
        repository = source.label.partition("#")[0]
        documents = [
            Document(name=f"{repository}#{file.path}, {file.day}", body=body)
            for file, body in zip(chosen, blobs, strict=True)
        ]
        return tuple(reversed(documents))

    async def _read(self, git: GitProgram, remote: Remote, source: SourceUri, cursor: Cursor) -> Reading:
        ref, published = await _published(git, remote, source)
        if ref is None:
            return Reading()
        if published == cursor.commit and not cursor.files:
            return Reading(cursor=cursor, unchanged=True)
        commit = await _fetch(git, remote, ref, source.label)
        wanted = await _changed(git, source, cursor, commit)
        return await self._documents(git, source, cursor, commit, wanted)

    async def _documents(
        self, git: GitProgram, source: SourceUri, cursor: Cursor, commit: str, wanted: list[File]
    ) -> Reading:
        repository = source.label.partition("#")[0]
        left = [file for file in wanted if cursor.files.get(file.path) != file.blob]
        now, more = _first_bytes(left, self._reading_bytes, self._file_bytes)
        small = [file for file in now if file.size <= self._file_bytes]
        blobs = await _blobs(git, small)
        read = dict(cursor.files) | {file.path: file.blob for file in now}
        cap = f"larger than the limit of {self._file_bytes / MEGABYTE:g} MB"
        return Reading(
            documents=tuple(
                Document(name=f"{repository}#{file.path}", body=body)
                for file, body in zip(small, blobs, strict=True)
            ),
            cursor=Cursor(commit=cursor.commit, files=read) if more else Cursor(commit=commit),
            failures=tuple(
                TooLargeError(f"{repository}#{file.path}", cap)
                for file in now
                if file.size > self._file_bytes
            ),
            unchanged=not now,
            next_poll_in=0.0 if more else None,
        )


def chosen_ref(refs: dict[str, str], branch: str | None, name: str) -> str:
    """Return the reference to read out of a repository's `name -> object id`, of which there is one at least.

    A repository whose HEAD names a branch that is not there (made with another default branch) is read at
    its only branch, at `main` or at `master`.

    Raises:
        UnreachableError: there is no such branch, or none that is plainly meant.
    """
    wanted = [f"refs/heads/{branch}", f"refs/tags/{branch}"] if branch else ["HEAD"]
    branches = sorted(ref for ref in refs if ref.startswith("refs/heads/"))
    if not branch:
        wanted += branches if len(branches) == 1 else ["refs/heads/main", "refs/heads/master"]
    for ref in wanted:
        if ref in refs:
            return ref
    known = ", ".join(ref.removeprefix("refs/heads/") for ref in branches[:10]) or "none"
    if branch:
        raise UnreachableError(name, f"no branch or tag {branch}; its branches: {known}")
    raise UnreachableError(name, f"name a branch by @branch behind the address; its branches: {known}")


def _first_bytes(files: list[File], budget: int, file_bytes: int) -> tuple[list[File], bool]:
    """Return the files that one reading holds, one at least, and whether there are more."""
    total = 0
    for count, file in enumerate(files):
        total += file.size if file.size <= file_bytes else 0
        if total > budget and count:
            return files[:count], True
    return files, False


async def _local(git: GitProgram, *arguments: str, answer: bytes = b"") -> bytes:
    """Run git on the store only: when that fails, the store is broken."""
    try:
        return await git.run(*arguments, answer=answer)
    except GitFailedError as error:
        raise _DamagedStoreError from error


async def _check_version(git: GitProgram, remote: Remote, name: str) -> None:
    """Refuse http where git can't be pinned to the checked address; https is safe by its certificate."""
    if remote.protocol != "http":
        return
    found = _VERSION.search(await _local(git, "version"))
    if found is None or (int(found[1]), int(found[2])) < _PINNING_SINCE:
        raise UnreachableError(name, "git 2.37 or newer is needed for http; use https")


async def _published(git: GitProgram, remote: Remote, source: SourceUri) -> tuple[str | None, str | None]:
    """Return the reference to read and its object id; both None where nothing is published yet."""
    await _local(git, "init", "--bare", "--quiet", "--template=")
    await _check_version(git, remote, source.label)
    branch = git_target(source.target).branch
    refs = await _refs(git, remote, branch, source.label)
    if not refs:
        return None, None
    ref = chosen_ref(refs, branch, source.label)
    return ref, refs[ref]


async def _refs(git: GitProgram, remote: Remote, branch: str | None, name: str) -> dict[str, str]:
    tags = [f"refs/tags/{branch}"] if branch else []
    try:
        listing = await git.run("ls-remote", "--quiet", "--", remote.url, "HEAD", "refs/heads/*", *tags)
    except GitFailedError as error:
        raise UnreachableError(name, reason_of(error.message)) from None
    lines = (line.split("\t", 1) for line in listing.decode(errors="replace").splitlines())
    return {line[1]: line[0] for line in lines if len(line) > 1}


async def _fetch(git: GitProgram, remote: Remote, ref: str, name: str) -> str:
    """Fetch a reference's tip without its history; return the commit."""
    where = ["--", remote.url, f"+{ref}:{_TIP}"]
    try:
        try:
            await git.run(*FETCH, "--depth=1", *where)
        except GitFailedError as error:
            if "dumb http" not in error.message:
                raise
            await git.run(*FETCH, *where)  # a plain web server has no shallow fetches
    except GitFailedError as error:
        if re.search(r"corrupt|bad object|not a git repository|inflate|bad pack", error.message):
            raise _DamagedStoreError from error
        raise UnreachableError(name, reason_of(error.message)) from None
    return (await _local(git, "rev-parse", "--verify", "--quiet", f"{_TIP}^{{commit}}")).decode().strip()


async def _changed(git: GitProgram, source: SourceUri, cursor: Cursor, commit: str) -> list[File]:
    """Return the files of a commit that the source names and that changed since the cursor's commit."""
    files = parse_tree(await _local(git, *LIST_TREE, commit))
    subpath = source.subpath
    if subpath and not is_pattern(subpath):
        inside = f"{subpath}/"
        if not any(file.path == subpath or file.path.startswith(inside) for file in files):
            raise UnreachableError(source.label, "no such file or folder in the repository")
    files = [file for file in files if selects(subpath, file.path)]
    if cursor.commit is None or not _COMMIT.fullmatch(cursor.commit):
        return files
    options = ("-r", "-z", "--name-only", "--no-renames", "--diff-filter=AMT")
    try:
        listing = await git.run("diff-tree", *options, cursor.commit, commit, "--")
    except GitFailedError:
        return files
    changed = set(names(listing))
    return [file for file in files if file.path in changed]


async def _blobs(git: GitProgram, files: Sequence[File]) -> list[bytes]:
    """Return the files' contents, in their order, by one run of git."""
    if not files:
        return []
    answer = "".join(f"{file.blob}\n" for file in files).encode()
    output = await _local(git, "cat-file", "--batch", answer=answer)
    blobs, position = [], 0
    for file in files:
        begin = output.find(b"\n", position) + 1
        if output[position:begin].split() != [file.blob.encode(), b"blob", str(file.size).encode()]:
            raise _DamagedStoreError
        blobs.append(output[begin : begin + file.size])
        position = begin + file.size + 1
    return blobs
