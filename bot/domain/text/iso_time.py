"""Formats times for scripts and operators (ISO 8601, UTC)."""

from __future__ import annotations

from datetime import UTC, datetime


def iso_utc(seconds: int) -> str:
    """Return a time (UTC epoch seconds) as `2026-01-31T04:05:06Z`."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"
