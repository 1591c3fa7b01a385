"""Matches many stored queries against a batch of papers."""

from __future__ import annotations

from itertools import chain, product
from typing import TYPE_CHECKING

from bot.domain.matching.atom_table import AtomTable
from bot.domain.matching.expressions import anchor, atoms_of, evaluate, expression
from bot.domain.matching.postings import BATCH, indexes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterator, Sequence

    from bot.domain.matching.expressions import Expression
    from bot.domain.query import Query
    from bot.domain.text.analysis import AnalysedPaper


class _Entry:
    """All queries of one expression.

    Attributes:
        expression: the expression.
        keys: whose query it is; a tuple of one, or a dictionary (for its order and its speed) of several.
        seen: the batch it was evaluated in last.
    """

    __slots__ = ("expression", "keys", "seen")

    def __init__(self, items: Expression, key: Hashable) -> None:
        self.expression = items
        self.keys: tuple[Hashable, ...] | dict[Hashable, None] = (key,)
        self.seen = -1

    def add(self, key: Hashable) -> None:
        if isinstance(self.keys, tuple):
            self.keys = dict.fromkeys(self.keys)
        self.keys[key] = None

    def discard(self, key: Hashable) -> None:
        if isinstance(self.keys, tuple):
            self.keys = ()
        else:
            del self.keys[key]


class Matcher:
    """Stored queries, found by the papers that match them.

    Queries of one meaning share one entry. An entry of a single atom takes the atom's papers as they are; any
    other hangs on the rarest set of atoms of which each match must have one, and is evaluated once a batch,
    over bitmaps of papers, when one of these atoms is found. So the cost of a batch grows with what its
    papers touch, and no query costs more than one evaluation.

    Not safe against changes from another thread during `match`.
    """

    def __init__(self, *, frequency: Callable[[str], float] | None = None) -> None:
        """Make a matcher without queries.

        Args:
            frequency: the share of papers that hold a token, from the archive; without it, long tokens are
                taken for rare ones.
        """
        self._table = AtomTable(frequency)
        self._entries: dict[Expression, _Entry] = {}
        self._by_key: dict[Hashable, _Entry] = {}
        self._single: dict[int, _Entry] = {}
        self._hanging: dict[int, list[_Entry]] = {}
        self._batches = 0

    def __len__(self) -> int:
        return len(self._by_key)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._by_key

    def add(self, key: Hashable, query: Query) -> None:
        """Add a query under a key; it takes the place of the key's query, if there is one.

        Args:
            key: what `match` gives back, such as the subscription's row.
            query: the query; `parse_query` makes only such that have something to look for.
        """
        self.remove(key)
        items = expression(query.root, self._table.intern)
        entry = self._entries.get(items)
        if entry is None:
            entry = self._entries[items] = _Entry(items, key)
            self._table.hold(set(atoms_of(items)))
            self._hang(entry)
        else:
            entry.add(key)
        self._by_key[key] = entry

    def remove(self, key: Hashable) -> None:
        """Take a key's query away, if there is one."""
        entry = self._by_key.pop(key, None)
        if entry is None:
            return
        entry.discard(key)
        if entry.keys:
            return
        del self._entries[entry.expression]
        atoms = set(atoms_of(entry.expression))
        if len(entry.expression) == 1:
            self._single.pop(entry.expression[0], None)  # type: ignore[arg-type] # a disjunction is no key there
        for atom in atoms:
            hanging = self._hanging.get(atom, [])
            if entry in hanging:
                hanging.remove(entry)
                if not hanging:
                    del self._hanging[atom]
        self._table.release(atoms)

    def match(self, papers: Sequence[AnalysedPaper]) -> Iterator[tuple[int, Hashable]]:
        """Return each pair of a paper's index and a key whose query matches the paper, once, in no order.

        The work is done while the pairs are taken.
        """
        return chain.from_iterable(product(found, keys) for found, keys in self.groups(papers))

    def groups(self, papers: Sequence[AnalysedPaper]) -> Iterator[tuple[list[int], Collection[Hashable]]]:
        """Yield, for each query that matches in a batch, the papers (indexes, ascending) and all its keys.

        A query may come again for the next batch of `BATCH` papers.
        """
        for start in range(0, len(papers), BATCH):
            for found, entry in self._match_batch(papers[start : start + BATCH]):
                yield ([start + at for at in found] if start else found), entry.keys

    def _hang(self, entry: _Entry) -> None:
        first = entry.expression[0]
        if len(entry.expression) == 1 and isinstance(first, int):
            self._single[first] = entry
            return
        anchors = anchor(entry.expression, self._table.expected)
        if anchors is None:
            raise ValueError("a query without a positive term can't be matched")
        for atom in anchors:
            self._hanging.setdefault(atom, []).append(entry)

    def _match_batch(self, papers: Sequence[AnalysedPaper]) -> Iterator[tuple[list[int], _Entry]]:
        self._batches += 1
        batch = self._batches
        postings = self._table.find(papers)
        single, hanging, bitmaps = self._single, self._hanging, postings.bitmaps
        for atom, found in postings.papers.items():
            if entry := single.get(atom):
                yield found, entry
            for entry in hanging.get(atom, ()):
                if entry.seen != batch:
                    entry.seen = batch
                    bits = evaluate(entry.expression, bitmaps)
                    if bits:
                        yield indexes(bits), entry
