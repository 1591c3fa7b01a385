"""Finds papers: by query, by id, the newest, the similar ones."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Literal

from bot.domain.query import Evidence, evaluate, holds
from bot.domain.search.ranking import kept_share
from bot.domain.search.search_document import searchable
from bot.domain.search.similar_terms import alike
from bot.domain.text.analysis import analyse
from bot.services.papers.nearest_papers import find_near
from bot.storage import search
from bot.storage.archive import papers
from bot.storage.search import Window

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from bot.domain.papers.paper import Paper
    from bot.domain.query import Query
    from bot.services.papers.nearest_papers import NearPaper
    from bot.storage.engine.database import Connection, Database
    from bot.storage.search import SearchHit

Order = Literal["fit", "new", "best"]
"""`fit` ranks the newest 2,000 matches, `best` ranks them all, `new` takes the newest."""

NEWEST = 2_000
"""Matches that `fit` ranks: among a million papers that takes some 10 ms, all of them 300."""

_FOR_TOPICS = 100
_IN_PARENTHESES = re.compile(r"[(（][^()（）]*[)）]")


@dataclass(frozen=True, slots=True)
class FoundPaper:
    """A paper that a query found.

    Attributes:
        paper: the paper.
        score: how well it fits, more is better.
        evidence: what of the query it has, and where.
    """

    paper: Paper
    score: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Page:
    """A page of results.

    Attributes:
        found: the papers, best first.
        total: how many there are in all, as far as they were counted.
        counted: whether `total` is all of them.
        start: how many are before this piece.
        near: papers that only come near, which follow the last of those that were found.
        total_near: how many of these there are in all.
    """

    found: tuple[FoundPaper, ...]
    total: int
    counted: bool
    start: int = 0
    near: tuple[NearPaper, ...] = ()
    total_near: int = 0

    @property
    def more(self) -> bool:
        """Whether something comes after this piece."""
        return self.start + len(self.found) + len(self.near) < self.total + self.total_near


class SearchPapers:
    """Searches the archive.

    Args:
        database: the archive.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def search(
        self,
        query: Query,
        *,
        today: date,
        order: Order = "fit",
        since: date | None = None,
        start: int = 0,
        size: int = 5,
        near: Query | None = None,
    ) -> Page:
        """Return a piece of what a query finds.

        Args:
            query: what is looked for.
            today: the day of asking.
            order: how results are ordered.
            since: only papers of this day or later.
            start: how many results to pass over.
            size: how many results to return.
            near: what papers may come near to, where a piece has room; None for no such papers.
        """
        window = Window(newest=None if order == "best" else NEWEST, since=since, ranked=order != "new")
        hits = await self.hits(query, window)
        async with self._database.read() as connection:
            ordered = await asyncio.to_thread(_ordered, hits, order, today)
            page = ordered[start : start + size]
            stored = await papers.by_ids(connection, [hit.id for _, hit in page])
            nearest = []
            if near and start + size >= len(hits):
                known = frozenset(hit.id for hit in hits)
                nearest = await find_near(connection, near, since=since, except_for=known)
        found = await asyncio.to_thread(_evidence, query, [(stored[hit.id], score) for score, hit in page])
        counted = order == "best" or len(hits) < NEWEST
        shown = nearest[max(0, start - len(hits)) : max(0, start + size - len(hits))]
        return Page(tuple(found), len(hits), counted, start, tuple(shown), len(nearest))

    async def hits(self, query: Query, window: Window) -> list[SearchHit]:
        """Return the matches of a query within a window, newest first."""
        async with self._database.read() as connection:
            hits = await search.find(connection, query.root, window)
            matched = await self._matching(connection, query, [hit.id for hit in hits if not hit.sure])
        return [hit for hit in hits if hit.sure or hit.id in matched]

    async def count_hits(self, query: Query, window: Window) -> int:
        """Return how many matches a query has within a window, without making a list of them."""
        async with self._database.read() as connection:
            matches, doubtful = await search.count(connection, query.root, window)
            return matches + len(await self._matching(connection, query, doubtful))

    async def by_id(self, canonical_id: str) -> Paper | None:
        """Return the paper with this canonical id or DOI."""
        return (await self.by_ids([canonical_id])).get(canonical_id)

    async def by_ids(self, canonical_ids: Collection[str]) -> dict[str, Paper]:
        """Return the papers with these canonical ids or DOIs, by what was asked for."""
        async with self._database.read() as connection:
            found = await papers.by_canonical_ids(connection, canonical_ids)
            dois = [one.removeprefix("doi:") for one in canonical_ids if one.startswith("doi:")]
            by_doi = await papers.by_dois(connection, dois) if dois else {}
        return {f"doi:{doi}": paper for doi, paper in by_doi.items()} | found

    async def newest(self, *, limit: int, topic: str | None = None) -> list[Paper]:
        """Return the papers seen last, newest first; of one topic where one is given."""
        async with self._database.read() as connection:
            return await papers.newest(connection, limit=limit, topic=topic)

    async def common_topics(self, *, limit: int) -> list[str]:
        """Return the topics of most of the papers seen last, as one would look for them."""
        found = Counter(
            _IN_PARENTHESES.sub("", topic).strip()
            for paper in await self.newest(limit=_FOR_TOPICS)
            for topic in paper.topics
        )
        return [topic for topic, _ in found.most_common(limit) if topic]

    async def count(self) -> int:
        """Return how many papers the archive has."""
        async with self._database.read() as connection:
            return await papers.count(connection)

    async def similar(self, paper: Paper, *, today: date, size: int = 5) -> list[FoundPaper]:
        """Return papers that share the most telling words with one, best first."""
        query = alike(paper)
        if query is None:
            return []
        page = await self.search(query, today=today, size=size + 1)
        return [found for found in page.found if found.paper.id != paper.id][:size]

    async def _matching(self, connection: Connection, query: Query, rows: Sequence[int]) -> set[int]:
        """Return the rows among these that a query matches; for hits of which the index is not sure."""
        if not rows:
            return set()
        stored = await papers.by_ids(connection, rows)
        return await asyncio.to_thread(
            lambda: {row for row, paper in stored.items() if holds(query.root, analyse(searchable(paper)))}
        )


def _ordered(hits: Sequence[SearchHit], order: Order, today: date) -> list[tuple[float, SearchHit]]:
    if order == "new":
        return [(hit.score, hit) for hit in hits]
    share = {day: kept_share(day, today) for day in {hit.day for hit in hits}}
    # By score, and of equal ones the newest first, as hits come; sorting keeps their order.
    return sorted([(hit.score * share[hit.day], hit) for hit in hits], key=itemgetter(0), reverse=True)


def _evidence(query: Query, page: Sequence[tuple[Paper, float]]) -> list[FoundPaper]:
    found = []
    for paper, score in page:
        evidence = evaluate(query, analyse(searchable(paper)))
        # A paper may have changed since the index was asked; then nothing is marked.
        found.append(FoundPaper(paper, score, evidence or Evidence(())))
    return found
