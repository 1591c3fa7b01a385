"""The `paperwire` command with a home of its own.

A test module asks for it by `pytest_plugins = ("command_line_fixtures",)`.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from command_line import CommandLine

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def _migrated() -> list[Path]:
    """An empty database at the newest revision, once a test made one."""
    return []


@pytest.fixture
async def new_paperwire(tmp_path: Path, _migrated: list[Path]) -> CommandLine:
    """The command on a machine where it never ran."""
    return CommandLine(tmp_path)


@pytest.fixture
async def paperwire(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, _migrated: list[Path]
) -> CommandLine:
    """The command with an empty database that is there already: migrating takes a second."""
    command = CommandLine(tmp_path)
    if not _migrated:
        home = CommandLine(tmp_path_factory.mktemp("home"))
        assert (await home("sources", "list")).status == 0
        _migrated.append(home.database)
    command.database.parent.mkdir(parents=True)
    shutil.copy(_migrated[0], command.database)
    return command
