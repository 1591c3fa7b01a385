"""SQLAlchemy Core on SQLite and PostgreSQL: one file an aggregate; the only room that knows SQL."""
