"""Checks the URL of a git remote, and pins git to the checked address."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from bot.domain.sources.ip_addresses import ascii_host, literal
from bot.domain.sources.web_url import parse_web_url
from bot.errors import BlockedAddressError, UnreachableError

if TYPE_CHECKING:
    from bot.sources.web.guard import Guard

_SCP = re.compile(r"(?P<user>[\w.][\w.-]*)@(?P<host>[\w.][\w.-]*):(?P<path>[^/].*)", re.DOTALL)
_SSH_PORT, _GIT_PORT = 22, 9418


@dataclass(frozen=True, slots=True)
class Remote:
    """A repository that git may contact.

    Attributes:
        url: what stands on git's command line; without passwords, since everybody sees command lines.
        protocol: the only protocol that git may use.
        config: git settings that go through the environment; may hold credentials.
        ssh_command: how git starts ssh, or None.
    """

    url: str
    protocol: str
    config: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    ssh_command: str | None = None


async def vetted_remote(name: str, url: str, guard: Guard) -> Remote:
    """Return how to ask a repository.

    Args:
        name: the source, as errors name it.
        url: a URL, git@host:path, or a local path.
        guard: checks the host's addresses.

    Raises:
        BlockedAddressError: the guard refuses the host.
        UnreachableError: no such folder or host.
        OSError: the resolver failed.
    """
    scheme, separator, rest = url.partition("://")
    if scheme in {"http", "https"} and separator:
        return await _web_remote(name, url, guard)
    if scheme in {"ssh", "git"} and separator:
        return await _host_remote(name, url, guard)
    if scp := _SCP.fullmatch(url):
        host = _host(name, scp["host"])
        addresses = await guard.vet(name, host, _SSH_PORT, ports=frozenset({_SSH_PORT}))
        return Remote(url, "ssh", ssh_command=_ssh(host, _SSH_PORT, addresses[0]))
    return await asyncio.to_thread(_local_remote, name, unquote(rest) if separator else url)


def _local_remote(name: str, path: str) -> Remote:
    folder = Path(os.path.abspath(Path(path).expanduser()))  # noqa: PTH100 (resolve would follow links)
    if not folder.exists():
        raise UnreachableError(name, "no such file or folder")
    return Remote(str(folder), "file")


async def _web_remote(name: str, url: str, guard: Guard) -> Remote:
    try:
        parsed = parse_web_url(url)
    except ValueError as error:
        raise BlockedAddressError(name, str(error)) from None
    addresses = await guard.vet(name, parsed.host, parsed.port)
    # git asks for the name itself: curl is told the checked addresses, and redirects could lead elsewhere.
    config = [("http.followRedirects", "false")]
    if literal(parsed.host) is None:
        pinned = ",".join(f"[{address}]" if ":" in address else address for address in addresses)
        config.append(("http.curloptResolve", f"{parsed.host}:{parsed.port}:{pinned}"))
    if parsed.user is not None:
        credentials = base64.b64encode(parsed.user.encode()).decode()
        config.append(("http.extraHeader", f"Authorization: Basic {credentials}"))
    return Remote(parsed.text, parsed.scheme, tuple(config))


async def _host_remote(name: str, url: str, guard: Guard) -> Remote:
    parts = urlsplit(url)
    host = _host(name, parts.hostname or "")
    own_port = _SSH_PORT if parts.scheme == "ssh" else _GIT_PORT
    port = parts.port or own_port
    addresses = await guard.vet(name, host, port, ports=frozenset({own_port}))
    address = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
    if parts.scheme == "git":
        return Remote(f"git://{address}:{port}{parts.path}", "git")
    user = f"{parts.username}@" if parts.username else ""
    named = f"[{host}]" if ":" in host else host
    ssh = _ssh(host, port, addresses[0])
    return Remote(f"ssh://{user}{named}:{port}{parts.path}", "ssh", ssh_command=ssh)


def _host(name: str, host: str) -> str:
    try:
        return ascii_host(host)
    except ValueError as error:
        raise BlockedAddressError(name, str(error)) from None


def _ssh(host: str, port: int, address: str) -> str:
    """Return the ssh command that connects to the checked address and still checks the host's own key."""
    known_as = host if port == _SSH_PORT else f"[{host}]:{port}"
    options = ("BatchMode=yes", "ConnectTimeout=10", f"HostName={address}", f"HostKeyAlias={known_as}")
    return shlex.join(["ssh", *(word for option in options for word in ("-o", option))])
