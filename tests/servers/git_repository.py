"""Real git repositories for tests, published from a work tree."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from invented_digests import overview

from bot.domain.sources.source import Cursor
from bot.domain.sources.source_uri import parse_source_uri
from bot.sources.git.git_source import GitReader
from bot.sources.web.guard import Guard

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from bot.domain.sources.source import Reading

_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "HOME": os.devnull,
}


class Repository:
    """A bare repository that is published, and the work tree it is published from."""

    def __init__(self, folder: Path) -> None:
        self.work = folder / "work"
        self.bare = folder / "published.git"
        self.cache = folder / "cache"
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(self.bare), cwd=folder)
        self.git("init", "--quiet", "--initial-branch=main", str(self.work), cwd=folder)

    def git(self, *arguments: str, cwd: Path | None = None, day: date | None = None) -> str:
        """Run git, in the work tree by default, untouched by the user's settings; return what it printed."""
        command = ["git", *arguments]
        dated = (
            {"GIT_COMMITTER_DATE": f"{day}T12:00:00Z", "GIT_AUTHOR_DATE": f"{day}T12:00:00Z"} if day else {}
        )
        done = subprocess.run(
            command, cwd=cwd or self.work, env=_ENVIRONMENT | dated, check=True, capture_output=True
        )
        return done.stdout.decode().strip()

    def publish(
        self,
        files: dict[str, str | None] | None = None,
        *,
        branch: str = "main",
        day: date | None = None,
    ) -> str:
        """Commit files (None removes one), today or on a day, and push them; return the commit."""
        for name, text in (files or {}).items():
            path = self.work / name
            if text is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message=x", day=day)
        self.git("push", "--quiet", "--force", str(self.bare), f"HEAD:refs/heads/{branch}")
        return self.git("rev-parse", "HEAD")

    async def read(
        self, subpath: str = "", cursor: Cursor | None = None, reader: GitReader | None = None
    ) -> Reading:
        """Read the published repository."""
        source = parse_source_uri(f"git+{self.bare}{subpath}")
        reader = reader or GitReader(cache=self.cache, guard=Guard())
        return await reader.read(source, cursor or Cursor())

    def paths(self, reading: Reading) -> list[str]:
        """Return the documents' paths within the repository."""
        begin = f"git+{self.bare}#"
        assert all(document.name.startswith(begin) for document in reading.documents)
        return [document.name.removeprefix(begin) for document in reading.documents]


def digest_of(number: int) -> str:
    """Return a digest of one paper."""
    return overview((f"2503.{number:05}v1", f"Rivers of noise {number}", "Diffusion models of water."))


def overwritten(folder: Path) -> Repository:
    """Publish a file that is overwritten each week, 60, 21, 14 and 7 days ago, and once another one."""
    repository = Repository(folder)
    today = datetime.now(UTC).date()
    for number, days in enumerate((60, 21, 14, 7), start=1):
        files: dict[str, str | None] = {"README.md": digest_of(number)}
        if number == 3:
            files["notes/other.md"] = digest_of(9)
        repository.publish(files, day=today - timedelta(days=days))
    return repository
