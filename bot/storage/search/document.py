"""A paper as the index stores it: one column for each field, with blank-separated tokens.

Beside the fields of `bot.domain.text.analysis` there are two columns of **marks**, tokens that no text holds
since words have no `_`. A mark's free part is in hexadecimal where it may hold anything, so it is one token.

| column | mark | stands for |
|---|---|---|
| author | `_surname` | an author's surname |
| author | `song_yang`, `yang_song` | two words of one name, the first of them spelled out |
| facet | `_c…` `_p…` `_a…` `_q…` | a category, as the primary one; an archive, as the primary one |
| facet | `_i…` | the canonical id |
| facet | `_y2024` `_m202403` | the year and the month of the paper's day |
| facet | `_all` | every paper, to subtract from |
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import permutations
from typing import TYPE_CHECKING, Final

from bot.domain.search.search_document import searchable
from bot.domain.text.analysis import FIELDS, PaperText, analyse, cjk_tokens
from bot.domain.text.tokenize import is_cjk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.domain.papers.paper import Paper
    from bot.domain.text.author_name import Name

COLUMNS: Final = (*FIELDS, "author", "facet")
EVERY_PAPER: Final = "_all"

_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """A paper in the index.

    Attributes:
        id: the paper's row.
        columns: the text of each of `COLUMNS`.
    """

    id: int
    columns: tuple[str, ...]


def document_of(paper: Paper) -> SearchDocument:
    """Return a paper as the index stores it."""
    analysed = analyse(indexed_texts(paper))
    fields = map(analysed.indexed, FIELDS)
    authors = " ".join(token for name in analysed.names for token in _name_tokens(name))
    facets = " ".join(_facets(analysed.paper, paper))
    return SearchDocument(paper.id, (*fields, authors, facets))


def indexed_texts(paper: Paper) -> PaperText:
    """Return the texts of a paper that go into the index, the same before it is stored and after.

    The store drops U+0000, but not out of lists, and lone surrogates (`bot.storage.engine.clean_text`); a row
    of the index can only be deleted with the very tokens that it was put in with.
    """
    texts = searchable(paper)
    return PaperText(
        title=_stored(texts.title),
        abstract=_stored(texts.abstract),
        summary=_stored(texts.summary),
        authors=_without_surrogates(texts.authors),
        categories=_without_surrogates(texts.categories),
        comment=_stored(texts.comment),
        canonical_id=_stored(texts.canonical_id),
        sources=_without_surrogates(texts.sources),
    )


def surname_mark(surname: str) -> str:
    """Return the token that stands for a surname, or for the beginning of one."""
    return f"_{surname}"


def pair_mark(word: str, other: str) -> str:
    """Return the token for two words of one name, the first of them no initial."""
    return f"{word}_{other}"


def category_mark(category: str, *, primary: bool) -> str:
    """Return the token of a category."""
    return f"_{'p' if primary else 'c'}{category.encode().hex()}"


def archive_mark(archive: str, *, primary: bool) -> str:
    """Return the token of an archive and all its categories."""
    return f"_{'q' if primary else 'a'}{archive.encode().hex()}"


def id_mark(canonical_id: str) -> str:
    """Return the token of a canonical id."""
    return f"_i{canonical_id.encode().hex()}"


def year_mark(year: int) -> str:
    """Return the token of the papers of a year."""
    return f"_y{year:04}"


def month_mark(year: int, month: int) -> str:
    """Return the token of the papers of a month."""
    return f"_m{year:04}{month:02}"


def last_marked_year(first_seen_at: int) -> int:
    """Return the last year that a paper is marked with; a source may date it in any future.

    Args:
        first_seen_at: when it was first seen, UTC epoch seconds.
    """
    return datetime.fromtimestamp(first_seen_at, UTC).year + 1


def _name_tokens(name: Name) -> Iterator[str]:
    yield surname_mark(name.surname)
    cjk = [word for word in name.words if is_cjk(word)]
    latin = [word for word in name.words if word not in cjk] if cjk else name.words
    for word, other in permutations(latin, 2):
        if len(word) > 1:
            yield pair_mark(word, other)
    for word in cjk:
        # The last token of a run is one character, so no pairs run on into the next name.
        yield from cjk_tokens(word)


def _facets(texts: PaperText, paper: Paper) -> Iterator[str]:
    yield EVERY_PAPER
    yield id_mark(texts.canonical_id)
    day = paper.sort_day
    yield year_mark(min(day.year, last_marked_year(paper.first_seen_at)))
    yield month_mark(day.year, day.month)
    for position, category in enumerate(texts.categories):
        yield _category_marks(category, primary=False)
        if position == 0:
            yield _category_marks(category, primary=True)


@lru_cache(maxsize=1_024)  # there are some 160 categories
def _category_marks(category: str, *, primary: bool) -> str:
    archive = category.partition(".")[0]
    return f"{category_mark(category, primary=primary)} {archive_mark(archive, primary=primary)}"


def _stored(text: str) -> str:
    if text.isascii():
        return text.replace("\x00", "")
    return _SURROGATES.sub("", text.replace("\x00", ""))


def _without_surrogates(texts: tuple[str, ...]) -> tuple[str, ...]:
    return texts if all(map(str.isascii, texts)) else tuple(_SURROGATES.sub("", text) for text in texts)
