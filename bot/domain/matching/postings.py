"""Which papers of a batch each atom matches, as lists and as bitmaps."""

from __future__ import annotations

from collections import defaultdict
from itertools import compress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BATCH: Final = 1000
"""Papers matched at once: more make the bitmaps long, fewer make the work per batch weigh more."""

_ONE: Final = tuple(1 << at for at in range(BATCH))
_EACH: Final = range(BATCH)
_BITS: Final = bytes.maketrans(b"01", b"\0\1")
_FEW = 40
"""Up to so many papers, taking bits out one by one is faster than going over all of them."""


class Bitmaps(dict[int, int]):
    """Atom -> the papers it matches, as bits; made from the lists when first asked for."""

    __slots__ = ("_papers",)

    def __init__(self, papers: Mapping[int, Sequence[int]]) -> None:
        super().__init__()
        self._papers = papers

    def __missing__(self, atom: int) -> int:
        bits = self[atom] = sum(map(_ONE.__getitem__, self._papers.get(atom, ())))
        return bits


class Postings:
    """What one batch holds.

    Attributes:
        papers: atom -> indexes of papers, each once, ascending; only atoms that match any.
        bitmaps: the same as bits; to be read once all papers are noted.
    """

    __slots__ = ("bitmaps", "papers")

    def __init__(self) -> None:
        self.papers: defaultdict[int, list[int]] = defaultdict(list)
        self.bitmaps = Bitmaps(self.papers)

    def add(self, atom: int, paper: int) -> None:
        """Note that an atom matches a paper; papers come in ascending order, repetition is no harm."""
        found = self.papers[atom]
        if not found or found[-1] != paper:
            found.append(paper)


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
