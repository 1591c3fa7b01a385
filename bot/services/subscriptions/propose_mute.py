"""Proposes how to change a chat's queries so that they exclude papers like a given one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.query import Or, UnreadableQueryError, holds
from bot.domain.search.search_document import searchable
from bot.domain.subscriptions.mute import features, telling
from bot.domain.subscriptions.preview import DAYS
from bot.domain.text.analysis import analyse
from bot.storage.archive import papers
from bot.storage.chats import subscriptions
from bot.storage.search import Window

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.papers.paper import Paper
    from bot.domain.query import Query
    from bot.domain.subscriptions.subscription import Subscription
    from bot.services.papers.search_papers import SearchPapers
    from bot.services.subscriptions.queries import Queries
    from bot.storage.engine.database import Database

_LOOKED_AT = 300
"""Papers that words are counted in: so many of each query, and so many of all kinds."""

_TRIED = 10


@dataclass(frozen=True, slots=True)
class Proposal:
    """How one subscription could exclude a paper.

    Attributes:
        subscription: the subscription; it matches the paper.
        word: what it would leave out, a word or `cat:` with a category; None where no word will do.
        query: its query with that left out, to be read.
        matched: papers that it matches now among those first seen in the last 30 days.
        kept_out: how many of them it would not have brought.
    """

    subscription: Subscription
    word: str | None = None
    query: str = ""
    matched: int = 0
    kept_out: int = 0


class ProposeMute:
    """Makes proposals; changes nothing.

    Args:
        database: the archive and the subscriptions.
        queries: reads queries.
        searching: finds papers.
    """

    def __init__(self, database: Database, queries: Queries, searching: SearchPapers) -> None:
        self._database = database
        self._queries = queries
        self._searching = searching

    async def propose(self, chat_id: int, paper: Paper, *, now: datetime) -> list[Proposal]:
        """Return a proposal for each subscription of a chat that matches a paper, by number."""
        matching = await self._matching(chat_id, paper)
        if not matching:
            return []
        month = Window(first_seen_since=int((now - timedelta(days=DAYS)).timestamp()), ranked=False)
        newest = replace(month, newest=_LOOKED_AT)
        brought = {
            one.id: [hit.id for hit in await self._searching.hits(query, newest) if hit.id != paper.id]
            for one, query in matching
        }
        async with self._database.read() as connection:
            known = {one.id: one for one in await papers.newest(connection, limit=_LOOKED_AT)}
            rows = {row for found in brought.values() for row in found} - known.keys()
            known |= await papers.by_ids(connection, rows)
        known[paper.id] = paper
        sets = await asyncio.to_thread(lambda: {row: features(one) for row, one in known.items()})
        proposals = []
        for one, query in matching:
            others = [sets[row] for row in brought[one.id] if row in sets]
            words = await asyncio.to_thread(telling, paper, query.root, others, list(sets.values()))
            proposals.append(await self._proposal(one, query, words, paper, month))
        return proposals

    async def _matching(self, chat_id: int, paper: Paper) -> list[tuple[Subscription, Query]]:
        async with self._database.read() as connection:
            mine = await subscriptions.of_chat(connection, chat_id)
        analysed = analyse(searchable(paper))
        read = [(one, self._queries.parse(one.canonical)) for one in mine]
        return [(one, query) for one, query in read if holds(query.root, analysed)]

    async def _proposal(
        self, one: Subscription, query: Query, words: Sequence[str], paper: Paper, month: Window
    ) -> Proposal:
        """Return what the first word proposes with which the query can be read and leaves the paper out."""
        analysed = analyse(searchable(paper))
        whole = f"({one.canonical})" if isinstance(query.root, Or) else one.canonical
        for word in words[:_TRIED]:
            written = f"{whole} -{word}"
            try:
                changed = self._queries.parse(written)
            except UnreadableQueryError:
                continue  # too long by now, or an unknown category
            if holds(changed.root, analysed):
                continue
            matched = await self._searching.count_hits(query, month)
            left = await self._searching.count_hits(changed, month)
            return Proposal(one, word, changed.canonical, matched, matched - left)
        return Proposal(one)
