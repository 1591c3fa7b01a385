"""The documents say what the code does, their links lead somewhere, and they are as short as they promise."""

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
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / ".github").rglob("*.md")])
README, CONTRIBUTING, COMMANDS_PAGE, CONFIGURATION, FIGURES, ARCHITECTURE = (
    (ROOT / name).read_text(encoding="utf-8")
    for name in (
        "README.md", "CONTRIBUTING.md", "docs/commands.md", "docs/configuration.md", "docs/figures.md",
        "docs/architecture.md",
    )
)  # fmt: skip
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_every_command_of_the_chat_is_documented(name: str) -> None:
    """A command that nobody can find out about is not there."""
    assert f"`/{name}" in COMMANDS_PAGE


@pytest.mark.parametrize(
    "name",
    [command.name or command.callback.__name__ for command in app.registered_commands if command.callback],
)
def test_every_command_of_the_command_line_is_documented(name: str) -> None:
    """The same for the shell."""
    assert f"paperwire {name}" in COMMANDS_PAGE


@pytest.mark.parametrize(("group", "commands"), [("sources", sources_app), ("outbox", outbox_app)])
def test_the_commands_of_a_group_are_documented(group: str, commands: Typer) -> None:
    """They stand as one list."""
    names = [command.name or "" for command in commands.registered_commands]
    assert f"paperwire {group} " + "\\|".join(names) in COMMANDS_PAGE


@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields])
def test_every_setting_is_documented_and_in_the_example(name: str) -> None:
    """An operator reads one of them."""
    assert f"`{name}`" in CONFIGURATION
    assert re.search(rf"^#{name}=", EXAMPLE, re.MULTILINE)


def test_the_documents_name_no_setting_that_is_not_there() -> None:
    """A line that does nothing misleads."""
    settings = {name.upper() for name in Settings.model_fields}
    assert set(re.findall(r"^#([A-Z_]+)=", EXAMPLE, re.MULTILINE)) == settings
    rows = [line.split("|")[1] for line in CONFIGURATION.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)} == settings


def test_the_readme_names_only_commands_that_are_there() -> None:
    """What a new user types first works."""
    known = {name for command in COMMANDS for name in (command.name, *command.aliases)}
    assert set(re.findall(r"`/([a-z_]+)", README)) - {"invite", "papers", "newbot"} <= known


def test_make_has_what_the_documents_say() -> None:
    """`make run`, `make test` and the others that documents name are targets."""
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    for page in PAGES:
        named = re.findall(r"(?:`|^)make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert set(named) <= targets, page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every link to a file or a heading of the project finds it."""
    for path, heading in LINK.findall(page.read_text(encoding="utf-8")):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), path
        assert not heading or heading in _headings(target), f"{path}#{heading}"


def test_every_page_and_picture_is_linked() -> None:
    """A page that nothing leads to is not read, and a picture that nothing shows is in the way."""
    linked = {
        (page.parent / path).resolve()
        for page in PAGES
        for path, _ in LINK.findall(page.read_text(encoding="utf-8"))
        if path
    }
    assert {*(ROOT / "docs").rglob("*.md"), *(ROOT / "docs").rglob("*.png")} <= linked


def test_commands_of_figures_are_there() -> None:
    """A figure can be repeated by the command beside it."""
    scripts = re.findall(r"python (tests/\S+\.py)", FIGURES)
    assert len(scripts) > 10
    assert all((ROOT / script).is_file() for script in scripts)


@pytest.mark.parametrize(
    ("text", "most"), [(README, 150), (CONTRIBUTING, 120)], ids=["readme", "contributing"]
)
def test_the_first_pages_are_short(text: str, most: int) -> None:
    """Who comes to see reads to the end."""
    assert len(text.splitlines()) <= most


@pytest.mark.parametrize("text", [ARCHITECTURE, CONTRIBUTING, README], ids=["map", "contributing", "readme"])
def test_files_that_documents_name_are_there(text: str) -> None:
    """A path in the map of the code leads to a file or a folder."""
    named = re.findall(r"`((?:bot|handlers|tests|docs|deploy)/[\w./]*)`", text)
    assert [path for path in named if not (ROOT / path).exists()] == []


def _headings(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
