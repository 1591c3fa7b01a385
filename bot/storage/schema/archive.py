"""Tables of the archive: papers, sources, and what is still to be read."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from bot.storage.engine.clean_text import CleanText
from bot.storage.schema.base import ID, KEY, metadata

papers = Table(
    "papers",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("canonical_id", KEY, nullable=False, unique=True),
    Column("doi", KEY),
    Column("title", CleanText, nullable=False),
    Column("title_key", KEY, nullable=False),
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
    Column("other_id", KEY, primary_key=True),
    Column("paper_id", ID, ForeignKey("papers.id", ondelete="CASCADE"), nullable=False),
    Index(None, "paper_id"),
)

sources = Table(
    "sources",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
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
    Column("source_id", ID, ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    Column("path", KEY, primary_key=True),
    Column("fingerprint", CleanText, nullable=False),
)

paper_sources = Table(
    "paper_sources",
    metadata,
    Column("paper_id", ID, ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True),
    Column("source_id", ID, ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    Column("document", KEY, primary_key=True),
    Column("external_id", KEY, primary_key=True),
    Column("topic", CleanText),
    Column("text", CleanText, nullable=False),  # JSON: what the source itself wrote (see `entry_text`)
    Column("seen_at", BigInteger, nullable=False),
    Index(None, "source_id", "external_id"),
)

# Papers that only reading back brought: the first source that brings one as its news makes it news.
unannounced = Table(
    "unannounced",
    metadata,
    Column(
        "paper_id", ID, ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("at", BigInteger, nullable=False),
    Index(None, "at"),
)

# Papers of arXiv of which no source gave authors or categories: arXiv is asked for them.
incomplete = Table(
    "incomplete",
    metadata,
    Column(
        "paper_id", ID, ForeignKey("papers.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("due_at", BigInteger, nullable=False),
    Index(None, "due_at"),
)

# Days of arXiv that are read by its query API: what a new source missed, and what a feed did not bring.
backfills = Table(
    "backfills",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("source_id", ID, ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    Column("query", KEY, nullable=False),  # as arXiv's API reads it, without the days
    Column("news", Boolean, nullable=False),  # whether its papers are news: a feed should have brought them
    Column("first_day", String(10), nullable=False),  # ISO days, both included
    Column("last_day", String(10), nullable=False),
    Column("next_day", String(10), nullable=False),  # the first that was not read
    Column("papers", Integer, nullable=False, server_default=text("0")),  # that were not known before
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("error", CleanText),
    Column("due_at", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("done_at", BigInteger),  # NULL while days are left
    UniqueConstraint("source_id", "query", "last_day"),
    Index(
        "ix_backfills_open",
        "due_at",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
)

paper_events = Table(
    "paper_events",
    metadata,
    Column("id", ID, primary_key=True, autoincrement=True),
    Column("paper_id", ID, ForeignKey("papers.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("version", Integer),
    Column("source_id", ID, ForeignKey("sources.id", ondelete="SET NULL")),
    Column("at", BigInteger, nullable=False),
    Index(None, "paper_id"),
    Index(None, "at"),
)
