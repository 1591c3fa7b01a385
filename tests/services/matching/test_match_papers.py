"""Standing queries in memory follow what chats change, in this process or another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.data import bundled_categories, bundled_glossary
from bot.domain.chat.command import ChatKey
from bot.domain.papers.paper import Paper
from bot.services.matching.match_papers import Match, MatchPapers
from bot.services.subscriptions.queries import Queries
from bot.storage.archive import papers
from bot.storage.chats import chats, subscriptions

if TYPE_CHECKING:
    from bot.domain.subscriptions.subscription import Subscription
    from bot.storage.engine.database import Database

pytest_plugins = ("database_fixtures",)

TITLES = ("Diffusion for video editing", "A GAN for audio", "Language agents", "Diffusion of rumours")


@pytest.fixture
async def rows(database: Database) -> list[int]:
    """Four papers."""
    made = [
        Paper(canonical_id=f"arxiv:2401.0000{number}", title=title, first_seen_at=1)
        for number, title in enumerate(TITLES, start=1)
    ]
    async with database.write() as connection:
        return await papers.insert(connection, made, now=1)


@pytest.fixture
def matching(database: Database) -> MatchPapers:
    """The use case, with nothing in memory yet."""
    return MatchPapers(database, Queries(bundled_glossary(), bundled_categories()))


async def subscribe(database: Database, chat: str, *queries: str, now: int = 1) -> list[Subscription]:
    """Subscribe a chat to queries; returns the subscriptions."""
    async with database.write() as connection:
        key = ChatKey("console", chat)
        stored = await chats.add(connection, key, language="en", zone="UTC", now=now)
        return [
            await subscriptions.add(
                connection, stored.id, source_text=query, canonical=query, grammar=1, per_day=None, now=now
            )
            for query in queries
        ]


def pairs(found: list[Match], rows: list[int]) -> list[tuple[int, int, int]]:
    """Return matches with papers counted from 1."""
    return [(rows.index(match.paper_id) + 1, match.chat_id, match.number) for match in found]


async def test_each_chat_gets_its_own_numbers(
    database: Database, matching: MatchPapers, rows: list[int]
) -> None:
    """Two chats with one query share the work and not the numbers."""
    one = await subscribe(database, "one", "gan", "diffusion")
    two = await subscribe(database, "two", "diffusion")
    found = pairs(await matching.match(rows), rows)
    first, second = one[0].chat_id, two[0].chat_id
    assert found == [(1, first, 2), (2, first, 1), (4, first, 2), (1, second, 1), (4, second, 1)]


async def test_changes_of_other_processes_are_taken_in(
    database: Database, matching: MatchPapers, rows: list[int]
) -> None:
    """Pausing, resuming, changing and removing count from the next match on."""
    (one,) = await subscribe(database, "one", "gan")
    assert len(await matching.match(rows)) == 1
    async with database.write() as connection:
        await subscriptions.set_state(connection, [one.id], "paused", now=2)
    assert await matching.match(rows) == []
    async with database.write() as connection:
        await subscriptions.set_state(connection, [one.id], "active", now=3)
        await subscriptions.set_query(
            connection, one.id, source_text="agents", canonical="agents", grammar=1, per_day=None, now=3
        )
    assert pairs(await matching.match(rows), rows) == [(3, one.chat_id, 1)]
    async with database.write() as connection:
        await subscriptions.set_state(connection, [one.id], "removed", now=4)
    assert await matching.match(rows) == []


async def test_a_query_that_is_no_longer_read_stops_nobody_else(
    database: Database, matching: MatchPapers, rows: list[int]
) -> None:
    """A stored text that this grammar refuses is passed over."""
    await subscribe(database, "one", "-onlynegative", "gan")
    assert [match.number for match in await matching.match(rows)] == [2]


async def test_nothing_new_matches_nothing(matching: MatchPapers) -> None:
    """An empty list asks the database for no paper."""
    assert await matching.match([]) == []
