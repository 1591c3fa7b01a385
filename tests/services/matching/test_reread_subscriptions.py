"""Subscriptions that an older version of the query language stored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.data import bundled_categories, bundled_glossary
from bot.domain.chat.command import ChatKey
from bot.services.subscriptions.queries import Queries
from bot.services.subscriptions.reread_subscriptions import reread_subscriptions
from bot.storage.chats import chats, subscriptions

if TYPE_CHECKING:
    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

_NOW = datetime(2026, 11, 27, tzinfo=UTC)
_OLD = {
    "video editing": "video AND editing",
    "3DGS": "3dg",
    "diffusion not gan": 'diffusion AND "not" AND gan',
    "diffusion -gan": "diffusion AND NOT gan",
    "检索增强生成": '检索增强生成 OR "retrieval augmented generation" OR rag',
    "diff?sion": "diff AND sion",
}


async def test_old_canonical_forms_are_written_anew(database: Database) -> None:
    """Each query is read as it was typed; none is lost, and two that now mean the same both stay."""
    async with database.write() as connection:
        chat = await chats.add(connection, ChatKey("console", "", "me", ""), language="en", zone="UTC", now=0)
        for source, canonical in _OLD.items():
            await subscriptions.add(
                connection, chat.id, source_text=source, canonical=canonical, grammar=1, per_day=None, now=0
            )
    queries = Queries(bundled_glossary(), bundled_categories())
    assert await reread_subscriptions(database, queries, lambda: _NOW) == len(_OLD) - 1
    assert await reread_subscriptions(database, queries, lambda: _NOW) == 0
    async with database.read() as connection:
        stored = await subscriptions.of_chat(connection, chat.id)
    assert [one.canonical for one in stored] == [
        "video editing",
        "3dgs",
        "diffusion -gan",
        "diffusion AND NOT gan",
        "检索增强生成",
        "diff sion",
    ]
    assert queries.parse(stored[2].canonical).key == queries.parse(stored[3].canonical).key
