"""Matches new papers against the subscriptions of all chats, which are kept compiled in memory."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from bot.domain.matching import BATCH, Matcher
from bot.domain.query import UnreadableQueryError
from bot.domain.search.search_document import searchable, title_alone
from bot.domain.text.analysis import analyse
from bot.storage.archive import papers
from bot.storage.chats import subscriptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.papers.paper import Paper
    from bot.domain.subscriptions.subscription import Subscription
    from bot.services.subscriptions.queries import Queries
    from bot.storage.engine.database import Database

_PAGE = 5_000
_LATE = 120
"""Seconds: a change is read again for so long, since a transaction may be committed after a later one."""


class Match(NamedTuple):
    """A paper that a subscription matches; a tuple, for a batch makes a million of them.

    Attributes:
        chat_id: the chat.
        paper_id: the paper's row.
        number: what the chat calls the subscription.
        in_title: whether it matches the title alone.
    """

    chat_id: int
    paper_id: int
    number: int
    in_title: bool = False


class MatchPapers:
    """The stored queries in memory; matching runs outside the event loop.

    Changes of any process on the same database are taken in before each match, so nobody tells it of them.

    Args:
        database: the archive and the subscriptions.
        queries: reads queries.
    """

    def __init__(self, database: Database, queries: Queries) -> None:
        self._database = database
        self._queries = queries
        self._matcher = Matcher()
        self._known: dict[int, Subscription] = {}
        self._changed_at = 0
        self._turn = asyncio.Lock()

    async def match(self, paper_ids: Sequence[int]) -> list[Match]:
        """Return which subscriptions match which of these papers, ordered by chat, paper and number."""
        found: list[Match] = []
        async with self._turn:
            await self._take_in_changes()
            for start in range(0, len(paper_ids), BATCH):
                async with self._database.read() as connection:
                    stored = await papers.by_ids(connection, paper_ids[start : start + BATCH])
                found += await asyncio.to_thread(self._match, list(stored.values()))
        if len(paper_ids) > BATCH:
            await asyncio.to_thread(found.sort)
        return found

    async def _take_in_changes(self) -> None:
        """Read the subscriptions that changed since the last match; at first, all of them."""
        since, row = self._changed_at - _LATE, 0
        while True:
            async with self._database.read() as connection:
                page = await subscriptions.changed(connection, since=since, after_id=row, limit=_PAGE)
            if not page:
                return
            await asyncio.to_thread(self._take_in, page)
            row = page[-1].id

    def _take_in(self, page: Sequence[Subscription]) -> None:
        for one in page:
            self._changed_at = max(self._changed_at, one.changed_at)
            before = self._known.get(one.id)
            if before == one:
                continue
            if one.state != "active":
                self._matcher.remove(one.id)
                self._known.pop(one.id, None)
                continue
            self._known[one.id] = one
            if before is None or before.canonical != one.canonical:
                self._add(one)

    def _add(self, one: Subscription) -> None:
        try:
            self._matcher.add(one.id, self._queries.parse(one.canonical))
        except UnreadableQueryError:
            # Stored under a grammar that read it; the chat sees it in /subscriptions and can /edit it.
            self._matcher.remove(one.id)

    def _match(self, batch: Sequence[Paper]) -> list[Match]:
        texts = [searchable(paper) for paper in batch]
        in_title = set(self._matcher.match([analyse(title_alone(text)) for text in texts]))
        found = []
        for index, key in self._matcher.match([analyse(text) for text in texts]):
            one = self._known[key]  # type: ignore[index] # keys are rows
            found.append(Match(one.chat_id, batch[index].id, one.number, (index, key) in in_title))
        found.sort()
        return found
