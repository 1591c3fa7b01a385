"""Tables of chats: subscriptions, waiting matches, digests and deliveries."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from bot.storage.engine.clean_text import CleanText
from bot.storage.schema.base import ID, metadata

chats = Table(
    "chats",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
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
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("chat_id", ID, ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
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
    Column("chat_id", ID, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("rule", String(40), nullable=False),  # as `bot.domain.schedules.schedule` shows it
    Column("next_due_at", BigInteger),  # NULL where something else than the clock decides
    Column("slot", String(32)),  # what it is due for
    Column("quiet", String(16)),  # as `bot.domain.schedules.quiet_hours` shows it
    Column("most", Integer, nullable=False),  # papers in a digest
    Column("versions", String(4), nullable=False),  # off | line | card
    Index(
        "ix_schedules_next_due_at",
        "next_due_at",
        sqlite_where=text("next_due_at IS NOT NULL"),
        postgresql_where=text("next_due_at IS NOT NULL"),
    ),
)

# What came in and was not yet matched against the subscriptions: papers, and events of papers.
unmatched = Table(
    "unmatched",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("paper_id", ID, ForeignKey("papers.id", ondelete="CASCADE"), nullable=False),
    Column("event_id", ID, ForeignKey("paper_events.id", ondelete="CASCADE")),
)

# What a chat's subscriptions matched and no digest brought yet; then the row moves to `seen`.
waiting = Table(
    "waiting",
    metadata,
    Column("chat_id", ID, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("paper_id", ID, ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True),
    Column("score", Integer, nullable=False),  # see `bot.domain.delivery.digest`
    Column("numbers", CleanText, nullable=False),  # JSON: the subscriptions by number
    Column("at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

digests = Table(
    "digests",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("chat_id", ID, ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("compiled_at", BigInteger, nullable=False),
    Column("slot", String(32)),  # of its schedule; NULL where somebody asked for it
    Column("skipped", Boolean, nullable=False, server_default=text("false")),  # too late to be served
    Column("held_back", Integer, nullable=False, server_default=text("0")),  # papers over the limit
    Index("uq_digests_chat_id_slot", "chat_id", "slot", unique=True),
)

seen = Table(
    "seen",
    metadata,
    Column("chat_id", ID, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("paper_id", ID, ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True),
    Column("digest_id", ID, ForeignKey("digests.id", ondelete="CASCADE"), nullable=False),
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
    Column("chat_id", ID, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("event_id", ID, ForeignKey("paper_events.id", ondelete="CASCADE"), primary_key=True),
    Column("digest_id", ID, ForeignKey("digests.id", ondelete="CASCADE")),  # NULL while it waits
    Index(None, "digest_id"),
)

# What a chat keeps for itself; never pruned.
saved = Table(
    "saved",
    metadata,
    Column("chat_id", ID, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("paper_id", ID, ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Index(None, "paper_id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("key", String(64), nullable=False, unique=True),  # what must not be sent twice
    Column("chat_id", ID, ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
    Column("digest_id", ID, ForeignKey("digests.id", ondelete="CASCADE"), nullable=False),
    Column("state", String(10), nullable=False),  # see `bot.domain.delivery.delivery`
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("plain", Boolean, nullable=False, server_default=text("false")),  # to be sent without markup
    Column("due_at", BigInteger, nullable=False),
    Column("owner", String(64)),  # the process that claimed it last
    Column("epoch", BigInteger, nullable=False, server_default=text("0")),  # rises with each claim
    Column("lease_until", BigInteger),
    Column("reference", String(128)),  # what its platform calls the message
    Column("error", CleanText),
    Column("offered_in", ID),  # the digest that offered an uncertain one; it may be gone
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
        ID,
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
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("chat_id", ID, ForeignKey("chats.id", ondelete="CASCADE"), nullable=False),
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
    Column("chat_id", ID, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True),
    Column("reference", String(128), primary_key=True),  # what its platform calls the message
    Column("paper_id", ID, ForeignKey("papers.id", ondelete="CASCADE"), nullable=False),
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
