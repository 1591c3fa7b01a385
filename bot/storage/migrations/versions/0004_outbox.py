"""The outbox: messages on their way; what chats and subscriptions were before they went."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the table of deliveries; let chats be gone, and removed subscriptions come back as they were."""
    op.add_column("subscriptions", sa.Column("state_before", sa.String(length=8), nullable=True))
    op.add_column("chats", sa.Column("gone_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "deliveries",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("chat_id", _ID, nullable=False),
        sa.Column("digest_id", _ID, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("plain", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=True),
        sa.Column("epoch", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("reference", sa.String(length=128), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name="fk_deliveries_chat_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["digest_id"], ["digests.id"], name="fk_deliveries_digest_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("key", name="uq_deliveries_key"),
    )
    op.create_index("ix_deliveries_chat_id", "deliveries", ["chat_id"])
    op.create_index("ix_deliveries_digest_id", "deliveries", ["digest_id"])
    for name, column, states in (
        ("ix_deliveries_due", "due_at", "'pending', 'retry'"),
        ("ix_deliveries_claimed", "lease_until", "'leased', 'sending'"),
    ):
        where = sa.text(f"state IN ({states})")
        op.create_index(name, "deliveries", [column], sqlite_where=where, postgresql_where=where)
