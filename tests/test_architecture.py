"""The rules of the house that a linter doesn't know."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from conftest import ROOT

from bot.sources import FORMATS
from handlers import COMMANDS
from handlers.spec import CommandSpec

if TYPE_CHECKING:
    from types import ModuleType

MOST_LINES = 400
FILES = sorted(path for folder in ("bot", "handlers", "tests") for path in (ROOT / folder).rglob("*.py"))
# Names that say nothing about what is in a file.
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "shared"}


def modules_of(package: str) -> list[ModuleType]:
    """Return the modules of a package and of the packages in it."""
    folder = ROOT / package.replace(".", "/")
    return [
        importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for path in folder.rglob("*.py")
        if path.stem != "__init__"
    ]


def test_files_are_short_and_well_named() -> None:
    """No file is over 400 lines, and none has a name that says nothing."""
    long = [path for path in FILES if len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES]
    nameless = [
        path
        for path in FILES
        if path.stem.removeprefix("test_") in NAMELESS or NAMELESS & set(path.relative_to(ROOT).parts)
    ]
    assert (long, nameless) == ([], [])


def test_every_format_is_in_the_table() -> None:
    """A module that can recognise and parse a layout is in FORMATS, once."""
    written = {
        module
        for module in modules_of("bot.sources")
        if hasattr(module, "recognises") and hasattr(module, "parse")
    }
    assert len(FORMATS) == len(written)
    assert set(FORMATS) == written


def test_every_command_is_in_the_table() -> None:
    """A module of handlers with a SPEC is in COMMANDS, once, under its own name."""
    specs = {
        module.__name__.rpartition(".")[2]: module.SPEC
        for module in modules_of("handlers")
        if hasattr(module, "SPEC")
    }
    assert all(isinstance(spec, CommandSpec) for spec in specs.values())
    assert len(COMMANDS) == len(specs)
    assert {command.name: command for command in COMMANDS} == specs


def test_test_files_have_names_of_their_own() -> None:
    """Test folders are no packages, so no two test files may share a name."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(set(names)) == sorted(names)
