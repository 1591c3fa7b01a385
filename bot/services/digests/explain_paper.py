"""Explains why a chat was or was not shown a paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.domain.cards.evidence import reason_of
from bot.domain.query import evaluate
from bot.domain.search.search_document import searchable
from bot.domain.text.analysis import analyse
from bot.services.digests.compile_digests import REACH
from bot.storage.archive import sightings
from bot.storage.chats import subscriptions
from bot.storage.delivery import digests, waiting

if TYPE_CHECKING:
    from datetime import datetime

    from bot.domain.cards.card import Reason
    from bot.domain.papers.paper import Paper, PaperEvent
    from bot.domain.subscriptions.subscription import Subscription
    from bot.services.subscriptions.queries import Queries
    from bot.storage.engine.database import Database


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a chat was or was not shown a paper.

    Attributes:
        shown_at: when it was shown in a digest (UTC epoch seconds), or None.
        shown_for: why it was shown then.
        waiting: whether it waits for the chat's next digest.
        matching: the chat's subscriptions that match it, each with its words.
        paused: those of them that are paused, by number.
        missing: the other subscriptions.
        too_old: whether it was first seen too long ago for a digest.
        events: what happened to the paper, with the time (UTC epoch seconds).
    """

    shown_at: int | None
    shown_for: tuple[Reason, ...]
    waiting: bool
    matching: tuple[Reason, ...]
    paused: frozenset[int]
    missing: tuple[Subscription, ...]
    too_old: bool
    events: tuple[tuple[PaperEvent, int], ...]


class ExplainPaper:
    """Explains on the archive.

    Args:
        database: the archive and what each chat was shown.
        queries: reads queries.
    """

    def __init__(self, database: Database, queries: Queries) -> None:
        self._database = database
        self._queries = queries

    async def explain(self, chat_id: int, paper: Paper, *, now: datetime) -> Explanation:
        """Return why a chat was or was not shown a paper."""
        async with self._database.read() as connection:
            mine = await subscriptions.of_chat(connection, chat_id)
            shown = await digests.shown(connection, chat_id, paper.id)
            events = await sightings.events_of(connection, paper.id)
            waits = any(one.paper_id == paper.id for one in await waiting.of_chats(connection, [chat_id]))
        analysed = analyse(searchable(paper))
        matching: list[Reason] = []
        missing: list[Subscription] = []
        for one in mine:
            query = self._queries.parse(one.canonical)
            evidence = evaluate(query, analysed)
            if evidence:
                matching.append(reason_of(query, evidence, subscription=one.number))
            else:
                missing.append(one)
        return Explanation(
            shown_at=shown[0] if shown else None,
            shown_for=self._queries.with_words(shown[1], paper) if shown else (),
            waiting=waits,
            matching=tuple(matching),
            paused=frozenset(one.number for one in mine if one.state == "paused"),
            missing=tuple(missing),
            too_old=paper.first_seen_at < (now - REACH).timestamp(),
            events=tuple(events),
        )
