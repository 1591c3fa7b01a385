"""When chats are served, what waits for their digests, and for which slot a digest is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create schedules and what they serve; chats that subscribe already are served daily at 08:30."""
    _create_schedules()
    op.create_table(
        "unmatched",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("paper_id", _ID, nullable=False),
        sa.Column("event_id", _ID, nullable=True),
        _to("papers", "unmatched", "paper_id"),
        _to("paper_events", "unmatched", "event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_unmatched"),
    )
    op.create_table(
        "waiting",
        sa.Column("chat_id", _ID, nullable=False),
        sa.Column("paper_id", _ID, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _to("chats", "waiting", "chat_id"),
        _to("papers", "waiting", "paper_id"),
        sa.PrimaryKeyConstraint("chat_id", "paper_id", name="pk_waiting"),
        sqlite_with_rowid=False,
    )
    no, none = sa.text("false"), sa.text("0")
    op.add_column("digests", sa.Column("slot", sa.String(length=32), nullable=True))
    op.add_column("digests", sa.Column("skipped", sa.Boolean(), server_default=no, nullable=False))
    op.add_column("digests", sa.Column("held_back", sa.Integer(), server_default=none, nullable=False))
    op.create_index("uq_digests_chat_id_slot", "digests", ["chat_id", "slot"], unique=True)
    op.drop_index("ix_digests_chat_id", "digests")
    op.create_table(
        "updates",
        sa.Column("chat_id", _ID, nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("digest_id", _ID, nullable=True),
        _to("chats", "updates", "chat_id"),
        _to("paper_events", "updates", "event_id"),
        _to("digests", "updates", "digest_id"),
        sa.PrimaryKeyConstraint("chat_id", "event_id", name="pk_updates"),
    )
    op.create_index("ix_updates_digest_id", "updates", ["digest_id"])
    op.add_column("deliveries", sa.Column("offered_in", _ID, nullable=True))
    where = sa.text("offered_in IS NOT NULL")
    op.create_index(
        "ix_deliveries_offered_in", "deliveries", ["offered_in"], sqlite_where=where, postgresql_where=where
    )


def _create_schedules() -> None:
    op.create_table(
        "schedules",
        sa.Column("chat_id", _ID, autoincrement=False, nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("next_due_at", sa.BigInteger(), nullable=True),
        sa.Column("slot", sa.String(length=32), nullable=True),
        sa.Column("quiet", sa.String(length=16), nullable=True),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("versions", sa.String(length=4), nullable=False),
        _to("chats", "schedules", "chat_id"),
        sa.PrimaryKeyConstraint("chat_id", name="pk_schedules"),
    )
    where = sa.text("next_due_at IS NOT NULL")
    op.create_index(
        "ix_schedules_next_due_at", "schedules", ["next_due_at"], sqlite_where=where, postgresql_where=where
    )
    # Due since ever, so the first tick finds the time zone's own next slot.
    op.execute(
        "INSERT INTO schedules(chat_id, rule, next_due_at, slot, most, versions)"
        " SELECT DISTINCT chat_id, 'daily 08:30', 0, '1970-01-01', 10, 'line'"
        " FROM subscriptions WHERE state <> 'removed'"
    )


def _to(table: str, of: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_{of}_{column}", ondelete="CASCADE")
