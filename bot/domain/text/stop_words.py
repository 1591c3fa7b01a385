"""Words that say nothing about a text."""

from __future__ import annotations

from typing import Final

STOP_WORDS: Final = frozenset(
    "a an and are as at be by for from in is it its of on or that the this to via we which with".split()
)
"""Words that are in nearly every abstract: they count in phrases only (rule R7)."""
