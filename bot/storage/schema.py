"""The tables of both databases. Times are UTC epoch seconds; ids are integers unless said.

The search index is not here: it is FTS5 on SQLite and a tsvector column on PostgreSQL (`search.py`).
A change here needs a migration; a test compares the migrated schema with this one.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from bot.storage.clean_text import CleanText

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite makes only INTEGER PRIMARY KEY an alias of the row id, and PostgreSQL's INTEGER ends at 2^31.
_Id = BigInteger().with_variant(Integer, "sqlite")
# Sorted and compared by prefix, so by code point on both databases.
_Key = CleanText().with_variant(CleanText(collation="C"), "postgresql")

papers = Table(
    "papers",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("canonical_id", _Key, nullable=False, unique=True),
    Column("doi", _Key),
    Column("title", CleanText, nullable=False),
    Column("title_key", _Key, nullable=False),
    Column("authors", CleanText, nullable=False),  # a JSON list; so are the other lists
    Column("abstract", CleanText, nullable=False),
    Column("published", String(10)),  # an ISO day
    Column("sort_day", String(10), nullable=False),  # likewise: about how old it is
    Column("version", Integer),
    Column("comment", CleanText),
    Column("categories", CleanText, nullable=False),
    Column("license_url", CleanText),
    Column("url", CleanText),
    Column("code_urls", CleanText, nullable=False),
    Column("project_urls", CleanText, nullable=False),
    Column("topics", CleanText, nullable=False),
    Column("sources", CleanText, nullable=False),
    Column("summary", CleanText),
    Column("takeaways", CleanText, nullable=False),
    Column("votes", Integer),
    Column("first_seen_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index(None, "doi"),
    Index(None, "title_key"),
    Index(None, "first_seen_at"),
    Index("ix_papers_id_sort_day", "id", "sort_day"),  # so that a search reads no paper only for its day
)

# The ids of papers beside the canonical one: those that it had before, and those of other sites.
paper_ids = Table(
    "paper_ids",
    metadata,
    Column("other_id", _Key, primary_key=True),
    Column("paper_id", _Id, ForeignKey("papers.id", ondelete="CASCADE"), nullable=False),
    Index(None, "paper_id"),
)

sources = Table(
    "sources",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("uri", CleanText, nullable=False, unique=True),
    Column("label", CleanText, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("origin", String(8), nullable=False),  # command | settings | default
    Column("etag", CleanText),
    Column("last_modified", CleanText),
    Column("commit_id", String(64)),
    Column("next_poll_at", BigInteger, nullable=False, server_default=text("0")),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("last_polled_at", BigInteger),
    Column("last_success_at", BigInteger),
    Column("last_new_at", BigInteger),
    Column("last_error", CleanText),
    Column("failing_since", BigInteger),  # NULL while it can be read
    Column("created_at", BigInteger, nullable=False),
    Index(None, "next_poll_at"),
)

source_files = Table(
    "source_files",
    metadata,
    Column("source_id", _Id, ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    Column("path", _Key, primary_key=True),
    Column("fingerprint", CleanText, nullable=False),
)

paper_sources = Table(
    "paper_sources",
    metadata,
    Column("paper_id", _Id, ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True),
    Column("source_id", _Id, ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    Column("document", _Key, primary_key=True),
    Column("external_id", _Key, primary_key=True),
    Column("topic", CleanText),
    Column("text", CleanText, nullable=False),  # JSON: what the source itself wrote (see `entry_text`)
    Column("seen_at", BigInteger, nullable=False),
    Index(None, "source_id", "external_id"),
)

paper_events = Table(
    "paper_events",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("paper_id", _Id, ForeignKey("papers.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("version", Integer),
    Column("source_id", _Id, ForeignKey("sources.id", ondelete="SET NULL")),
    Column("at", BigInteger, nullable=False),
    Index(None, "paper_id"),
    Index(None, "at"),
)

chats = Table(
    "chats",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("platform", String(16), nullable=False),
    Column("tenant", String(64), nullable=False),
    Column("external_id", String(128), nullable=False),
    Column("thread", String(64), nullable=False),
    Column("language", String(16), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("gone_at", BigInteger),  # since when it blocked us or was deleted
    UniqueConstraint("platform", "tenant", "external_id", "thread"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("chat_id", _Id, ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),  # what the chat calls it; never used again in that chat
    Column("source_text", CleanText, nullable=False),
    Column("canonical", CleanText, nullable=False),
    Column("grammar", Integer, nullable=False),
    Column("state", String(8), nullable=False),  # active | paused | removed (for undo)
    Column("state_before", String(8)),  # of a removed one, what it was
    Column("per_day", Float),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    UniqueConstraint("chat_id", "number"),
    Index(None, "changed_at"),
    Index(
        "uq_subscriptions_chat_id_canonical",
        "chat_id",
        "canonical",
        unique=True,
        sqlite_where=text("state <> 'removed'"),
        postgresql_where=text("state <> 'removed'"),
    ),
)

schedules = Table(
    "schedules",
    metadata,
    Column("chat_id", _Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("rule", String(40), nullable=False),  # as `bot.domain.schedule` shows it
    Column("next_due_at", BigInteger),  # NULL where something else than the clock decides
    Column("slot", String(32)),  # what it is due for
    Column("quiet", String(16)),  # as `bot.domain.quiet_hours` shows it
    Column("most", Integer, nullable=False),  # papers in a digest
    Column("versions", String(4), nullable=False),  # off | line | card
    Index(
        "ix_schedules_next_due_at",
        "next_due_at",
        sqlite_where=text("next_due_at IS NOT NULL"),
        postgresql_where=text("next_due_at IS NOT NULL"),
    ),
)

# What came in and was not yet held against the subscriptions: papers, and events of papers.
unmatched = Table(
    "unmatched",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("paper_id", _Id, ForeignKey("papers.id", ondelete="CASCADE"), nullable=False),
    Column("event_id", _Id, ForeignKey("paper_events.id", ondelete="CASCADE")),
)

# What a chat's subscriptions matched and no digest brought yet; then the row moves to `seen`.
waiting = Table(
    "waiting",
    metadata,
    Column("chat_id", _Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("paper_id", _Id, ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True),
    Column("score", Integer, nullable=False),  # see `bot.domain.digest`
    Column("numbers", CleanText, nullable=False),  # JSON: the subscriptions by number
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

digests = Table(
    "digests",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("chat_id", _Id, ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("compiled_at", BigInteger, nullable=False),
    Column("slot", String(32)),  # of its schedule; NULL where somebody asked for it
    Column("skipped", Boolean, nullable=False, server_default=text("false")),  # too late to be served
    Column("held_back", Integer, nullable=False, server_default=text("0")),  # papers over the limit
    Index("uq_digests_chat_id_slot", "chat_id", "slot", unique=True),
)

seen = Table(
    "seen",
    metadata,
    Column("chat_id", _Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("paper_id", _Id, ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True),
    Column("digest_id", _Id, ForeignKey("digests.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),  # the digest's order, from 1
    Column("reasons", CleanText, nullable=False),  # JSON: subscription number, query, words
    Column("at", BigInteger, nullable=False),
    Index(None, "paper_id"),
    Index(None, "digest_id"),
)

# New versions of papers that a chat was shown, for its next digest.
updates = Table(
    "updates",
    metadata,
    Column("chat_id", _Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("event_id", _Id, ForeignKey("paper_events.id", ondelete="CASCADE"), primary_key=True),
    Column("digest_id", _Id, ForeignKey("digests.id", ondelete="CASCADE")),  # NULL while it waits
    Index(None, "digest_id"),
)

# What a chat keeps for itself; never pruned.
saved = Table(
    "saved",
    metadata,
    Column("chat_id", _Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("paper_id", _Id, ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Index(None, "paper_id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("key", String(64), nullable=False, unique=True),  # what must not be sent twice
    Column("chat_id", _Id, ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("digest_id", _Id, ForeignKey("digests.id", ondelete="CASCADE"), nullable=False),
    Column("state", String(10), nullable=False),  # see `bot.domain.delivery`
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("plain", Boolean, nullable=False, server_default=text("false")),  # to be sent without markup
    Column("due_at", BigInteger, nullable=False),
    Column("owner", String(64)),  # the process that claimed it last
    Column("epoch", BigInteger, nullable=False, server_default=text("0")),  # rises with each claim
    Column("lease_until", BigInteger),
    Column("reference", String(128)),  # what its platform calls the message
    Column("error", CleanText),
    Column("offered_in", _Id),  # the digest that offered an uncertain one; it may be gone
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Index(None, "chat_id"),
    Index(None, "digest_id"),
    Index(
        "ix_deliveries_offered_in",
        "offered_in",
        sqlite_where=text("offered_in IS NOT NULL"),
        postgresql_where=text("offered_in IS NOT NULL"),
    ),
    # What is still to be done; sent ones, the most by far, are not in these.
    Index(
        "ix_deliveries_due",
        "due_at",
        sqlite_where=text("state IN ('pending', 'retry')"),
        postgresql_where=text("state IN ('pending', 'retry')"),
    ),
    Index(
        "ix_deliveries_claimed",
        "lease_until",
        sqlite_where=text("state IN ('leased', 'sending')"),
        postgresql_where=text("state IN ('leased', 'sending')"),
    ),
)

# Threads that digests which arrived are still to get below them; a row goes when its thread is whole.
owed_threads = Table(
    "owed_threads",
    metadata,
    Column(
        "delivery_id",
        _Id,
        ForeignKey("deliveries.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("reference", String(128), nullable=False),  # what the platform calls the digest's message
    Column("begun", Integer, nullable=False, server_default=text("0")),  # messages that were begun to be sent
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("due_at", BigInteger, nullable=False),  # while it is held: the end of the lease
    Column("owner", String(64)),  # the process that holds it
    Column("created_at", BigInteger, nullable=False),
    Index(None, "due_at"),
)

# Commands of buttons that are too long for their platform.
buttons = Table(
    "buttons",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("chat_id", _Id, ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("command", CleanText, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("chat_id", "command"),
)

# What a platform told us already: it repeats what it is not sure we heard. Kept for 48 hours.
inbox = Table(
    "inbox",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("event_id", String(128), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Index(None, "at"),
)

# Which message of a chat shows which paper alone, for what readers do to the message.
card_messages = Table(
    "card_messages",
    metadata,
    Column("chat_id", _Id, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("reference", String(128), primary_key=True),  # what its platform calls the message
    Column("paper_id", _Id, ForeignKey("papers.id", ondelete="CASCADE"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index(None, "paper_id"),
    Index(None, "at"),
)

# Workspaces that installed the app, with what they gave us sealed.
installations = Table(
    "installations",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("enterprise_id", String(64), primary_key=True),
    Column("team_id", String(64), primary_key=True),
    Column("user_id", String(64), primary_key=True),  # who installed it; empty for what is the bot's own
    Column("sealed", CleanText, nullable=False),  # JSON, encrypted by the operator's key
    Column("installed_at", BigInteger, nullable=False),
)

# Installations that somebody began; each state is used once.
oauth_states = Table(
    "oauth_states",
    metadata,
    Column("state", String(64), primary_key=True),
    Column("expires_at", BigInteger, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

meta = Table(
    "meta",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", CleanText, nullable=False),
)
