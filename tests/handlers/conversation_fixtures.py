"""Chats on a new SQLite archive each.

A test module asks for them by `pytest_plugins = ("conversation_fixtures",)`.
"""

from __future__ import annotations

import shutil
from importlib import resources
from typing import TYPE_CHECKING

import pytest
from conversation import Conversation

from bot.domain.papers.parsed_entry import Document
from bot.sources import parse_document
from bot.storage.engine.database import Database
from bot.storage.operations.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture(scope="session")
def _archives() -> dict[str, Path]:
    """Archives to copy, made when they are first needed."""
    return {}


@pytest.fixture
async def archive(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, _archives: dict[str, Path]
) -> AsyncIterator[Database]:
    """An empty archive on SQLite."""
    if "empty" not in _archives:
        _archives["empty"] = tmp_path_factory.mktemp("archive") / "archive.sqlite3"
        template = Database(f"sqlite:///{_archives['empty']}")
        await migrate(template)
        await template.close()
    shutil.copy(_archives["empty"], tmp_path / "archive.sqlite3")
    database = Database(f"sqlite:///{tmp_path}/archive.sqlite3")
    yield database
    await database.close()


@pytest.fixture
async def chat(archive: Database) -> Conversation:
    """A chat on an empty archive."""
    return Conversation(archive)


@pytest.fixture
async def neighbour(archive: Database) -> Conversation:
    """Another chat on the same archive."""
    return Conversation(archive, "two")


@pytest.fixture
async def samples(chat: Conversation) -> Conversation:
    """A chat on an archive with the bundled samples."""
    for item in sorted((resources.files("bot") / "samples").iterdir(), key=lambda item: item.name):
        if item.name.endswith(".md"):
            document = parse_document(Document(item.name, item.read_bytes()))
            await chat.store(document, "/samples/")
    return chat
