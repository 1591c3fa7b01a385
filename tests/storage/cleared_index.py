"""Takes everything out of the search index, as nothing but a test does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from bot.storage.engine.database import Connection


async def clear(connection: Connection) -> None:
    """Empty the index."""
    if connection.dialect.name == "sqlite":
        await connection.execute(text("INSERT INTO paper_search(paper_search) VALUES ('delete-all')"))
    else:
        await connection.execute(text("DELETE FROM paper_search"))
