"""Parses the stored subscriptions again after the query language changed.

A subscription keeps what somebody typed. A new version of the grammar reads that, and the chat sees the query
as the new version echoes it. Where the typed text can't be read any more, the stored canonical form is read
instead. A subscription that would become equal to another one of its chat keeps its text; both continue
working.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.query import GRAMMAR_VERSION, UnreadableQueryError
from bot.storage.chats import subscriptions
from bot.storage.operations import meta

if TYPE_CHECKING:
    from bot.domain.query import Query
    from bot.domain.subscriptions.subscription import Subscription
    from bot.ports import Clock
    from bot.services.subscriptions.queries import Queries
    from bot.storage.engine.database import Database

_BATCH = 500
_NAME = "grammar"


async def reread_subscriptions(database: Database, queries: Queries, clock: Clock) -> int:
    """Bring the canonical forms of all subscriptions to this version of the grammar; return how many changed.

    One transaction for each batch, so a process that is killed continues where it was. The version is
    remembered at the end, so later starts ask for that only. What an older process stores beside this one
    stays as it is.

    Raises:
        StorageError: the rest keeps its old canonical form, which this version reads too.
    """
    async with database.read() as connection:
        if await meta.get(connection, _NAME) == str(GRAMMAR_VERSION):
            return 0
    changed = last = 0
    while True:
        async with database.write() as connection:
            batch = await subscriptions.of_older_grammar(
                connection, GRAMMAR_VERSION, after_id=last, limit=_BATCH
            )
            for one in batch:
                query = _read(one, queries)
                canonical = one.canonical if query is None else query.canonical
                if await subscriptions.is_taken(connection, one, canonical):
                    canonical = one.canonical
                await subscriptions.set_canonical(
                    connection, one.id, canonical, grammar=GRAMMAR_VERSION, now=int(clock().timestamp())
                )
                changed += canonical != one.canonical
            if not batch:
                await meta.put(connection, _NAME, str(GRAMMAR_VERSION))
                return changed
        last = batch[-1].id


def _read(one: Subscription, queries: Queries) -> Query | None:
    for text in (one.source_text, one.canonical):
        try:
            return queries.parse(text)
        except UnreadableQueryError:
            continue
    return None
