"""A paper as the index stores it: one column a field, each blank-separated tokens.

Beside the fields of `bot.domain.tokens` there are two columns of **marks**, tokens that no text holds since
words have no `_`: `author` has the words of each name and its surname as `_surname`; `facet` has the
categories, the archives, the primary ones and the canonical id. A mark's free part is in hexadecimal, so it
is one token whatever it holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.domain.searchable import searchable
from bot.domain.tokens import FIELDS, GAP, analyse, cjk_tokens
from bot.domain.words import is_cjk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.author_name import Name
    from bot.domain.paper import Paper

COLUMNS: Final = (*FIELDS, "author", "facet")
EVERY_PAPER: Final = "_all"
"""Stands in each paper's facets, to subtract from."""


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """What the index knows of one paper.

    Attributes:
        id: the paper's row.
        columns: the text of each of `COLUMNS`.
    """

    id: int
    columns: tuple[str, ...]


def document_of(paper: Paper) -> SearchDocument:
    """Return a paper as the index stores it."""
    analysed = analyse(searchable(paper))
    fields = (analysed.indexed(field) for field in FIELDS)
    authors = f" {GAP} ".join(" ".join(_name_tokens(name)) for name in analysed.names)
    return SearchDocument(paper.id, (*fields, authors, " ".join(_facets(paper))))


def surname_mark(surname: str) -> str:
    """Return the token that stands for a surname, or for the beginning of one."""
    return f"_{surname}"


def category_mark(category: str, *, primary: bool) -> str:
    """Return the token of a category."""
    return f"_{'p' if primary else 'c'}{category.encode().hex()}"


def archive_mark(archive: str, *, primary: bool) -> str:
    """Return the token of an archive and all its categories."""
    return f"_{'q' if primary else 'a'}{archive.encode().hex()}"


def id_mark(canonical_id: str) -> str:
    """Return the token of a canonical id."""
    return f"_i{canonical_id.encode().hex()}"


def _name_tokens(name: Name) -> Iterator[str]:
    for word in name.words:
        yield from cjk_tokens(word) if is_cjk(word) else (word,)
    yield GAP
    yield surname_mark(name.surname)


def _facets(paper: Paper) -> Iterator[str]:
    yield EVERY_PAPER
    yield id_mark(paper.canonical_id)
    for position, category in enumerate(paper.categories):
        for primary in (False, True) if position == 0 else (False,):
            yield category_mark(category, primary=primary)
            yield archive_mark(category.partition(".")[0], primary=primary)
