"""The search terms of all queries.

Each stored once under a number, and where they occur in a batch of papers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from bot.domain.matching.author_index import AuthorIndex
from bot.domain.matching.label_index import CategoryIndex, IdIndex
from bot.domain.matching.postings import Postings
from bot.domain.matching.term_index import TermIndex
from bot.domain.query import Author, Category, Id, Term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bot.domain.query import Atom
    from bot.domain.text.analysis import AnalysedPaper, Field

_A_contra = TypeVar("_A_contra", contravariant=True)

# How common an atom is, where the archive was not asked: only the order of one query's parts matters.
_CATEGORY: Final = 0.3
_AUTHOR: Final = 0.001
_ID: Final = 0.0
_OPEN_END: Final = 3.0


class _Home(Protocol):
    """Where an atom is found."""

    ids: dict[str, int]

    def remove(self, key: str) -> None: ...

    def find(self, papers: Sequence[AnalysedPaper], postings: Postings) -> None: ...


class _Index(_Home, Protocol[_A_contra]):
    """Where atoms of one kind are found."""

    def key(self, atom: _A_contra, /) -> str: ...

    def insert(self, atom: _A_contra, number: int, /) -> None: ...


class AtomTable:
    """Numbers atoms and counts their users; a number without users is used again."""

    def __init__(self, frequency: Callable[[str], float] | None = None) -> None:
        self._frequency = frequency or _frequency_by_length
        self._authors = AuthorIndex()
        self._categories = CategoryIndex()
        self._papers = IdIndex()
        self._terms: dict[tuple[Field, ...], TermIndex] = {}
        self._homes: list[_Home] = []
        self._keys: list[str] = []
        self._expected: list[float] = []
        self._holders: list[int] = []
        self._free: list[int] = []

    def intern(self, atom: Atom) -> int:
        """Return the number of an atom; whoever keeps a number must `hold` it."""
        match atom:
            case Term():
                index = self._terms.get(atom.fields) or self._terms.setdefault(
                    atom.fields, TermIndex(atom.fields)
                )
                return self._intern(index, atom)
            case Author():
                return self._intern(self._authors, atom)
            case Category():
                return self._intern(self._categories, atom)
            case Id():
                return self._intern(self._papers, atom)

    def hold(self, atoms: Iterable[int]) -> None:
        """Count one more holder of each atom."""
        for atom in atoms:
            self._holders[atom] += 1

    def release(self, atoms: Iterable[int]) -> None:
        """Count one holder of each atom less; forget those that nobody holds."""
        for atom in atoms:
            self._holders[atom] -= 1
            if not self._holders[atom]:
                self._homes[atom].remove(self._keys[atom])
                self._keys[atom] = ""
                self._free.append(atom)

    def expected(self, atom: int) -> float:
        """Return how common an atom is, on a scale of its own."""
        return self._expected[atom]

    def find(self, papers: Sequence[AnalysedPaper]) -> Postings:
        """Return which papers of a batch each atom matches; atoms that match none are not in it."""
        postings = Postings()
        indexes: tuple[_Home, ...] = (*self._terms.values(), self._authors, self._categories, self._papers)
        for index in indexes:
            index.find(papers, postings)
        return postings

    def _intern(self, index: _Index[_A_contra], atom: _A_contra) -> int:
        key = index.key(atom)
        number = index.ids.get(key)
        if number is not None:
            return number
        expected = self._estimate(atom)
        if self._free:
            number = self._free.pop()
            self._homes[number], self._keys[number], self._expected[number] = index, key, expected
        else:
            number = len(self._keys)
            self._homes.append(index)
            self._keys.append(key)
            self._expected.append(expected)
            self._holders.append(0)
        index.insert(atom, number)
        return number

    def _estimate(self, atom: object) -> float:
        match atom:
            case Term():
                rarest = min(map(self._frequency, atom.tokens)) / len(atom.tokens)
                return rarest * _OPEN_END if atom.open_end else rarest
            case Category():
                return _CATEGORY
            case Author():
                return _AUTHOR
            case _:
                return _ID


def _frequency_by_length(token: str) -> float:
    """Return a guess at the share of papers that hold a token: the longer, the rarer."""
    return 1 / (1 + (len(token) if token.isascii() else 2 * len(token)) ** 2)
