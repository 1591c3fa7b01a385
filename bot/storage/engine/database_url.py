"""Parses DATABASE_URL."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import SettingsError

if TYPE_CHECKING:
    from sqlalchemy import URL

_POSTGRESQL = frozenset({"postgresql", "postgres"})


def parse_database_url(url: str) -> URL:
    """Return a database's URL with the driver that paperwire uses.

    Raises:
        SettingsError: it is not the URL of a SQLite file or a PostgreSQL database. The message and its
            cause hold nothing of the URL: it may contain a password.
    """
    try:
        parsed = make_url(url)
    except (SQLAlchemyError, ValueError):
        parsed = None
    if parsed is None:
        raise SettingsError(
            "DATABASE_URL can't be read: use sqlite:///path/file.sqlite3 or postgresql://user@host/name"
        )
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return parsed.set(drivername="sqlite+aiosqlite", database=str(_file(parsed)))
    if backend in _POSTGRESQL:
        return parsed.set(drivername="postgresql+psycopg")
    raise SettingsError(f"DATABASE_URL: paperwire runs on sqlite and postgresql, not on {backend!r}")


def _file(url: URL) -> Path:
    name = url.database or ""
    # `sqlite://folder/file` has a host; `file:` names and `?mode=` are SQLite's own URIs.
    if not name or name.startswith((":memory:", "file:")) or url.host or url.query:
        raise SettingsError(
            "DATABASE_URL needs a file after three slashes, such as sqlite:///paperwire.sqlite3"
        )
    try:
        return Path(name).expanduser()
    except RuntimeError:
        raise SettingsError("DATABASE_URL names the home folder of a user that does not exist") from None
