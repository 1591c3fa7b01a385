"""An empty database for each of many games, faster than migrating one."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy.engine import make_url

from bot.storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def fresh_databases(url: str, folder: Path) -> Callable[[], str]:
    """Return what empties a database, or copies it, and returns the URL.

    Args:
        url: a migrated, empty database.
        folder: where copies of a SQLite file go; each takes the place of the one before.
    """
    if not url.startswith("sqlite"):
        tables = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)

        def emptied() -> str:
            with psycopg.connect(url, autocommit=True) as server:
                server.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE".encode())
            return url

        return emptied
    template = make_url(url).database or ""
    game = folder / "game"

    def copied() -> str:
        shutil.rmtree(game, ignore_errors=True)
        game.mkdir()
        shutil.copy(template, game / "game.sqlite3")
        return f"sqlite:///{game}/game.sqlite3"

    return copied
