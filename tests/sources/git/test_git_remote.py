"""Git sources behind servers: the guard, credentials, and what servers do wrong."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from git_repository import Repository
from web_server import Answer, Asked, answers_with, response, says, serving

from bot.domain.sources.ip_addresses import AllowedHosts
from bot.domain.sources.source import Cursor
from bot.domain.sources.source_uri import parse_source_uri
from bot.errors import BlockedAddressError, FetchTimeoutError, UnreachableError
from bot.sources.git.git_source import GitReader
from bot.sources.git.program import GitLimits, reason_of
from bot.sources.git.remote import vetted_remote
from bot.sources.web.guard import Guard

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="the program git is not installed")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """An empty published repository."""
    return Repository(tmp_path)


def _dumb(bare: Path) -> Answer:
    """Serve a repository's files as a plain web server does."""

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        path = bare / unquote(asked.target.partition("?")[0]).removeprefix("/r.git/")
        known = path.is_file() and ".." not in path.parts
        writer.write(response(body=path.read_bytes()) if known else response("404 Not Found"))
        await writer.drain()

    return answer


async def test_http_repository_is_asked_at_the_checked_address_with_its_password(
    repository: Repository,
) -> None:
    """Git connects to the address that was checked, though it could not resolve the name itself.

    The server is a plain one without shallow fetches, which is read too; the password reaches it in a
    header and stands nowhere else.
    """
    repository.publish({"a.md": "1"})
    repository.git("update-server-info", cwd=repository.bare)
    async with serving(_dumb(repository.bare)) as server:
        where = f"digests.invalid:{server.port}"
        guard = Guard(allowed=AllowedHosts.parse([where]), resolve=answers_with(["127.0.0.1"]))
        reader = GitReader(cache=repository.cache, guard=guard)
        reading = await reader.read(parse_source_uri(f"git+http://me:s3cret@{where}/r.git"), Cursor())
    assert [(d.name, d.body) for d in reading.documents] == [(f"git+http://{where}/r.git#a.md", b"1")]
    assert {asked.headers.get("authorization") for asked in server.asked} == {"Basic bWU6czNjcmV0"}
    stored = b"".join(path.read_bytes() for path in repository.cache.rglob("*") if path.is_file())
    assert b"s3cret" not in stored
    assert not [path for path in repository.cache.iterdir() if "s3cret" in path.name]


async def test_inner_addresses_are_refused_for_git_too(tmp_path: Path) -> None:
    """The guard holds for each protocol of git, and for the names that lead inside."""
    guard = Guard(resolve=answers_with(["169.254.169.254"]))
    reader = GitReader(cache=tmp_path, guard=guard)
    for uri in (
        "git+http://127.0.0.1/r.git",
        "git+https://inner.example/r.git",
        "git+ssh://git@inner.example/r.git",
        "git+git@inner.example:r.git",
        "git+git://inner.example/r.git",
        "git+ssh://git@public.example:2222/r.git",
        "git+https://public.example:8443/r.git",
        "git+git://[::1]/r.git",
    ):
        with pytest.raises(BlockedAddressError, match="FETCH_ALLOW_HOSTS"):
            await reader.read(parse_source_uri(uri), Cursor())


async def test_redirects_of_git_servers_are_not_followed(tmp_path: Path) -> None:
    """Git would follow a redirect without asking the guard: it may not, and the error says so."""
    async with serving(says(response())) as inner:
        away = response("301 Moved", location=f"{inner.url}/r.git/info/refs?service=git-upload-pack")
        async with serving(says(away)) as server:
            guard = Guard(allowed=AllowedHosts.parse([f"127.0.0.1:{server.port}"]))
            reader = GitReader(cache=tmp_path, guard=guard)
            with pytest.raises(UnreachableError, match="has moved"):
                await reader.read(parse_source_uri(f"git+{server.url}/r.git"), Cursor())
    assert inner.asked == []


async def test_server_that_asks_for_a_password_is_a_clear_error(tmp_path: Path) -> None:
    """Nobody is asked on a terminal; the error says that a name and password are wanted."""
    answer = says(response("401 No", www_authenticate='Basic realm="x"'))
    async with serving(answer) as server:
        guard = Guard(allowed=AllowedHosts.parse([f"127.0.0.1:{server.port}"]))
        reader = GitReader(cache=tmp_path, guard=guard)
        with pytest.raises(UnreachableError, match="asks for a user name and password"):
            await reader.read(parse_source_uri(f"git+{server.url}/r.git"), Cursor())


async def test_silent_git_server_is_given_up(tmp_path: Path) -> None:
    """A server that never answers costs the time cap, and git is ended."""

    async def answer(_: Asked, __: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with serving(answer) as server:
        guard = Guard(allowed=AllowedHosts.parse([f"127.0.0.1:{server.port}"]))
        reader = GitReader(cache=tmp_path, guard=guard, limits=GitLimits(seconds=0.5))
        with pytest.raises(FetchTimeoutError, match=r"not done after 0\.5 s"):
            await reader.read(parse_source_uri(f"git+{server.url}/r.git"), Cursor())


async def test_ssh_is_pinned_to_the_checked_address_and_still_checks_the_key() -> None:
    """The ssh command names the checked address, knows the host by its name, and asks nobody anything."""
    guard = Guard(resolve=answers_with(["93.184.215.14"]))
    remote = await vetted_remote("x", "ssh://git@h.example/o/r.git", guard)
    assert remote.url == "ssh://git@h.example:22/o/r.git"
    assert remote.ssh_command == (
        "ssh -o BatchMode=yes -o ConnectTimeout=10 -o HostName=93.184.215.14 -o HostKeyAlias=h.example"
    )
    remote = await vetted_remote("x", "git@h.example:o/r.git", guard)
    assert remote.url == "git@h.example:o/r.git"
    assert "HostName=93.184.215.14" in str(remote.ssh_command)
    remote = await vetted_remote("x", "git://h.example/r.git", guard)
    assert remote.url == "git://93.184.215.14:9418/r.git"


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("fatal: unable to access 'https://x/': Could not resolve host: x", "no such host"),
        ("remote: Repository not found.\nfatal: repository 'https://x/' not found", "no such repository"),
        ("git@x: Permission denied (publickey).\nfatal: Could not read from remote", "ssh is not let in"),
        ("hint: x\nfatal: something new at https://me:s3cret@x/\n", "something new at https://x/"),
        ("", "no reason given"),
    ],
)
def test_errors_of_git_become_one_line(message: str, reason: str) -> None:
    """The usual errors are said plainly; others in git's own words, without credentials."""
    assert reason_of(message).startswith(reason)
