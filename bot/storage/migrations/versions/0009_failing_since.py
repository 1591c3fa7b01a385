"""Since when a source fails: one that was never read had no time to tell."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of sources that fail now, the last time that is known stands for it."""
    op.add_column("sources", sa.Column("failing_since", sa.BigInteger()))
    op.execute(
        "UPDATE sources SET failing_since = COALESCE(last_success_at, last_polled_at) WHERE failures > 0"
    )
