"""Adds, edits, pauses, removes and restores the subscriptions of a chat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from bot.domain.query import GRAMMAR_VERSION
from bot.domain.subscriptions.preview import is_one_letter
from bot.services.chats.manage_schedules import ensure_schedule
from bot.storage.chats import subscriptions
from bot.storage.delivery import waiting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.domain.query import Query
    from bot.domain.subscriptions.preview import Preview
    from bot.domain.subscriptions.subscription import State, Subscription
    from bot.services.subscriptions.preview_query import PreviewQuery
    from bot.services.subscriptions.queries import Queries
    from bot.storage.engine.database import Connection, Database

UNDO = timedelta(minutes=10)
"""How long what was removed can be brought back."""

_DIGITS = 9
"""No chat has a longer number, and Python refuses to read very long ones."""

Refusal = Literal["duplicate", "quota", "too_broad"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of adding or editing a subscription.

    Attributes:
        query: the reading.
        preview: what it would have brought.
        subscription: the subscription, as it stands now; of a duplicate the one that was there; else None.
        refusal: why nothing was stored, or None where it was.
    """

    query: Query
    preview: Preview
    subscription: Subscription | None = None
    refusal: Refusal | None = None


class ManageSubscriptions:
    """The subscriptions of chats.

    Args:
        database: where they are kept.
        queries: reads queries.
        previews: tells what a query would bring.
        quota: how many a chat may have.
    """

    def __init__(self, database: Database, queries: Queries, previews: PreviewQuery, *, quota: int) -> None:
        self._database = database
        self._queries = queries
        self._previews = previews
        self.quota = quota

    async def of_chat(self, chat_id: int) -> list[Subscription]:
        """Return a chat's subscriptions by number."""
        async with self._database.read() as connection:
            return await subscriptions.of_chat(connection, chat_id)

    async def subscribe(self, chat_id: int, text: str, *, now: datetime, confirmed: bool = False) -> Outcome:
        """Subscribe a chat to a query, unless it has it, has too many, or the query is too broad.

        Args:
            chat_id: the chat.
            text: the query as typed.
            now: the time of asking.
            confirmed: True where somebody was told that it is too broad and wants it all the same.

        Raises:
            UnreadableQueryError: the query can't be read.
        """
        query = self._queries.parse(text)
        preview = await self._previews.preview(query, now=now)
        async with self._database.write() as connection:
            await subscriptions.lock(connection, chat_id)
            mine = await subscriptions.of_chat(connection, chat_id)
            same = self._same(query, mine)
            if same:
                return Outcome(query, preview, same, "duplicate")
            if len(mine) >= self.quota:
                return Outcome(query, preview, refusal="quota")
            if not confirmed and _too_broad(query, preview):
                return Outcome(query, preview, refusal="too_broad")
            stored = await subscriptions.add(
                connection,
                chat_id,
                source_text=text,
                canonical=query.canonical,
                grammar=GRAMMAR_VERSION,
                per_day=preview.per_day,
                now=int(now.timestamp()),
            )
            await ensure_schedule(connection, chat_id, now=now)
        return Outcome(query, preview, stored)

    async def edit(
        self, chosen: Subscription, text: str, *, now: datetime, confirmed: bool = False
    ) -> Outcome:
        """Give a subscription another query, unless the chat has it or it is too broad; it keeps its number.

        Args:
            chosen: the subscription.
            text: the new query as typed.
            now: the time of asking.
            confirmed: as in `subscribe`.

        Raises:
            UnreadableQueryError: the query can't be read; nothing changed.
        """
        query = self._queries.parse(text)
        preview = await self._previews.preview(query, now=now)
        async with self._database.write() as connection:
            await subscriptions.lock(connection, chosen.chat_id)
            others = [
                other
                for other in await subscriptions.of_chat(connection, chosen.chat_id)
                if other.id != chosen.id
            ]
            same = self._same(query, others)
            if same:
                return Outcome(query, preview, same, "duplicate")
            if not confirmed and _too_broad(query, preview):
                return Outcome(query, preview, refusal="too_broad")
            await subscriptions.set_query(
                connection,
                chosen.id,
                source_text=text,
                canonical=query.canonical,
                grammar=GRAMMAR_VERSION,
                per_day=preview.per_day,
                now=int(now.timestamp()),
            )
            await waiting.forget(connection, chosen.chat_id, chosen.number)
            return Outcome(query, preview, await _again(connection, chosen))

    async def find(self, chat_id: int, text: str) -> list[Subscription]:
        """Return the subscriptions that a text names: a number, `#3`, `all`, or a query; empty where none."""
        mine = await self.of_chat(chat_id)
        text = text.strip()
        if text.casefold() in {"all", "全部"}:
            return mine
        number = text.removeprefix("#")
        if number.isdecimal() and len(number) <= _DIGITS:
            return [one for one in mine if one.number == int(number)]
        same = self._same(self._queries.parse(text), mine)
        return [same] if same else []

    async def set_state(self, chosen: Sequence[Subscription], state: State, *, now: datetime) -> None:
        """Pause, resume or remove subscriptions."""
        async with self._database.write() as connection:
            ids = [one.id for one in chosen]
            await subscriptions.set_state(connection, ids, state, now=int(now.timestamp()))

    async def undo(self, chat_id: int, *, now: datetime) -> tuple[list[Subscription], list[Subscription]]:
        """Bring back what a chat removed last as it was, if that was within 10 minutes.

        Returns:
            What came back, and what the quota has no room for.
        """
        seconds = int(now.timestamp())
        since = seconds - int(UNDO.total_seconds())
        async with self._database.write() as connection:
            await subscriptions.lock(connection, chat_id)
            removed = await subscriptions.removed_since(connection, chat_id, since=since)
            last = max((one.changed_at for one in removed), default=0)
            mine = await subscriptions.of_chat(connection, chat_id)
            wanted = [
                one
                for one in removed
                if one.changed_at == last and not self._same(self._queries.parse(one.canonical), mine)
            ]
            room = max(self.quota - len(mine), 0)
            back, left = wanted[:room], wanted[room:]
            if back:
                await subscriptions.restore(connection, [one.id for one in back], now=seconds)
        return back, left

    def _same(self, query: Query, others: Sequence[Subscription]) -> Subscription | None:
        """Return the subscription that means the same; the order of its terms doesn't count."""
        for other in others:
            if other.canonical == query.canonical or self._queries.parse(other.canonical).key == query.key:
                return other
        return None


def _too_broad(query: Query, preview: Preview) -> bool:
    return preview.too_broad or is_one_letter(query.root)


async def _again(connection: Connection, chosen: Subscription) -> Subscription:
    mine = await subscriptions.of_chat(connection, chosen.chat_id)
    return next(one for one in mine if one.id == chosen.id)
