"""Runs the git program on one bare repository: no shell, prompts, hooks or user settings.

Limited in time and output.
"""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.text.redaction import without_secrets
from bot.errors import FetchTimeoutError, TooLargeError, UnreachableError
from bot.sources.size_limits import MEGABYTE

if TYPE_CHECKING:
    from pathlib import Path

    from bot.sources.git.remote import Remote

_WATCH_SECONDS = 0.25
_READ_BYTES = 256 * 1024
_ERROR_BYTES = 16 * 1024
# ssh finds its keys by the user's entry in the system and its agent by this; TLS its certificates.
_PASSED_ON = ("PATH", "SSH_AUTH_SOCK", "SSL_CERT_FILE", "SSL_CERT_DIR")
_REASONS = (
    ("could not resolve host", "no such host"),
    ("could not read username", "it asks for a user name and password, or there is no such repository"),
    ("authentication failed", "the user name or password is refused"),
    ("permission denied (", "ssh is not let in: check the key"),
    ("host key verification failed", "the host's ssh key is not known: connect once by hand"),
    ("dubious ownership", "the repository belongs to another user of this machine"),
    ("does not appear to be a git repository", "not a git repository"),
    ("not found", "no such repository"),
    ("returned error: 404", "no such repository"),
    ("returned error: 30", "the repository has moved; give its new address"),
    ("connection refused", "no connection to the host"),
    ("failed to connect", "no connection to the host"),
    ("couldn't connect", "no connection to the host"),
    ("certificate", "its certificate is not valid"),
)


@dataclass(frozen=True, slots=True)
class GitLimits:
    """The limits of reading a repository.

    Attributes:
        seconds: the most time for one run of git.
        store_bytes: the most bytes on disk of one repository's store.
        output_bytes: the most bytes that one run of git may answer.
    """

    seconds: float = 120.0
    store_bytes: int = 512 * MEGABYTE
    output_bytes: int = 128 * MEGABYTE


FETCH: Final = ("fetch", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--quiet")
"""The command that fetches what is named behind it, and nothing else."""


class GitFailedError(Exception):
    """git ended with an error; stays inside the sources.

    Attributes:
        message: what git wrote to stderr.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class GitProgram:
    """Runs git for one remote on one store; `name` is the source as errors name it."""

    def __init__(self, name: str, store: Path, remote: Remote, limits: GitLimits) -> None:
        self._name = name
        self._store = store
        self._limits = limits
        self._environment = _environment(store, remote)

    async def run(self, *arguments: str, answer: bytes = b"") -> bytes:
        """Run git and return what it printed.

        Args:
            arguments: after `git -C <store>`.
            answer: what git reads from stdin.

        Raises:
            GitFailedError: git ended with an error.
            FetchTimeoutError: it took too long.
            TooLargeError: the store or what git printed grew over its cap.
            UnreachableError: git is not installed.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                "git",
                "-C",
                str(self._store),
                *arguments,
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                env=self._environment,
                start_new_session=True,
            )
        except FileNotFoundError:
            raise UnreachableError(self._name, "the program git is not installed") from None
        try:
            async with asyncio.timeout(self._limits.seconds):
                output, errors = await self._watch(process, answer)
        except TimeoutError:
            reason = f"git was not done after {self._limits.seconds:g} s"
            raise FetchTimeoutError(self._name, reason) from None
        finally:
            await _end(process)
        if process.returncode:
            raise GitFailedError(errors.decode(errors="replace"))
        return output

    async def _watch(self, process: Process, answer: bytes) -> tuple[bytes, bytes]:
        work = asyncio.ensure_future(self._converse(process, answer))
        try:
            while not work.done():
                await asyncio.wait({work}, timeout=_WATCH_SECONDS)
                # git has no cap of its own for what it fetches.
                if await asyncio.to_thread(_size_of, self._store) > self._limits.store_bytes:
                    megabytes = self._limits.store_bytes / MEGABYTE
                    raise TooLargeError(
                        self._name, f"the repository is larger than the limit of {megabytes:g} MB"
                    )
            return work.result()
        finally:
            work.cancel()
            await asyncio.wait({work})

    async def _converse(self, process: Process, answer: bytes) -> tuple[bytes, bytes]:
        stdin, stdout, stderr = process.stdin, process.stdout, process.stderr
        if stdin is None or stdout is None or stderr is None:
            raise UnreachableError(self._name, "git could not be started")
        output, errors, _ = await asyncio.gather(
            self._collect(stdout), _collect_beginning(stderr), _tell(stdin, answer)
        )
        await process.wait()
        return output, errors

    async def _collect(self, stream: asyncio.StreamReader) -> bytes:
        collected = bytearray()
        while chunk := await stream.read(_READ_BYTES):
            collected += chunk
            if len(collected) > self._limits.output_bytes:
                raise TooLargeError(self._name, "the repository has too many branches or files")
        return bytes(collected)


def reason_of(message: str) -> str:
    """Return why git failed, in one line and without credentials."""
    lower = message.lower()
    for sign, reason in _REASONS:
        if sign in lower:
            return reason
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    fatal = [line.removeprefix("fatal: ") for line in lines if line.startswith("fatal: ")]
    return without_secrets((fatal or lines or ["no reason given"])[0])[:300]


def _environment(store: Path, remote: Remote) -> dict[str, str]:
    settings = (
        ("core.hooksPath", os.devnull),
        ("core.fsmonitor", "false"),
        ("credential.helper", ""),
        ("gc.autoDetach", "false"),
        ("protocol.ext.allow", "never"),
        *remote.config,
    )
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment |= {
        "LC_ALL": "C",
        "HOME": str(store),  # no ~/.netrc, no ~/.gitconfig
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ALLOW_PROTOCOL": remote.protocol,
        "GIT_CEILING_DIRECTORIES": str(store.parent),  # a broken store must not lead to one around it
        "GIT_CONFIG_COUNT": str(len(settings)),
    }
    for number, (key, value) in enumerate(settings):
        environment[f"GIT_CONFIG_KEY_{number}"] = key
        environment[f"GIT_CONFIG_VALUE_{number}"] = value
    if remote.ssh_command is not None:
        environment |= {"GIT_SSH_COMMAND": remote.ssh_command, "GIT_SSH_VARIANT": "ssh"}
    return environment


async def _tell(stream: asyncio.StreamWriter, answer: bytes) -> None:
    with suppress(ConnectionError):  # git may end before it has read everything
        stream.write(answer)
        await stream.drain()
    stream.close()


async def _collect_beginning(stream: asyncio.StreamReader) -> bytes:
    collected = bytearray()
    while chunk := await stream.read(_READ_BYTES):
        collected += chunk[: max(_ERROR_BYTES - len(collected), 0)]
    return bytes(collected)


async def _end(process: Process) -> None:
    """End git and all it started, however we leave."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    # Closes the pipes, which a git that talks too much would keep open forever.
    process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001 (asyncio offers no public way)
    await process.wait()


def _size_of(folder: Path) -> int:
    total = 0
    for parent, _, files in os.walk(folder):
        for file in files:
            with suppress(OSError):  # git moves its files while we look
                total += os.lstat(os.path.join(parent, file)).st_size  # noqa: PTH118 (half the time)
    return total
