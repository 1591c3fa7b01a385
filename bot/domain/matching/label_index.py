"""Finds the category and paper-id queries that the labels of a paper satisfy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.matching.multimap import Multimap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.matching.postings import Postings
    from bot.domain.query import Category, Id
    from bot.domain.text.analysis import AnalysedPaper

_PRIMARY = "primary:"


class CategoryIndex:
    """Queries for categories and archives.

    Attributes:
        ids: the category's or archive's name, after `primary:` where only the first category counts -> atom.
    """

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self._labels: dict[str, tuple[str, ...]] = {}
        self._by_label = Multimap()

    def key(self, category: Category) -> str:
        """Return what tells a category query from others."""
        return (_PRIMARY if category.primary else "") + category.categories.name

    def insert(self, category: Category, atom: int) -> None:
        """Add a category query that is not there yet."""
        key = self.key(category)
        wanted = category.categories
        prefix = _PRIMARY if category.primary else ""
        names = wanted.ids if wanted.archive is None else (f"{wanted.archive}.*",)
        self.ids[key] = atom
        self._labels[key] = tuple(prefix + name for name in names)
        for label in self._labels[key]:
            self._by_label.add(label, atom)

    def remove(self, key: str) -> None:
        """Take a category query away by its key."""
        atom = self.ids.pop(key)
        for label in self._labels.pop(key):
            self._by_label.discard(label, atom)

    def find(self, papers: Sequence[AnalysedPaper], postings: Postings) -> None:
        """Note which papers of a batch are in the categories asked for."""
        for at, paper in enumerate(papers) if self.ids else ():
            for position, category in enumerate(paper.paper.categories):
                archive = f"{category.partition('.')[0]}.*"
                for prefix in ("", _PRIMARY) if position == 0 else ("",):
                    for label in (prefix + category, prefix + archive):
                        for atom in self._by_label.get(label):
                            postings.add(atom, at)


class IdIndex:
    """Queries for one paper.

    Attributes:
        ids: canonical id -> atom.
    """

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}

    def key(self, paper: Id) -> str:
        """Return what tells a paper query from others."""
        return paper.canonical_id

    def insert(self, paper: Id, atom: int) -> None:
        """Add a paper query that is not there yet."""
        self.ids[paper.canonical_id] = atom

    def remove(self, key: str) -> None:
        """Take a paper query away by its key."""
        del self.ids[key]

    def find(self, papers: Sequence[AnalysedPaper], postings: Postings) -> None:
        """Note which papers of a batch are asked for."""
        for at, paper in enumerate(papers) if self.ids else ():
            atom = self.ids.get(paper.paper.canonical_id)
            if atom is not None:
                postings.add(atom, at)
