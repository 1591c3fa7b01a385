"""What every database promises about the installation's own notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.storage.operations import meta

if TYPE_CHECKING:
    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)


async def test_a_note_is_kept_and_replaced(database: Database) -> None:
    """Any text; an unknown note is None."""
    async with database.write() as connection:
        assert await meta.get(connection, "a") is None
        await meta.put(connection, "a", "1")
        await meta.put(connection, "a", "'图'\x00")
        await meta.put(connection, "b", "")
    async with database.read() as connection:
        assert await meta.get(connection, "a") == "'图'"
        assert await meta.get(connection, "b") == ""
