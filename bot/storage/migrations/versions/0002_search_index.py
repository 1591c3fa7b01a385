"""The search index: FTS5 on SQLite, a tsvector with GIN on PostgreSQL."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the index, empty; papers stored before it are indexed at the next start."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE paper_search USING fts5("
            "title, abstract, summary, comment, source, author, facet, "
            "content='', tokenize=\"ascii tokenchars '_'\")"
        )
        return
    from sqlalchemy.dialects.postgresql import TSVECTOR

    op.create_table(
        "paper_search",
        sa.Column("paper_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("document", TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["papers.id"], name="fk_paper_search_paper_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("paper_id", name="pk_paper_search"),
    )
    op.create_index("ix_paper_search_document", "paper_search", ["document"], postgresql_using="gin")
