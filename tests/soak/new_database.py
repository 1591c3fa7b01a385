"""A database for one soak."""

from __future__ import annotations

import tempfile
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING

from database_fixtures import execute_on_server, sibling

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def new_database(*, postgres: bool) -> Iterator[str]:
    """Give the URL of an empty database that is gone afterwards."""
    if not postgres:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/soak.sqlite3"
        return
    name = f"pw_soak_{uuid.uuid4().hex}"
    execute_on_server(f'CREATE DATABASE "{name}"')
    try:
        yield sibling(name)
    finally:
        execute_on_server(f'DROP DATABASE "{name}" WITH (FORCE)')
