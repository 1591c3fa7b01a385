"""Which message of a chat shows which paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from bot.storage.engine.statements import insert_for
from bot.storage.schema import card_messages, chats, deliveries, seen

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.domain.chat.command import ChatKey


async def put(connection: AsyncConnection, chat_id: int, reference: str, paper_id: int, *, now: int) -> None:
    """Store that a message shows one paper; an edited message shows another one than before."""
    statement = insert_for(connection, card_messages).values(
        chat_id=chat_id, reference=reference, paper_id=paper_id, at=now
    )
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[card_messages.c.chat_id, card_messages.c.reference],
            set_={"paper_id": statement.excluded.paper_id, "at": statement.excluded.at},
        )
    )


async def remove(connection: AsyncConnection, chat_id: int, reference: str) -> None:
    """Store that a message shows no single paper any more."""
    which = (card_messages.c.chat_id == chat_id) & (card_messages.c.reference == reference)
    await connection.execute(delete(card_messages).where(which))


async def find(connection: AsyncConnection, key: ChatKey, reference: str) -> tuple[int, int] | None:
    """Return the rows of the chat and of the paper that a message shows alone, or None.

    Digests are not in the table: their deliveries tell. Platforms don't say in which topic a message is, so
    all topics of the chat are looked at.
    """
    named = (
        (chats.c.platform == key.platform)
        & (chats.c.tenant == key.tenant)
        & (chats.c.external_id == key.external_id)
    )
    shown = (
        select(card_messages.c.chat_id, card_messages.c.paper_id)
        .join(chats, chats.c.id == card_messages.c.chat_id)
        .where(named & (card_messages.c.reference == reference))
    )
    row = (await connection.execute(shown)).first()
    if row is not None:
        return row[0], row[1]
    digest = (
        select(deliveries.c.chat_id, func.min(seen.c.paper_id))
        .join(chats, chats.c.id == deliveries.c.chat_id)
        .join(seen, seen.c.digest_id == deliveries.c.digest_id)
        .where(named & (deliveries.c.reference == reference))
        .group_by(deliveries.c.id, deliveries.c.chat_id)
        .having(func.count() == 1)
    )
    row = (await connection.execute(digest)).first()
    return (row[0], row[1]) if row else None
