"""Connections, column types, error mapping and building blocks for statements."""
