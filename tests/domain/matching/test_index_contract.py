"""A word index over `AnalysedPaper.indexed` can agree with the oracle on every term and every paper."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from query_strategies import papers, parse, query_texts

from bot.domain.query import And, Node, Not, Or, Term, UnreadableQueryError, holds
from bot.domain.text.analysis import FIELDS, AnalysedPaper, PaperText, analyse

if TYPE_CHECKING:
    from collections.abc import Iterator


@settings(deadline=None)
@given(query_texts, st.lists(papers, min_size=1, max_size=4))
def test_an_fts5_index_finds_what_the_oracle_finds(text: str, made: list[PaperText]) -> None:
    """A term is its tokens as a phrase, or its joined form as a word, in the columns of its fields."""
    try:
        query = parse(text)
    except UnreadableQueryError:
        return
    analysed = [analyse(paper) for paper in made]
    index = _index(analysed)
    for term in _terms(query.root):
        rows = index.execute("SELECT rowid FROM papers WHERE papers MATCH ?", (_match(term),))
        assert {row[0] for row in rows} == {at for at, paper in enumerate(analysed) if holds(term, paper)}
    index.close()


def _index(analysed: list[AnalysedPaper]) -> sqlite3.Connection:
    index = sqlite3.connect(":memory:")
    columns = ", ".join(FIELDS)
    index.execute(
        f"CREATE VIRTUAL TABLE papers USING fts5({columns}, tokenize='unicode61 remove_diacritics 0')"
    )
    index.executemany(
        f"INSERT INTO papers(rowid, {columns}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608 (our own names)
        [(at, *(paper.indexed(field) for field in FIELDS)) for at, paper in enumerate(analysed)],
    )
    return index


def _match(term: Term) -> str:
    star = "*" if term.open_end else ""
    forms = [" ".join(term.tokens), *([term.joined] if term.joined else [])]
    alternatives = " OR ".join(f'"{form}"{star}' for form in forms)
    return f"{{{' '.join(term.fields)}}}: ({alternatives})"


def _terms(node: Node) -> Iterator[Term]:
    match node:
        case And() | Or():
            for child in node.children:
                yield from _terms(child)
        case Not():
            yield from _terms(node.child)
        case Term():
            yield node
        case _:
            return
