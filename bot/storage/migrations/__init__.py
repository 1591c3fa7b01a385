"""Alembic's revisions; `migrate.py` runs them at start."""

HEAD = "0012"
"""The newest revision; a test holds it against the files. Known here so that a start needs no Alembic."""
