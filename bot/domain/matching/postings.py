"""Which papers of a batch each atom matches, as lists and as bitmaps."""

from __future__ import annotations

from collections import defaultdict
from itertools import compress
from typing import Final

BATCH: Final = 1000
"""Papers matched at once: more make the bitmaps long, fewer make the work per batch weigh more."""

_ONE: Final = tuple(1 << at for at in range(BATCH))
_EACH: Final = range(BATCH)
_BITS: Final = bytes.maketrans(b"01", b"\0\1")
_FEW = 24
"""Up to so many papers, taking bits out one by one is faster than going over all of them."""


class Postings:
    """What one batch holds.

    Attributes:
        papers: atom -> indexes of papers, each once, ascending.
    """

    __slots__ = ("_bitmaps", "papers")

    def __init__(self) -> None:
        self.papers: defaultdict[int, list[int]] = defaultdict(list)
        self._bitmaps: dict[int, int] = {}

    def add(self, atom: int, paper: int) -> None:
        """Note that an atom matches a paper; papers come in ascending order, repetition is no harm."""
        found = self.papers[atom]
        if not found or found[-1] != paper:
            found.append(paper)

    def bitmap(self, atom: int) -> int:
        """Return the papers that an atom matches, as bits."""
        bits = self._bitmaps.get(atom)
        if bits is None:
            bits = self._bitmaps[atom] = sum(map(_ONE.__getitem__, self.papers.get(atom, ())))
        return bits


def indexes(bits: int) -> list[int]:
    """Return which bits are set, ascending."""
    if bits.bit_count() > _FEW:
        return list(compress(_EACH, f"{bits:b}"[::-1].encode().translate(_BITS)))
    found = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found
