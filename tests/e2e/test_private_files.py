"""Nobody but its owner reads what paperwire keeps."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from git_repository import Repository
from invented_digests import overview

if TYPE_CHECKING:
    from pathlib import Path

    from command_line import CommandLine

pytest_plugins = ("command_line_fixtures",)

RIVERS = ("2503.00001v1", "Rivers of Noise", "Diffusion models of water.")


def readable(folder: Path) -> list[str]:
    """Return what below a folder others than its owner may read, write or enter."""
    return sorted(str(path) for path in folder.rglob("*") if stat.S_IMODE(path.lstat().st_mode) & 0o077)


async def test_what_is_made_is_private_from_the_first_moment(
    new_paperwire: CommandLine, tmp_path: Path
) -> None:
    """Whatever the shell's umask, only their owner reads the database, its backups and git's cache."""
    published = Repository(tmp_path)
    published.publish({"digests/a.md": overview(RIVERS)})
    await new_paperwire.shell(f"umask 0; paperwire sources add git+{published.bare}#digests")
    assert (await new_paperwire.shell("umask 0; paperwire poll --once && paperwire backup")).status == 0
    made = [tmp_path / "data", tmp_path / "cache" / "paperwire"]
    assert all(folder.is_dir() for folder in made)
    assert [path for folder in made for path in readable(folder)] == []


async def test_what_an_older_paperwire_left_is_set_right(paperwire: CommandLine) -> None:
    """A database and backups that others may read are named by `doctor`, and private after the next start."""
    assert (await paperwire("backup")).status == 0
    folder = paperwire.database.parent
    for path in folder.iterdir():
        path.chmod(0o644)
    stranger = folder / "notes.txt"
    stranger.write_text("not ours", encoding="utf-8")
    stranger.chmod(0o644)
    before = await paperwire("doctor")
    assert before.status == 0
    [line] = [line for line in before.lines if "files: " in line]
    assert line.startswith("warning")
    assert str(paperwire.database) in line
    assert (await paperwire("sources", "list")).status == 0
    assert readable(folder) == [str(stranger)]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not [line for line in (await paperwire("doctor")).lines if "files: " in line]
