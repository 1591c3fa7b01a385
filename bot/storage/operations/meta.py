"""Facts about the database itself, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from bot.storage.engine.statements import insert_for
from bot.storage.schema import meta

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.ext.asyncio import AsyncConnection


async def get(connection: AsyncConnection, name: str) -> str | None:
    """Return a fact, or None where it was never stored."""
    value: str | None = (await connection.execute(select(meta.c.value).where(meta.c.name == name))).scalar()
    return value


async def of_names(connection: AsyncConnection, names: Iterable[str]) -> dict[str, str]:
    """Return the facts of these names that were stored."""
    found = await connection.execute(select(meta.c.name, meta.c.value).where(meta.c.name.in_(list(names))))
    return {row.name: row.value for row in found}


async def remove(connection: AsyncConnection, name: str) -> None:
    """Forget a fact."""
    await connection.execute(delete(meta).where(meta.c.name == name))


async def put(connection: AsyncConnection, name: str, value: str) -> None:
    """Store a fact over what was known."""
    statement = insert_for(connection, meta).values(name=name, value=value)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[meta.c.name], set_={"value": statement.excluded.value}
        )
    )
