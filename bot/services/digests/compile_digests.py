"""Compiles digests on request: what a chat's subscriptions match and the chat has not seen."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.cards.evidence import reason_of
from bot.domain.delivery.digest import CARDS, choose_asked, score
from bot.domain.query import evaluate, holds
from bot.domain.search.search_document import searchable, title_alone
from bot.domain.text.analysis import analyse
from bot.storage.archive import papers
from bot.storage.chats import schedules, subscriptions
from bot.storage.delivery import digests, waiting
from bot.storage.search import Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from bot.domain.cards.card import Reason
    from bot.domain.delivery.digest import Choice, Match
    from bot.domain.papers.paper import Paper
    from bot.domain.query import Query
    from bot.services.papers.search_papers import SearchPapers
    from bot.services.subscriptions.queries import Queries
    from bot.storage.engine.database import Database

REACH = timedelta(days=30)
"""Papers first seen longer ago are history: `/search` finds them, a digest does not bring them."""


@dataclass(frozen=True, slots=True)
class Digest:
    """The ordered matches of one chat.

    Attributes:
        items: papers with why they are in it.
        waiting: how many more wait for the next digest.
        matched: how many papers match in all, shown before or not.
        considered: how many papers were first seen within the reach.
        subscriptions: how many active subscriptions the chat has.
        last_at: when the chat's last digest was compiled (UTC epoch seconds), or None.
    """

    items: tuple[tuple[Paper, tuple[Reason, ...]], ...]
    waiting: int
    matched: int
    considered: int
    subscriptions: int
    last_at: int | None


class CompileDigests:
    """Compiles digests on request.

    Args:
        database: the archive and what each chat was shown.
        queries: reads queries.
        searching: finds papers.
    """

    def __init__(self, database: Database, queries: Queries, searching: SearchPapers) -> None:
        self._database = database
        self._queries = queries
        self._searching = searching

    async def compile_now(self, chat_id: int, *, now: datetime) -> Digest:
        """Compile a chat's digest of what it has not been shown, and store that it was shown."""
        since = int((now - REACH).timestamp())
        async with self._database.read() as connection:
            mine = [one for one in await subscriptions.of_chat(connection, chat_id) if one.state == "active"]
            considered = await papers.count(connection, since=since)
            last_at = await digests.last_compiled_at(connection, chat_id)
        wanted = {one.number: self._queries.parse(one.canonical) for one in mine}
        window = Window(first_seen_since=since, ranked=False)
        matches = {
            number: [hit.id for hit in await self._searching.hits(query, window)]
            for number, query in wanted.items()
        }
        async with self._database.read() as connection:
            rows = {row for found in matches.values() for row in found}
            fresh = rows - await digests.seen_among(connection, chat_id, rows)
            waits = {one.paper_id for one in await waiting.of_chats(connection, [chat_id])}
            schedule = await schedules.of_chat(connection, chat_id)
            stored = await papers.by_ids(connection, fresh)
        most = schedule.most if schedule else CARDS
        chosen = await asyncio.to_thread(_choose, matches, stored, wanted, waits, most)
        items = await asyncio.to_thread(_with_reasons, chosen, stored, wanted)
        async with self._database.write() as connection:
            brought = [(paper.id, reasons) for paper, reasons in items]
            taken = (
                await digests.record(connection, chat_id, brought, now=int(now.timestamp())) if items else []
            )
            await waiting.remove(connection, [(chat_id, row) for row in taken])
        return Digest(
            tuple(item for item in items if item[0].id in set(taken)),
            chosen.left,
            len(rows),
            considered,
            len(mine),
            last_at,
        )


def _choose(
    matches: Mapping[int, Iterable[int]],
    stored: Mapping[int, Paper],
    wanted: Mapping[int, Query],
    waits: AbstractSet[int],
    most: int,
) -> Choice:
    numbers: dict[int, list[int]] = {}
    for number in sorted(matches):
        for row in matches[number]:
            if row in stored:
                numbers.setdefault(row, []).append(number)
    found: list[Match] = []
    for row, mine in numbers.items():
        title = analyse(title_alone(searchable(stored[row])))
        in_title = sum(holds(wanted[number].root, title) for number in mine)
        found.append((score(len(mine), in_title), row, tuple(mine)))
    seen_at = {row: paper.first_seen_at for row, paper in stored.items()}
    return choose_asked(found, waiting=waits, seen_at=seen_at, most=most)


def _with_reasons(
    chosen: Choice, stored: dict[int, Paper], wanted: dict[int, Query]
) -> list[tuple[Paper, tuple[Reason, ...]]]:
    items = []
    for row, numbers in chosen.papers:
        analysed = analyse(searchable(stored[row]))
        reasons = []
        for number in numbers:
            evidence = evaluate(wanted[number], analysed)
            if evidence:
                reasons.append(reason_of(wanted[number], evidence, subscription=number))
        items.append((stored[row], tuple(reasons)))
    return items
