"""Finds the author queries that the author names of a paper satisfy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.matching.multimap import Lengths, Multimap
from bot.domain.text.author_name import keys_of_name, keys_of_query, same_author

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.domain.matching.postings import Postings
    from bot.domain.query import Author
    from bot.domain.text.analysis import AnalysedPaper


class AuthorIndex:
    """Author queries by the keys that a matching name must have; each candidate is then compared in full.

    Attributes:
        ids: the words, sorted, with `*` for an open end -> atom.
    """

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self._keys: dict[int, str] = {}
        self._by_key = Multimap()
        self._by_beginning = Multimap()
        self._beginning_lengths = Lengths()

    @staticmethod
    def key(author: Author) -> str:
        """Return what tells an author query from others."""
        return " ".join(author.words) + "*" * author.prefix

    def insert(self, author: Author, atom: int) -> None:
        """Add an author query that is not there yet."""
        key = self.key(author)
        self.ids[key] = atom
        self._keys[atom] = key
        if author.prefix:
            self._by_beginning.add(author.words[0], atom)
            self._beginning_lengths.add("", len(author.words[0]))
            return
        for name_key in keys_of_query(author.words):
            self._by_key.add(name_key, atom)

    def remove(self, key: str) -> None:
        """Take an author query away by its key."""
        atom = self.ids.pop(key)
        del self._keys[atom]
        if key.endswith("*"):
            self._by_beginning.discard(key[:-1], atom)
            self._beginning_lengths.discard("", len(key) - 1)
            return
        for name_key in keys_of_query(tuple(key.split(" "))):
            self._by_key.discard(name_key, atom)

    def find(self, papers: Sequence[AnalysedPaper], postings: Postings) -> None:
        """Note which papers of a batch have an author that answers."""
        if not self.ids:
            return
        lengths = tuple(self._beginning_lengths.get(""))
        for at, paper in enumerate(papers):
            for name in paper.names:
                near = {
                    atom for key in self._by_key.keys() & keys_of_name(name) for atom in self._by_key.get(key)
                }
                for atom in near:
                    if same_author(tuple(self._keys[atom].split(" ")), name):
                        postings.add(atom, at)
                for length in lengths:
                    if len(name.surname) >= length:
                        for atom in self._by_beginning.get(name.surname[:length]):
                            postings.add(atom, at)
