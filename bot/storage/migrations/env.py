"""Alembic's environment: runs on the connection that `bot.storage.operations.migrate` hands over."""

from __future__ import annotations

from alembic import context

from bot.storage.schema import metadata


def run() -> None:
    """Run the wanted revisions on the open connection, all in its transaction."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,
        transactional_ddl=True,
        transaction_per_migration=False,
    )
    context.run_migrations()


run()
