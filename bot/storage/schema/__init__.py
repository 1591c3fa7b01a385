"""The tables of both databases. Times are UTC epoch seconds; ids are integers unless said.

The search index is not here: it is FTS5 on SQLite and a tsvector column on PostgreSQL (`bot.storage.search`).
A change here needs a migration; a test compares the migrated schema with this one.
"""

from __future__ import annotations

from bot.storage.schema.archive import (
    backfills,
    incomplete,
    paper_events,
    paper_ids,
    paper_sources,
    papers,
    source_files,
    sources,
    unannounced,
)
from bot.storage.schema.base import metadata
from bot.storage.schema.chats import (
    buttons,
    card_messages,
    chats,
    deliveries,
    digests,
    inbox,
    installations,
    oauth_states,
    owed_threads,
    saved,
    schedules,
    seen,
    subscriptions,
    unmatched,
    updates,
    waiting,
)
from bot.storage.schema.processes import leases, meta

__all__ = [
    "backfills",
    "buttons",
    "card_messages",
    "chats",
    "deliveries",
    "digests",
    "inbox",
    "incomplete",
    "installations",
    "leases",
    "meta",
    "metadata",
    "oauth_states",
    "owed_threads",
    "paper_events",
    "paper_ids",
    "paper_sources",
    "papers",
    "saved",
    "schedules",
    "seen",
    "source_files",
    "sources",
    "subscriptions",
    "unannounced",
    "unmatched",
    "updates",
    "waiting",
]
