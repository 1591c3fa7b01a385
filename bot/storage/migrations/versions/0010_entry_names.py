"""Other ids of papers, and an index of what sources call their items."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Compared by code point on both databases, like the columns that it is looked up beside.
_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create the table and widen the index."""
    op.create_table(
        "paper_ids",
        sa.Column("other_id", _KEY, nullable=False),
        sa.Column("paper_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["papers.id"], name="fk_paper_ids_paper_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("other_id", name="pk_paper_ids"),
    )
    op.create_index("ix_paper_ids_paper_id", "paper_ids", ["paper_id"])
    op.drop_index("ix_paper_sources_source_id", "paper_sources")
    op.create_index("ix_paper_sources_source_id_external_id", "paper_sources", ["source_id", "external_id"])
