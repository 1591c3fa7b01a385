"""The database itself: migrations, backups, leases, retention, diagnostics."""
