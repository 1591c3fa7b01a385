"""What is read by arXiv's query API: days of the past, and what papers lack."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Compared by code point on both databases, like all keys.
_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the tables; papers that lack authors or categories are asked for."""
    op.create_table(
        "unannounced",
        sa.Column("paper_id", _ID, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["papers.id"], name="fk_unannounced_paper_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("paper_id", name="pk_unannounced"),
    )
    op.create_index("ix_unannounced_at", "unannounced", ["at"])
    op.create_table(
        "incomplete",
        sa.Column("paper_id", _ID, autoincrement=False, nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["papers.id"], name="fk_incomplete_paper_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("paper_id", name="pk_incomplete"),
    )
    op.create_index("ix_incomplete_due_at", "incomplete", ["due_at"])
    op.create_table(
        "backfills",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("source_id", _ID, nullable=False),
        sa.Column("query", _KEY, nullable=False),
        sa.Column("news", sa.Boolean(), nullable=False),
        sa.Column("first_day", sa.String(10), nullable=False),
        sa.Column("last_day", sa.String(10), nullable=False),
        sa.Column("next_day", sa.String(10), nullable=False),
        sa.Column("papers", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name="fk_backfills_source_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_backfills"),
        sa.UniqueConstraint("source_id", "query", "last_day", name="uq_backfills_source_id_query_last_day"),
    )
    is_open = sa.text("done_at IS NULL")
    op.create_index(
        "ix_backfills_open", "backfills", ["due_at"], sqlite_where=is_open, postgresql_where=is_open
    )
    op.execute(
        "INSERT INTO incomplete (paper_id, due_at) SELECT id, 0 FROM papers"
        " WHERE canonical_id >= 'arxiv:' AND canonical_id < 'arxiv;'"
        " AND (authors = '[]' OR categories = '[]')"
    )
