"""Storage with SQLAlchemy Core on SQLite and PostgreSQL: one module for each aggregate.

The only package that knows SQL.
"""
