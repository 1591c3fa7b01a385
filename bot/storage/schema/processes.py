"""Tables of the processes that share a database."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table

from bot.storage.engine.clean_text import CleanText
from bot.storage.schema.base import metadata

leases = Table(
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

meta = Table(
    "meta",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", CleanText, nullable=False),
)
