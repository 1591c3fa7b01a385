"""The size limits for everything that is read from sources."""

from __future__ import annotations

MEGABYTE = 1024 * 1024
DOCUMENT_BYTES = 5 * MEGABYTE
"""The most bytes of one document: the largest real digest has 0.4 MB, larger ones cost more."""
READING_BYTES = 64 * MEGABYTE
"""About as much as one reading of many files holds; the next reading continues where it ended."""
