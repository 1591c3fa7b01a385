"""Keeps an installation running: leases, housekeeping, backups, the search index, diagnostics."""
