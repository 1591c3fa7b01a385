"""The documents say what the code does: every command, setting and figure's command stands in them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.cli.commands import app, outbox_app, sources_app
from bot.settings import Settings
from handlers import COMMANDS

if TYPE_CHECKING:
    from typer import Typer

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_every_command_of_the_chat_has_its_place_in_the_readme(name: str) -> None:
    """A command that nobody can find out about is not there."""
    assert f"`/{name}" in README


@pytest.mark.parametrize(
    "name",
    [command.name or command.callback.__name__ for command in app.registered_commands if command.callback],
)
def test_every_command_of_the_command_line_is_in_the_readme(name: str) -> None:
    """The same for the shell."""
    assert f"paperwire {name}" in README


@pytest.mark.parametrize(("group", "commands"), [("sources", sources_app), ("outbox", outbox_app)])
def test_the_commands_of_a_group_are_in_the_readme(group: str, commands: Typer) -> None:
    """They stand as one list."""
    names = [command.name or "" for command in commands.registered_commands]
    assert f"paperwire {group} " + "\\|".join(names) in README


@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields])
def test_every_setting_is_in_the_readme_and_in_the_example(name: str) -> None:
    """An operator reads one of them."""
    assert f"`{name}`" in README
    assert re.search(rf"^#{name}=", EXAMPLE, re.MULTILINE)


def test_the_example_names_no_setting_that_is_not_there() -> None:
    """A line that does nothing misleads."""
    named = set(re.findall(r"^#([A-Z_]+)=", EXAMPLE, re.MULTILINE))
    assert named == {name.upper() for name in Settings.model_fields}


def test_make_has_what_the_readme_says() -> None:
    """`make run`, `make test` and the others that documents name are targets."""
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    documents = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert set(re.findall(r"(?:`|^)make ([a-z]+)", documents, re.MULTILINE)) <= targets
