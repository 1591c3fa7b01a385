"""Which papers of a batch contain each term, as lists and as bitmaps."""

from __future__ import annotations

from collections import defaultdict
from itertools import compress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BATCH: Final = 1000
"""Papers matched at once: more make the bitmaps long, fewer make the work per batch weigh more."""

_ONE: Final = tuple(1 << at for at in range(BATCH))
_EACH: Final = tuple(range(BATCH))
_BITS: Final = bytes.maketrans(b"01", b"\0\1")
_FEW, _MANY = 16, 130
"""Up to few bits it is fastest to take them out one by one, from many on to go over all; between, split."""


class Bitmaps(dict[int, int]):
    """For each atom the papers that match it, as bits; computed from the lists on first use."""

    __slots__ = ("_papers",)

    def __init__(self, papers: Mapping[int, Sequence[int]]) -> None:
        super().__init__()
        self._papers = papers

    def __missing__(self, atom: int) -> int:
        bits = self[atom] = sum(map(_ONE.__getitem__, self._papers.get(atom, ())))
        return bits


class Postings:
    """The terms of one batch of papers.

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
    count = bits.bit_count()
    found = []
    if count <= _FEW:
        while bits:
            lowest = bits & -bits
            found.append(lowest.bit_length() - 1)
            bits ^= lowest
        return found
    digits = f"{bits:b}"[::-1]
    if count >= _MANY:
        return list(compress(_EACH, digits.encode().translate(_BITS)))
    at = -1
    for zeros in digits.split("1")[:-1]:
        at += len(zeros) + 1
        found.append(at)
    return found
