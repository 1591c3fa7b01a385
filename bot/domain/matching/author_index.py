"""Which of many author queries the names of a paper answer."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from bot.domain.author_name import same_author
from bot.domain.matching.multimap import Lengths, Multimap
from bot.domain.words import is_cjk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.domain.author_name import Name
    from bot.domain.matching.postings import Postings
    from bot.domain.query import Author
    from bot.domain.tokens import Analysed

_PAIR = 2


class AuthorIndex:
    """Author queries by keys that every name that answers them has; then each is compared in full.

    The key of several words is a pair of them, also with one (of longer queries, both) cut to its initial, so
    that the many people called Wang are not compared with the many queries that name one of them.

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
        for name_key in {} if author.prefix else _keys_of_query(author.words):
            self._by_key.add(name_key, atom)

    def remove(self, key: str) -> None:
        """Take an author query away by its key."""
        atom = self.ids.pop(key)
        del self._keys[atom]
        if key.endswith("*"):
            self._by_beginning.discard(key[:-1], atom)
            self._beginning_lengths.discard("", len(key) - 1)
        for name_key in {} if key.endswith("*") else _keys_of_query(tuple(key.split(" "))):
            self._by_key.discard(name_key, atom)

    def find(self, papers: Sequence[Analysed], postings: Postings) -> None:
        """Note which papers of a batch have an author that answers."""
        if not self.ids:
            return
        lengths = tuple(self._beginning_lengths.get(""))
        for at, paper in enumerate(papers):
            for name in paper.names:
                for key in _keys_of_name(name) & self._by_key.keys():
                    for atom in self._by_key.get(key):
                        if same_author(tuple(self._keys[atom].split(" ")), name):
                            postings.add(atom, at)
                for length in lengths:
                    if len(name.surname) >= length:
                        for atom in self._by_beginning.get(name.surname[:length]):
                            postings.add(atom, at)


def _keys_of_query(words: tuple[str, ...]) -> set[str]:
    cjk = [word for word in words if is_cjk(word)]
    if cjk:
        return {max(cjk, key=len)[:_PAIR]}
    if len(words) == 1:
        return {words[0]}
    a, b = sorted(words, key=len)[-_PAIR:]
    keys = {_pair(a, b), _pair(a[0], b), _pair(a, b[0])}
    return keys | {_pair(a[0], b[0])} if len(words) > _PAIR else keys


def _keys_of_name(name: Name) -> set[str]:
    return set(_spellings(name))


def _spellings(name: Name) -> Iterator[str]:
    yield name.surname
    for word in name.words:
        if is_cjk(word):
            yield from word
            yield from (word[at : at + _PAIR] for at in range(len(word) - 1))
    for a, b in combinations(name.words, _PAIR):
        yield _pair(a, b)
        yield _pair(a[0], b)
        yield _pair(a, b[0])
        yield _pair(a[0], b[0])


def _pair(a: str, b: str) -> str:
    return f"{a} {b}" if a < b else f"{b} {a}"
