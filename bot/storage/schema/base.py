"""The naming convention of constraints, and the column types that all tables share."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, MetaData

from bot.storage.engine.clean_text import CleanText

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite makes only INTEGER PRIMARY KEY an alias of the row id, and PostgreSQL's INTEGER ends at 2^31.
ID = BigInteger().with_variant(Integer, "sqlite")
# Sorted and compared by prefix, so by code point on both databases.
KEY = CleanText().with_variant(CleanText(collation="C"), "postgresql")
