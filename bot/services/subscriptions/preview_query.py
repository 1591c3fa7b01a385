"""Previews a query: what it would have brought, and what the user may have meant if it finds nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.query import And, Not, Or, Term, nearest_term
from bot.domain.search.search_document import searchable
from bot.domain.subscriptions.preview import DAYS, Preview, days_collecting
from bot.domain.text.analysis import analyse
from bot.domain.text.stop_words import STOP_WORDS
from bot.storage.archive import papers
from bot.storage.search import Window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.domain.papers.paper import Paper
    from bot.domain.query import Node, Query
    from bot.services.papers.search_papers import SearchPapers
    from bot.storage.engine.database import Database

_SAMPLES = 3
_VOCABULARY_PAPERS = 4_000
"""The newest papers whose words count as known; enough to correct a slip, read once an hour."""

_VOCABULARY_SECONDS = 3_600


class PreviewQuery:
    """Previews queries on the archive.

    Args:
        database: the archive.
        searching: finds papers.
    """

    def __init__(self, database: Database, searching: SearchPapers) -> None:
        self._database = database
        self._searching = searching
        self._vocabulary: Counter[str] = Counter()
        self._vocabulary_until = 0

    async def preview(self, query: Query, *, now: datetime) -> Preview:
        """Return what a query would have brought in the last 30 days."""
        seconds = int(now.timestamp())
        since = seconds - int(timedelta(days=DAYS).total_seconds())
        window = Window(first_seen_since=since, ranked=False)
        matches = await self._searching.count_hits(query, window)
        newest = await self._newest(query, window, matches)
        async with self._database.read() as connection:
            considered = await papers.count(connection, since=since)
            first = await papers.first_seen_at(connection)
            stored = await papers.by_ids(connection, newest)
        ever = 0 if matches else await self._searching.count_hits(query, Window(ranked=False))
        samples = tuple(stored[row] for row in newest)
        return Preview(matches, considered, days_collecting(first, seconds), samples, ever)

    async def _newest(self, query: Query, window: Window, matches: int) -> list[int]:
        """Return the rows of the newest matches, few as they are wanted, without listing them all."""
        hits = await self._searching.hits(query, replace(window, newest=_SAMPLES))
        if len(hits) < min(matches, _SAMPLES):
            # Some of the newest hits only looked like matches.
            hits = await self._searching.hits(query, window)
        return [hit.id for hit in hits[:_SAMPLES]]

    async def nearest(self, query: Query, *, now: datetime) -> tuple[str, str, int] | None:
        """Return a word of a query that no recent paper has, the known word nearest to it, and its papers."""
        vocabulary = await self._known_words(now)
        for word in _words(query.root):
            if word not in vocabulary:
                near = await asyncio.to_thread(nearest_term, word, vocabulary)
                if near:
                    return word, near, vocabulary[near]
        return None

    async def _known_words(self, now: datetime) -> Counter[str]:
        seconds = int(now.timestamp())
        if seconds >= self._vocabulary_until:
            async with self._database.read() as connection:
                newest = await papers.newest(connection, limit=_VOCABULARY_PAPERS)
            self._vocabulary = await asyncio.to_thread(_count_words, newest)
            self._vocabulary_until = seconds + _VOCABULARY_SECONDS
        return self._vocabulary


def _count_words(newest: list[Paper]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for paper in newest:
        streams = analyse(searchable(paper)).streams
        counted.update({*streams["title"], *streams["abstract"]} - STOP_WORDS)
    return counted


def _words(node: Node) -> Iterator[str]:
    match node:
        case And() | Or():
            for child in node.children:
                yield from _words(child)
        case Term(prefix=False):
            yield from node.tokens
        case Not() | _:
            return
