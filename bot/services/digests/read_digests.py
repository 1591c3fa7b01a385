"""Loads stored digests with everything that their messages show, at the time of sending."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.storage.archive import papers
from bot.storage.chats import chats, schedules
from bot.storage.delivery import digests, missed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.cards.card import Reason
    from bot.domain.chat.command import Chat
    from bot.domain.papers.paper import Paper, PaperEvent
    from bot.services.subscriptions.queries import Queries
    from bot.storage.delivery.digests import StoredDigest
    from bot.storage.delivery.missed import MissedDelivery
    from bot.storage.engine.database import Database


@dataclass(frozen=True, slots=True)
class DigestContent:
    """What the message of a digest shows.

    Attributes:
        digest: the digest.
        items: its papers in order, with why they are in it.
        events: what happened to papers that the chat was shown before.
        events_as_cards: whether each of these is a card, not a line.
        offered: deliveries that may not have arrived, by number.
    """

    digest: StoredDigest
    items: tuple[tuple[Paper, tuple[Reason, ...]], ...]
    events: tuple[tuple[Paper, PaperEvent], ...]
    events_as_cards: bool
    offered: tuple[int, ...]


class ReadDigests:
    """Reads digests and deliveries.

    Args:
        database: where they are.
        queries: reads queries.
    """

    def __init__(self, database: Database, queries: Queries) -> None:
        self._database = database
        self._queries = queries

    async def of_delivery(self, chat_id: int, digest_id: int) -> tuple[Chat, DigestContent]:
        """Return where a digest goes and what it shows; both are there as long as the delivery is."""
        async with self._database.read() as connection:
            chat = await chats.by_id(connection, chat_id)
        content = await self.content(digest_id)
        assert chat, "a chat that a delivery names is stored"  # noqa: S101 (invariant)
        assert content, "a digest that a delivery names is stored"  # noqa: S101 (invariant)
        return chat, content

    async def content(self, digest_id: int) -> DigestContent | None:
        """Return what a digest shows, or None where it is not stored any more."""
        async with self._database.read() as connection:
            digest = await digests.by_id(connection, digest_id)
            if digest is None:
                return None
            listed = await digests.papers_of(connection, digest_id)
            events = await digests.events_of(connection, digest_id)
            schedule = await schedules.of_chat(connection, digest.chat_id)
            offered = await missed.offered_in(connection, digest_id)
            rows = {row for row, _ in listed} | {row for row, _ in events}
            stored = await papers.by_ids(connection, sorted(rows))
        items = await asyncio.to_thread(self._with_words, [(stored[row], reasons) for row, reasons in listed])
        return DigestContent(
            digest,
            tuple(items),
            tuple((stored[row], event) for row, event in events),
            schedule is not None and schedule.versions == "card",
            tuple(offered),
        )

    async def missed(self, chat_id: int, *, limit: int) -> list[tuple[MissedDelivery, StoredDigest]]:
        """Return a chat's deliveries that did not arrive, or perhaps not, with their digests."""
        async with self._database.read() as connection:
            found = await missed.of_chat(connection, chat_id, limit=limit)
            stored = [(one, await digests.by_id(connection, one.digest_id)) for one in found]
        return [(one, digest) for one, digest in stored if digest]

    async def show_missed(self, chat_id: int, delivery_id: int, *, now: int) -> DigestContent | None:
        """Return what a missed delivery would have shown; from now on it counts as shown.

        None where the chat misses no delivery of this number.
        """
        async with self._database.write() as connection:
            found = await missed.by_id(connection, chat_id, delivery_id)
            if found is None:
                return None
            await missed.set_shown(connection, delivery_id, now=now)
        return await self.content(found.digest_id)

    def _with_words(
        self, listed: Sequence[tuple[Paper, tuple[Reason, ...]]]
    ) -> list[tuple[Paper, tuple[Reason, ...]]]:
        """Return papers with the words that each of their reasons found."""
        return [(paper, self._queries.with_words(reasons, paper)) for paper, reasons in listed]
